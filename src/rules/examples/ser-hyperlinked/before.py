# --- shop/models.py
from django.db import models


class Shelf(models.Model):
    name = models.CharField(max_length=20)


class Item(models.Model):
    shelf = models.ForeignKey(Shelf, models.CASCADE)


# --- shop/api.py
from rest_framework import serializers

from .models import Item, Shelf


class ItemSerializer(serializers.HyperlinkedModelSerializer):
    shelf = serializers.HyperlinkedRelatedField(view_name="shelf-detail", queryset=Shelf.objects.all())
    history = serializers.HyperlinkedIdentityField(view_name="item-history")

    class Meta:
        model = Item
        fields = ["url", "shelf", "history"]
