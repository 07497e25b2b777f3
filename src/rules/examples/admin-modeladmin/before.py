# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=40)
    price = models.DecimalField(max_digits=8, decimal_places=2)
# --- shop/admin.py
from django.contrib import admin

from .models import Item


@admin.register(Item)
class ItemAdmin(admin.ModelAdmin):
    list_display = ["name", "price"]
    search_fields = ["name"]
    fields = ["name"]
