# --- shop/models.py
from django.db import models


class Price(models.Model):
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    weight = models.FloatField()
