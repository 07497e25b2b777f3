# --- shop/models.py
from django.db import models


class Line(models.Model):
    pk = models.CompositePrimaryKey("order_number", "position")
    order_number = models.IntegerField()
    position = models.IntegerField()
    quantity = models.PositiveIntegerField()
