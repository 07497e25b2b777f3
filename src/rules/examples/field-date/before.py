# --- shop/models.py
from django.db import models


class Shift(models.Model):
    day = models.DateField()
    start = models.TimeField()
