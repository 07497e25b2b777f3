# --- shop/models.py
from django.db import models


class Supplier(models.Model):
    mail = models.EmailField()
    site = models.URLField(blank=True)
    slug = models.SlugField()
