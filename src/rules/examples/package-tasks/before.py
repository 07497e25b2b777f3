# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=40)
# --- requirements.txt
django
channels
django-celery-beat
django-celery-results
django-cron
django-haystack
django-rq
huey
