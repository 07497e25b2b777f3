# --- map/models.py
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point


class Shop(models.Model):
    name = models.CharField(max_length=40)
    place = models.PointField(srid=4326)
    aerial = models.RasterField(null=True)


def nearest(x, y):
    return Shop.objects.annotate(far=Distance("place", Point(x, y, srid=4326))).order_by("far").first()
# --- config/settings.py
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.gis", "map"]
ROOT_URLCONF = "config.urls"
DATABASES = {"default": {"ENGINE": "django.contrib.gis.db.backends.postgis", "NAME": "map"}}
