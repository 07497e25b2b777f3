# --- shop/models.py
from django.db import models


class Tag(models.Model):
    name = models.CharField(max_length=10, unique=True)


class Shelf(models.Model):
    open = models.BooleanField(default=True)

    def __str__(self):
        return f"Shelf {self.pk}"


class Item(models.Model):
    shelf = models.ForeignKey(Shelf, models.CASCADE)
    main_tag = models.ForeignKey(Tag, models.CASCADE, related_name="+")
    tags = models.ManyToManyField(Tag)


# --- shop/api.py
from rest_framework import serializers

from .models import Item, Shelf, Tag


class ItemSerializer(serializers.ModelSerializer):
    shelf = serializers.PrimaryKeyRelatedField(queryset=Shelf.objects.filter(open=True))
    shelf_text = serializers.StringRelatedField(source="shelf")
    main_tag = serializers.SlugRelatedField("name", queryset=Tag.objects.all())
    tags = serializers.PrimaryKeyRelatedField(many=True, queryset=Tag.objects.all())

    class Meta:
        model = Item
        fields = ["shelf", "shelf_text", "main_tag", "tags"]
