# --- shop/models.py
from django.core.exceptions import ValidationError
from django.db import models


def even(value):
    if value % 2:
        raise ValidationError("%(value)s is not even", params={"value": value})


class Pair(models.Model):
    size = models.IntegerField(validators=[even], help_text="Number of single pieces")
    sold = models.IntegerField(default=0, editable=False)
