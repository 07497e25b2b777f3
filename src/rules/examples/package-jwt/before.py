# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=40)
# --- requirements.txt
django
dj-rest-auth
django-allauth
django-axes
django-hijack
django-oauth-toolkit
django-rest-knox
djangorestframework-simplejwt
mozilla-django-oidc
