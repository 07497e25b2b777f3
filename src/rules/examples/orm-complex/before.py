# --- shop/models.py
from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=50)


class Order(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="orders")
    total = models.IntegerField(default=0)


# --- shop/reports.py
from django.db.models import Case, Count, F, OuterRef, Subquery, Sum, Value, When, Window
from django.db.models.functions import RowNumber

from shop.models import Customer, Order


def customers():
    largest = Order.objects.filter(customer=OuterRef("pk")).order_by("-total")
    return Customer.objects.annotate(number=Count("orders"), largest=Subquery(largest.values("total")[:1]))


def revenue():
    return Order.objects.aggregate(sum=Sum("total"))


def ranked():
    return Order.objects.annotate(rank=Window(RowNumber(), partition_by="customer", order_by=F("total").desc()))


def sizes():
    return Order.objects.annotate(size=Case(When(total__gt=5, then=Value("large")), default=Value("small")))


def extremes():
    return Order.objects.filter(total=0).union(Order.objects.filter(total__gt=100))
