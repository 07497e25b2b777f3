# --- shop/models.py
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=10)


class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE, null=True)
    width = models.IntegerField()
    height = models.IntegerField()


class Note(models.Model):
    book = models.ForeignKey(Book, models.CASCADE, related_name="notes")
    text = models.CharField(max_length=10)


# --- shop/api.py
from rest_framework import serializers

from .models import Author, Book, Note


class SizeSerializer(serializers.Serializer):
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class NoteSerializer(serializers.ModelSerializer):
    class Meta:
        model = Note
        fields = ["text"]


class AuthorSerializer(serializers.ModelSerializer):
    class Meta:
        model = Author
        fields = ["id", "name"]


class BookSerializer(serializers.ModelSerializer):
    author = AuthorSerializer(read_only=True)
    author_name = serializers.CharField(source="author.name", read_only=True)
    notes = NoteSerializer(many=True, read_only=True)
    size = SizeSerializer(source="*")

    class Meta:
        model = Book
        fields = ["id", "author", "author_name", "notes", "size"]


class DeepNoteSerializer(serializers.ModelSerializer):
    class Meta:
        model = Note
        fields = ["text", "book"]
        depth = 1
