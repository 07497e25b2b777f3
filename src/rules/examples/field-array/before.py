# --- shop/models.py
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    CITextField,
    DateTimeRangeField,
    HStoreField,
    RangeOperators,
)
from django.contrib.postgres.indexes import BrinIndex, GinIndex, HashIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Lower


class Booking(models.Model):
    rooms = ArrayField(models.IntegerField(), size=4)
    extras = HStoreField(default=dict)
    during = DateTimeRangeField()
    search = SearchVectorField(null=True)
    guest = CITextField()

    class Meta:
        constraints = [ExclusionConstraint(name="booking_no_overlap", expressions=[("during", RangeOperators.OVERLAPS)])]
        indexes = [
            GinIndex(fields=["search"], name="booking_search"),
            BrinIndex(fields=["during"], name="booking_during"),
            HashIndex(fields=["guest"], name="booking_guest"),
            GinIndex(OpClass(Lower("guest"), name="gin_trgm_ops"), name="booking_trigram"),
        ]
