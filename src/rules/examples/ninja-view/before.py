# --- config/urls.py
from django.urls import path

from shop.api import api

urlpatterns = [path("api/", api.urls)]
# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=40)
# --- shop/api.py
from django.shortcuts import get_object_or_404
from ninja import NinjaAPI, Schema

from .models import Item

api = NinjaAPI()


class ItemOut(Schema):
    id: int
    title: str

    @staticmethod
    def resolve_title(item):
        return item.name.title()


@api.get("/items/{item_id}", response=ItemOut)
def item(request, item_id: int):
    return get_object_or_404(Item, id=item_id)
