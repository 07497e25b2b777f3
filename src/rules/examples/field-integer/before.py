# --- shop/models.py
from django.db import models


class Stock(models.Model):
    shelf = models.SmallIntegerField()
    delta = models.IntegerField(default=0)
    barcode = models.BigIntegerField()
    amount = models.PositiveIntegerField()
    rank = models.PositiveSmallIntegerField(default=0)
