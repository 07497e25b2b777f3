# --- shop/models.py
from django.conf import settings
from django.db import models


class Order(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)


# --- shop/api.py
from rest_framework import permissions, serializers, viewsets
from rest_framework.response import Response
from rest_framework.views import APIView

from .models import Order


class IsOwner(permissions.BasePermission):
    message = "Not your order."

    def has_object_permission(self, request, view, obj):
        return obj.owner == request.user


class OrderSerializer(serializers.ModelSerializer):
    class Meta:
        model = Order
        fields = ["id"]


class OrderViewSet(viewsets.ModelViewSet):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    permission_classes = [permissions.DjangoModelPermissions, IsOwner]


class Health(APIView):
    def get(self, request):
        return Response("ok")


# --- config/urls.py
from django.urls import include, path
from rest_framework.routers import SimpleRouter

from shop.api import Health, OrderViewSet

router = SimpleRouter()
router.register("orders", OrderViewSet)
urlpatterns = [path("", include(router.urls)), path("health/", Health.as_view())]
