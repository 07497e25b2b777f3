# --- shop/models.py
from django.conf import settings
from django.db import models


class Item(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    name = models.CharField(max_length=10)

    class Meta:
        unique_together = [("owner", "name")]


# --- shop/api.py
from rest_framework import serializers
from rest_framework.validators import UniqueTogetherValidator

from .models import Item


class ItemSerializer(serializers.ModelSerializer):
    owner = serializers.HiddenField(default=serializers.CurrentUserDefault())

    class Meta:
        model = Item
        fields = ["id", "owner", "name"]
        validators = [UniqueTogetherValidator(Item.objects.all(), ["owner", "name"])]
