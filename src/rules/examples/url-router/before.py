# --- config/settings.py
INSTALLED_APPS = ["django.contrib.contenttypes", "rest_framework", "shop"]
ROOT_URLCONF = "config.urls"
APPEND_SLASH = False

# --- shop/models.py
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=50)


class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE, related_name="books")
    title = models.CharField(max_length=50)


# --- shop/api.py
from rest_framework import serializers, viewsets

from .models import Author, Book


class AuthorSerializer(serializers.ModelSerializer):
    class Meta:
        model = Author
        fields = ["id", "name"]


class BookSerializer(serializers.ModelSerializer):
    class Meta:
        model = Book
        fields = ["id", "title"]


class AuthorViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Author.objects.all()
    serializer_class = AuthorSerializer


class BookViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Book.objects.all()
    serializer_class = BookSerializer

    def get_queryset(self):
        return super().get_queryset().filter(author=self.kwargs["author_pk"])


# --- config/urls.py
from rest_framework.routers import DefaultRouter
from rest_framework_nested.routers import NestedSimpleRouter

from shop import api

router = DefaultRouter(trailing_slash=False)
router.register("authors", api.AuthorViewSet)
books = NestedSimpleRouter(router, "authors", lookup="author", trailing_slash=False)
books.register("books", api.BookViewSet)
urlpatterns = router.urls + books.urls
