# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=10)
    note = models.TextField()


# --- shop/api.py
from rest_framework import serializers

from .models import Item


class ItemSerializer(serializers.ModelSerializer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = self.context["request"].query_params.get("fields")
        if names:
            for name in set(self.fields) - set(names.split(",")):
                self.fields.pop(name)

    class Meta:
        model = Item
        fields = ["id", "name", "note"]


def serializer_of(model, names):
    meta = type("Meta", (), {"model": model, "fields": names})
    return type("Made", (serializers.ModelSerializer,), {"Meta": meta})


Short = serializer_of(Item, ["id"])
