# --- shop/models.py
from django.db import models


class Article(models.Model):
    title = models.CharField(max_length=80)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)
