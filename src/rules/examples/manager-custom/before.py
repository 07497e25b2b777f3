# --- shop/models.py
from django.db import models


class BookQuerySet(models.QuerySet):
    def published(self):
        return self.filter(public=True)

    def cheapest(self):
        return self.order_by("price").first()


class Author(models.Model):
    name = models.CharField(max_length=40)


class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE, related_name="books")
    public = models.BooleanField(default=False)
    price = models.IntegerField()

    objects = models.Manager.from_queryset(BookQuerySet)()


def show(author):
    return author.books.published().cheapest()
