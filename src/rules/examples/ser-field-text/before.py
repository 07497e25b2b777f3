# --- shop/models.py
# --- shop/api.py
from rest_framework import serializers


class ItemSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=10)
    note = serializers.CharField(allow_blank=True, required=False)
    stock = serializers.IntegerField(min_value=0)
    mail = serializers.EmailField(required=False)
    size = serializers.ChoiceField(choices=[1, 2], default=1)
    extra = serializers.JSONField(required=False)
