# --- shop/models.py
from django.db import models


class Stamped(models.Model):
    class Meta:
        abstract = True


class Order(Stamped):
    pass
# --- shop/signals.py
from django.dispatch import Signal

paid = Signal()
shipped = Signal()
# --- shop/services.py
from .signals import paid, shipped


def pay(order):
    paid.send(sender=type(order), order=order)


def ship(order):
    shipped.send_robust(sender=type(order), order=order)
# --- mails/models.py
from django.contrib.auth.signals import user_logged_in
from django.core.signals import setting_changed
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Stamped
from shop.signals import paid, shipped


@receiver(paid)
def thank(sender, order, **kwargs):
    pass


@receiver(shipped)
def announce(sender, order, **kwargs):
    pass


@receiver(user_logged_in)
def greet(sender, request, user, **kwargs):
    pass


@receiver(setting_changed)
def reload(sender, setting, **kwargs):
    pass


@receiver(post_save, sender=Stamped)
def never(sender, **kwargs):
    """Stamped is abstract: nothing sends it."""
