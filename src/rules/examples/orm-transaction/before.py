# --- shop/models.py
from django.db import models


class Order(models.Model):
    reference = models.CharField(max_length=20, unique=True)
    status = models.CharField(max_length=10, default="new")


# --- shop/services.py
from django.db import IntegrityError, transaction

from shop.models import Order


def notify(pk):
    print(pk)


def send(pk):
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=pk)
        order.status = "sent"
        order.save()
        transaction.on_commit(lambda: notify(order.pk))


@transaction.atomic
def take(references):
    for reference in references:
        try:
            with transaction.atomic():
                Order.objects.create(reference=reference)
        except IntegrityError:
            pass
