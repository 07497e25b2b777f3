# --- shop/models.py
from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=50)


class Order(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="orders")
    total = models.IntegerField(default=0)
    note = models.TextField()


# --- shop/services.py
from shop.models import Customer, Order


def with_customer():
    return Order.objects.select_related("customer")


def with_orders():
    return Customer.objects.prefetch_related("orders")


def totals():
    return Order.objects.values_list("pk", "total")


def short():
    return Order.objects.only("total")


def buyers():
    return Customer.objects.filter(orders__total__gt=5).distinct()


def export(write):
    for order in Order.objects.iterator():
        write(order)
