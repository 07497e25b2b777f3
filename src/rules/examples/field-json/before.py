# --- shop/models.py
from django.db import models


class Device(models.Model):
    settings = models.JSONField(default=dict)
    last_error = models.JSONField(null=True)
