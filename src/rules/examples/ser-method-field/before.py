# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=10)
    width = models.IntegerField()


class Vote(models.Model):
    item = models.ForeignKey(Item, models.CASCADE, related_name="votes")
    user = models.IntegerField()


# --- shop/api.py
from rest_framework import serializers

from .models import Item


class ItemSerializer(serializers.ModelSerializer):
    label = serializers.SerializerMethodField()
    votes = serializers.SerializerMethodField()
    voted = serializers.SerializerMethodField()

    class Meta:
        model = Item
        fields = ["name", "label", "votes", "voted"]

    def get_label(self, item):
        return f"{item.name} ({item.width})"

    def get_votes(self, item):
        return item.votes.count()

    def get_voted(self, item):
        return item.votes.filter(user=self.context["request"].user.pk).exists()
