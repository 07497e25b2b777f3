# --- shop/models.py
from django.contrib.auth.models import AbstractUser
from django.db import models


class Person(AbstractUser):
    class Meta:
        swappable = "AUTH_USER_MODEL"


class Stamped(models.Model):
    by = models.ForeignKey("Person", models.CASCADE, related_name="%(class)ss")

    class Meta:
        abstract = True


class Place(Stamped):
    name = models.CharField(max_length=50)


class Restaurant(Place):
    stars = models.IntegerField(default=0)


class ClosedPlace(Place):
    class Meta:
        proxy = True
        ordering = ["name"]
# --- config/settings.py
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "shop"]
AUTH_USER_MODEL = "shop.Person"
ROOT_URLCONF = "config.urls"
