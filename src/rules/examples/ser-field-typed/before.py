# --- shop/models.py
# --- shop/api.py
from rest_framework import serializers


class OfferSerializer(serializers.Serializer):
    price = serializers.DecimalField(max_digits=6, decimal_places=2)
    start = serializers.DateTimeField()
    day = serializers.DateField()
    length = serializers.DurationField()
