# --- shop/models.py
from django.db import models


class Basket(models.Model):
    name = models.CharField(max_length=20)


class Item(models.Model):
    basket = models.ForeignKey(Basket, models.CASCADE)
    codes = models.CommaSeparatedIntegerField(max_length=40)

    class Meta:
        order_with_respect_to = "basket"
