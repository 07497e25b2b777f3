# --- shop/models.py
from django.db import models


class Order(models.Model):
    number = models.CharField(max_length=20)


class Invoice(models.Model):
    id = models.BigAutoField(primary_key=True)
