# --- shop/models.py
from django.db import models
from django.db.models.functions import Now


class Shelf(models.Model):
    code = models.CharField(max_length=10, db_index=True, db_tablespace="fast")
    note = models.CharField(max_length=80, null=True, blank=True, db_comment="may be NULL and may be empty")
    kind = models.CharField(max_length=3, default="std", db_column="Kind")
    tags = models.JSONField(default=list)
    made = models.DateTimeField(db_default=Now())
    name = models.CharField(max_length=40, db_collation="de-x-icu")
    parent = models.ForeignKey("self", models.CASCADE, null=True, db_index=False)
