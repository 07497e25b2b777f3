# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=20)
    qty = models.IntegerField()


# --- shop/api.py
import django_filters
from rest_framework import filters, serializers, viewsets

from .models import Item


class ItemFilter(django_filters.FilterSet):
    min_qty = django_filters.NumberFilter(field_name="qty", lookup_expr="gte")

    class Meta:
        model = Item
        fields = ["name"]


class OwnRows(filters.BaseFilterBackend):
    def filter_queryset(self, request, queryset, view):
        return queryset.exclude(name="hidden")


class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = Item
        fields = ["id", "name", "qty"]


class ItemViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Item.objects.order_by("id")
    serializer_class = ItemSerializer
    filter_backends = [OwnRows, filters.SearchFilter, filters.OrderingFilter]
    search_fields = ["name"]
    ordering_fields = ["name", "qty"]


# --- config/urls.py
from rest_framework.routers import SimpleRouter

from shop.api import ItemViewSet

router = SimpleRouter()
router.register("items", ItemViewSet)
urlpatterns = router.urls
