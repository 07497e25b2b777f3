# --- shop/models.py
from django.db import models


class Consent(models.Model):
    newsletter = models.BooleanField(default=False)
    adult = models.BooleanField(null=True)
