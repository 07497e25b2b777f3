# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=40)
# --- requirements.txt
django
django-filter
django-ninja
django-rest-polymorphic
django-tastypie
djangorestframework
djangorestframework-camel-case
djangorestframework-jsonapi
djangorestframework-xml
drf-flex-fields
drf-nested-routers
drf-spectacular
drf-standardized-errors
drf-writable-nested
graphene-django
