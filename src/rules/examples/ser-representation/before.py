# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=10)
    cost = models.IntegerField(default=0)


# --- shop/api.py
from rest_framework import serializers

from .models import Item


class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = Item
        fields = ["name", "cost"]

    def to_internal_value(self, data):
        if isinstance(data, str):
            data = {"name": data}
        return super().to_internal_value(data)

    def to_representation(self, instance):
        data = super().to_representation(instance)
        if not self.context["request"].user.is_staff:
            del data["cost"]
        return data


class Compact(serializers.BaseSerializer):
    def to_representation(self, instance):
        return [instance.pk, instance.name]
