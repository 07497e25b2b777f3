# --- shop/models.py
# --- shop/api.py
from rest_framework import serializers


class ColourField(serializers.Field):
    def to_representation(self, value):
        return f"#{value:06x}"

    def to_internal_value(self, data):
        if not isinstance(data, str) or not data.startswith("#"):
            raise serializers.ValidationError("no colour")
        return int(data[1:], 16)


class WallSerializer(serializers.Serializer):
    colour = ColourField()
    border = ColourField(required=False)
