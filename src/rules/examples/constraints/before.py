# --- shop/models.py
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower


class Slot(models.Model):
    room = models.IntegerField()
    day = models.DateField()
    title = models.CharField(max_length=40)
    active = models.BooleanField(default=True)

    class Meta:
        unique_together = [("room", "day")]
        index_together = [("day", "room")]  # up to Django 5.0
        constraints = [
            models.UniqueConstraint(fields=["title", "day"], name="slot_title_day"),
            models.UniqueConstraint(fields=["title"], condition=Q(active=True), name="slot_one_active"),
            models.CheckConstraint(condition=Q(room__gt=0), name="slot_room_positive"),
        ]
        indexes = [
            models.Index(fields=["-day"], name="slot_day_desc"),
            models.Index(Lower("title"), name="slot_title_lower"),
        ]
