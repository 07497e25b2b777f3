# --- shop/models.py
from django.db import models


class Photo(models.Model):
    image = models.ImageField(upload_to="photos")


# --- shop/api.py
from rest_framework import serializers

from .models import Photo


class PhotoSerializer(serializers.ModelSerializer):
    image = serializers.ImageField()

    class Meta:
        model = Photo
        fields = ["id", "image"]
