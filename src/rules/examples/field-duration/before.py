# --- shop/models.py
from django.db import models


class Timer(models.Model):
    length = models.DurationField()
