# --- shop/models.py
from django.db import models


class Open(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(total__gt=0)


class Order(models.Model):
    reference = models.CharField(max_length=20)
    status = models.CharField(max_length=10, null=True)
    total = models.IntegerField(default=0)

    objects = models.Manager()
    open = Open()


# --- shop/services.py
from django.db.models import Q

from shop.models import Order


def search(text):
    return Order.objects.filter(reference__contains=text)


def one(pk):
    return Order.objects.get(pk=pk)


def newest():
    return Order.objects.first()


def not_sent():
    return Order.objects.exclude(status="sent")


def either(status):
    return Order.open.filter(Q(status=status) | Q(total=0))


def bait(texts):
    # Not a queryset: a builtin.
    return list(filter(None, texts))
