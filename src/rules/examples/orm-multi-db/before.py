# --- shop/models.py
from django.db import models


class Order(models.Model):
    total = models.IntegerField(default=0)


# --- shop/services.py
from shop.models import Order


def count():
    return Order.objects.using("replica").count()


def archive(order: Order):
    order.save(using="archive")
