# --- shop/models.py
from django.db import models


class Booking(models.Model):
    code = models.CharField(max_length=10)
    start = models.DateField()
    end = models.DateField()


# --- shop/api.py
from rest_framework import serializers

from .models import Booking


class BookingSerializer(serializers.ModelSerializer):
    class Meta:
        model = Booking
        fields = ["code", "start", "end"]

    def validate_code(self, value):
        return value.upper()

    def validate(self, attrs):
        if attrs["end"] < attrs["start"]:
            raise serializers.ValidationError({"end": "before the start"})
        if Booking.objects.filter(start__lt=attrs["end"], end__gt=attrs["start"]).exists():
            raise serializers.ValidationError("taken")
        return attrs

    def run_validation(self, data=serializers.empty):
        return super().run_validation({**data, "code": data.get("code") or "NONE"})
