# --- shop/models.py
from django.db import models


class Order(models.Model):
    note = models.TextField()
    created = models.DateTimeField()


# --- shop/reports.py
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Count, Lookup, TextField
from django.db.models.functions import TruncMonth

from shop.models import Order


@TextField.register_lookup
class Sounds(Lookup):
    lookup_name = "sounds"

    def as_sql(self, compiler, connection):
        left, args = self.process_lhs(compiler, connection)
        right, more = self.process_rhs(compiler, connection)
        return f"soundex({left}) = soundex({right})", [*args, *more]


def search(text):
    vector = SearchVector("note", config="english")
    return Order.objects.annotate(vector=vector).filter(vector=SearchQuery(text, config="english"))


def months():
    return Order.objects.annotate(month=TruncMonth("created")).values("month").annotate(number=Count("pk"))


def like(text):
    return Order.objects.filter(note__sounds=text)
