# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=10)


# --- shop/views.py
from django.contrib import messages
from django.views.generic import CreateView

from .models import Item


class NewItem(CreateView):
    model = Item
    fields = ["name"]
    success_url = "/items/"

    def form_valid(self, form):
        messages.success(self.request, "saved")
        return super().form_valid(form)


# --- config/urls.py
from django.urls import path

from shop import views

urlpatterns = [path("items/new/", views.NewItem.as_view())]
