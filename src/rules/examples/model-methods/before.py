# --- shop/models.py
from django.db import models
from django.urls import reverse


class Author(models.Model):
    name = models.CharField(max_length=40)

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.name,)


class Book(models.Model):
    title = models.CharField(max_length=40)
    author = models.ForeignKey(Author, models.CASCADE)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.old_title = self.title

    @property
    def label(self):
        return f"{self.author.name}: {self.title}"

    def get_absolute_url(self):
        return reverse("book", args=[self.pk])
