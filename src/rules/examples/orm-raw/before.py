# --- shop/models.py
from django.db import models


class Order(models.Model):
    reference = models.CharField(max_length=20)
    total = models.IntegerField(default=0)


# --- shop/reports.py
from django.db import connection
from django.db.models.expressions import RawSQL

from shop.models import Order


def large(least):
    return Order.objects.raw("SELECT * FROM shop_order WHERE total > %s AND reference LIKE 'A%%'", [least])


def by_length():
    return Order.objects.extra(select={"length": "length(reference)"}, where=["total > 0"])


def doubled():
    return Order.objects.annotate(double=RawSQL("total * %s", (2,)))


def total():
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(total) FROM shop_order")
        return cursor.fetchone()[0]
