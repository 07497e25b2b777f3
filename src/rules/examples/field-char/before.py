# --- shop/models.py
from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=80)
    code = models.CharField(max_length=8, unique=True)
    notes = models.TextField(blank=True)
