# --- shop/models.py
from django.db import models
from django.db.models import F


class Box(models.Model):
    width = models.IntegerField()
    depth = models.IntegerField()
    area = models.GeneratedField(expression=F("width") * F("depth"), output_field=models.IntegerField(), db_persist=True)
