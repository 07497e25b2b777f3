# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=20)
    qty = models.IntegerField(default=3)


# --- shop/api.py
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from .models import Item


class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = Item
        fields = ["id", "name", "qty"]


class ItemViewSet(viewsets.ModelViewSet):
    queryset = Item.objects.order_by("id")
    serializer_class = ItemSerializer
    permission_classes = [AllowAny]

    @action(detail=False)
    def export(self, request):
        return Response([item.name for item in self.get_queryset()])


# --- config/urls.py
from rest_framework.routers import DefaultRouter

from shop.api import ItemViewSet

router = DefaultRouter()
router.register("items", ItemViewSet)
urlpatterns = router.urls
