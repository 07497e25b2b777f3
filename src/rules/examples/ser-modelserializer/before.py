# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=20, unique=True)
    note = models.TextField(blank=True)
    stock = models.PositiveSmallIntegerField(default=3)
    cost = models.IntegerField(null=True)
    token = models.CharField(max_length=20, editable=False)


# --- shop/api.py
from rest_framework import serializers

from .models import Item


class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = Item
        fields = "__all__"
        read_only_fields = ["cost"]


class PublicItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = Item
        exclude = ["token", "cost"]
