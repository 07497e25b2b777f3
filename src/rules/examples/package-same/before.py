# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=40)
# --- requirements.txt
django
celery
django-debug-toolbar
django-stubs
django-test-migrations
factory-boy
freezegun
gunicorn
jinja2
markdown
mysqlclient
pillow
psycopg
pyjwt
pytest-django
redis
requests
sentry-sdk
