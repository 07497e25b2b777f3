# --- shop/models.py
from django.db import models


class Invoice(models.Model):
    number = models.CharField(max_length=20)

    class Meta:
        db_table = "Invoices"
        db_table_comment = "one row per bill"


class Turnover(models.Model):
    """A view of the database."""

    year = models.IntegerField(primary_key=True)
    total = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        managed = False
        db_table = "turnover_by_year"
