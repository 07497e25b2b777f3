# --- shop/models.py
from django.db import models


def keep_number(collector, field, sub_objs, using):
    collector.add_field_update(field, None, sub_objs)


class Customer(models.Model):
    name = models.CharField(max_length=80)


class Order(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE)
    seller = models.ForeignKey(Customer, models.SET_NULL, null=True, related_name="sold")
    payer = models.ForeignKey(Customer, models.PROTECT, related_name="paid")
    agent = models.ForeignKey(Customer, keep_number, null=True, related_name="agency")
    log = models.ForeignKey(Customer, models.DO_NOTHING, null=True, related_name="logged")
    cart = models.ForeignKey(Customer, models.DB_CASCADE, related_name="carts")  # Django 6.1
