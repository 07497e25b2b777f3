# --- shop/models.py
from django.db import models


class Order(models.Model):
    class State(models.TextChoices):
        OPEN = "open", "Offen"
        PAID = "paid", "Bezahlt"

    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)

    def __str__(self):
        return self.get_state_display()
