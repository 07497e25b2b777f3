# --- shop/models.py
from django.db import models


class Coupon(models.Model):
    code = models.CharField(max_length=20, unique=True)
    day = models.DateField()
    slogan = models.CharField(max_length=80, unique_for_date="day")
