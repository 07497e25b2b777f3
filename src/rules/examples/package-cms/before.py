# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=40)
# --- requirements.txt
django
dj-stripe
django-ckeditor
django-compressor
django-crispy-forms
django-dbbackup
django-formtools
django-import-export
django-jazzmin
django-jinja
django-oscar
django-robots
django-tables2
wagtail
