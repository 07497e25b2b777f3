# --- shop/fields.py
from django.db import models


class CommaList(models.Field):
    def db_type(self, connection):
        return "text"

    def from_db_value(self, value, expression, connection):
        return value.split(",") if value else []

    def get_prep_value(self, value):
        return ",".join(value)
# --- shop/models.py
from django.db import models

from .fields import CommaList


class Parcel(models.Model):
    codes = CommaList()
