# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=20)


# --- shop/schema.py
import strawberry
import strawberry_django

from .models import Item


@strawberry_django.type(Item)
class ItemType:
    name: strawberry.auto


@strawberry.type
class Query:
    items: list[ItemType] = strawberry_django.field()


schema = strawberry.Schema(query=Query)
