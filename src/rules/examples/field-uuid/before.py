# --- shop/models.py
import uuid

from django.db import models


class Ticket(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token = models.BinaryField(max_length=32)
    seen_from = models.GenericIPAddressField(null=True)
