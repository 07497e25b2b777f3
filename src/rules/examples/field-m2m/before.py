# --- shop/models.py
from django.db import models


class Tag(models.Model):
    name = models.CharField(max_length=20)


class Product(models.Model):
    tags = models.ManyToManyField(Tag)
    similar = models.ManyToManyField("self")
    suppliers = models.ManyToManyField("Supplier", through="Offer")


class Supplier(models.Model):
    name = models.CharField(max_length=20)


class Offer(models.Model):
    product = models.ForeignKey(Product, models.CASCADE)
    supplier = models.ForeignKey(Supplier, models.CASCADE)
    price = models.IntegerField(default=0)
