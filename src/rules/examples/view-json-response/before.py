# --- shop/models.py
from django.db import models


class Item(models.Model):
    price = models.DecimalField(max_digits=8, decimal_places=2)
    sold_at = models.DateTimeField()


# --- shop/views.py
from django.http import JsonResponse
from django.shortcuts import get_object_or_404

from .models import Item


def item(request, pk):
    found = get_object_or_404(Item, pk=pk)
    return JsonResponse({"price": found.price, "sold_at": found.sold_at})


# --- config/urls.py
from django.urls import path

from shop import views

urlpatterns = [path("items/<int:pk>/", views.item)]
