# --- shop/models.py
from django.db import models


class Book(models.Model):
    pages = models.IntegerField()


class Film(models.Model):
    minutes = models.IntegerField()


# --- shop/api.py
from rest_framework import serializers
from rest_polymorphic.serializers import PolymorphicSerializer

from .models import Book, Film


class BookSerializer(serializers.ModelSerializer):
    class Meta:
        model = Book
        fields = ["pages"]


class FilmSerializer(serializers.ModelSerializer):
    class Meta:
        model = Film
        fields = ["minutes"]


class WorkSerializer(PolymorphicSerializer):
    model_serializer_mapping = {Book: BookSerializer, Film: FilmSerializer}
