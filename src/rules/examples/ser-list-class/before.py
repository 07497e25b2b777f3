# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=10)


# --- shop/api.py
from rest_framework import serializers

from .models import Item


class ItemListSerializer(serializers.ListSerializer):
    def update(self, instance, validated_data):
        rows = {row.id: row for row in instance}
        return [self.child.update(rows[data["id"]], data) for data in validated_data]


class ItemSerializer(serializers.ModelSerializer):
    id = serializers.IntegerField()

    class Meta:
        model = Item
        fields = ["id", "name"]
        list_serializer_class = ItemListSerializer
