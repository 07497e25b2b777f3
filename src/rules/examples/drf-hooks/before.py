# --- shop/models.py
from django.conf import settings
from django.db import models


class Order(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    note = models.TextField()
    margin = models.IntegerField(default=0)


# --- shop/api.py
from rest_framework import permissions, serializers, viewsets

from .models import Order


class OrderSerializer(serializers.ModelSerializer):
    class Meta:
        model = Order
        fields = ["id", "note"]


class StaffOrderSerializer(OrderSerializer):
    class Meta(OrderSerializer.Meta):
        fields = ["id", "note", "margin"]


class OrderViewSet(viewsets.ModelViewSet):
    permission_classes = [permissions.IsAuthenticated]

    def get_queryset(self):
        return Order.objects.filter(owner=self.request.user)

    def get_serializer_class(self):
        return StaffOrderSerializer if self.request.user.is_staff else OrderSerializer

    def perform_create(self, serializer):
        serializer.save(owner=self.request.user)

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response["X-Api-Version"] = "2"
        return response


# --- config/urls.py
from rest_framework.routers import SimpleRouter

from shop.api import OrderViewSet

router = SimpleRouter()
router.register("orders", OrderViewSet, basename="order")
urlpatterns = router.urls
