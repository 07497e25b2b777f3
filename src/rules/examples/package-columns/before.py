# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=40)
# --- requirements.txt
django
django-autoslug
django-countries
django-cryptography
django-extensions
django-fsm
django-hashid-field
django-lifecycle
django-localflavor
django-model-utils
django-money
django-multiselectfield
django-netfields
django-parler
django-phonenumber-field
django-picklefield
django-sortedm2m
django-timezone-field
jsonfield
