# --- shop/models.py
from django.db import models


class Tag(models.Model):
    name = models.CharField(max_length=20, unique=True)


class Order(models.Model):
    tags = models.ManyToManyField(Tag)
    status = models.CharField(max_length=10, default="new")
    changed = models.DateTimeField(auto_now=True)


# --- shop/services.py
from shop.models import Order, Tag


def send(pk):
    order = Order.objects.get(pk=pk)
    order.status = "sent"
    order.save()
    order.refresh_from_db()


def tag(order: Order, name):
    found, made = Tag.objects.get_or_create(name=name)
    order.tags.add(found)


def load(rows):
    Order.objects.bulk_create([Order(**row) for row in rows])


def close_all():
    Order.objects.filter(status="new").update(status="closed")


def purge():
    Order.objects.filter(status="closed").delete()


def bait(rows, key):
    rows.update(key=key)  # a dictionary
    rows.get(key)
