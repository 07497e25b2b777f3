# --- shop/models.py
from django.db import models


class Alive(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(deleted=False)


class Author(models.Model):
    deleted = models.BooleanField(default=False)

    objects = Alive()
    everything = models.Manager()

    class Meta:
        default_manager_name = "objects"


class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
