# --- shop/models.py
from django.db import models


class Country(models.Model):
    code = models.CharField(max_length=2, unique=True)


class Customer(models.Model):
    name = models.CharField(max_length=80)
    country = models.ForeignKey(Country, models.PROTECT, to_field="code", related_name="+")


class Order(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="orders", limit_choices_to={"name__gt": ""})
    archive = models.ForeignKey("Order", models.DO_NOTHING, null=True, db_constraint=False)


class Profile(models.Model):
    customer = models.OneToOneField(Customer, models.CASCADE)
