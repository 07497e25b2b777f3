# --- shop/models.py
from django.contrib.auth.models import Group, Permission
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=10)

    class Meta:
        permissions = [("price_item", "may set prices")]


def allow(user):
    Group.objects.get(name="pricing").permissions.add(Permission.objects.get(codename="price_item"))
    user.groups.add(Group.objects.get(name="pricing"))
