# --- shop/models.py
from django.db import models


class Refund(models.Model):
    amount = models.IntegerField()

    class Meta:
        permissions = [("approve_refund", "Can approve a refund")]
