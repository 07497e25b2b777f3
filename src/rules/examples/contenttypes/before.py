# --- config/settings.py
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sites",
    "django.contrib.redirects",
    "django.contrib.humanize",
    "shop",
]
ROOT_URLCONF = "config.urls"
SITE_ID = 1
# --- shop/models.py
from django.contrib.contenttypes.models import ContentType
from django.db import models


class Item(models.Model):
    @property
    def kind(self):
        return ContentType.objects.get_for_model(self).pk
# --- shop/checks.py
from django.core.checks import register


@register()
def configured(app_configs, **kwargs):
    return []
# --- shop/sitemaps.py
from django.contrib.sitemaps import Sitemap


class Items(Sitemap):
    def items(self):
        return []
