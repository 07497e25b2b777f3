# --- shop/models.py
from django.db import models


class Event(models.Model):
    text = models.TextField()
# --- config/settings.py
INSTALLED_APPS = ["django.contrib.contenttypes", "shop"]
ROOT_URLCONF = "config.urls"
DATABASES = {
    "default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop"},
    "events": {"ENGINE": "django.db.backends.postgresql", "NAME": "events"},
}
