# --- shop/models.py
from django.db import models


class Order(models.Model):
    note = models.CharField(max_length=10)


class Line(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    text = models.CharField(max_length=10)


# --- shop/api.py
from django.db import transaction
from drf_writable_nested import WritableNestedModelSerializer
from rest_framework import serializers

from .models import Line, Order


class LineSerializer(serializers.ModelSerializer):
    id = serializers.IntegerField(required=False)

    class Meta:
        model = Line
        fields = ["id", "text"]


class OrderSerializer(serializers.ModelSerializer):
    lines = LineSerializer(many=True)

    class Meta:
        model = Order
        fields = ["note", "lines"]

    @transaction.atomic
    def update(self, instance, validated_data):
        lines = validated_data.pop("lines", None)
        instance = super().update(instance, validated_data)
        if lines is not None:
            instance.lines.exclude(id__in=[line["id"] for line in lines if "id" in line]).delete()
            for line in lines:
                Line.objects.update_or_create(id=line.get("id"), order=instance, defaults={"text": line["text"]})
        return instance

    def save(self, **kwargs):
        order = super().save(**kwargs)
        print("changed", order.pk)
        return order


class FullOrderSerializer(WritableNestedModelSerializer):
    lines = LineSerializer(many=True)

    class Meta:
        model = Order
        fields = ["note", "lines"]
