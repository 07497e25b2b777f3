# --- shop/models.py
from django.db import models
from mptt.models import MPTTModel, TreeForeignKey
from polymorphic.models import PolymorphicModel


class Category(MPTTModel):
    name = models.CharField(max_length=40)
    parent = TreeForeignKey("self", models.CASCADE, null=True, related_name="children")


class Asset(PolymorphicModel):
    name = models.CharField(max_length=40)


class Picture(Asset):
    width = models.IntegerField()
