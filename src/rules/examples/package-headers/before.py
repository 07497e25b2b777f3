# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=40)
# --- requirements.txt
django
django-cors-headers
django-csp
django-htmx
django-ipware
django-ratelimit
whitenoise
