# --- shop/models.py
# --- shop/apps.py
from django.apps import AppConfig
from django.core.signals import got_request_exception, request_finished
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


def done(sender, **kwargs):
    pass


def failed(sender, request, **kwargs):
    pass


def tuned(sender, connection, **kwargs):
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA foreign_keys = ON")


def seed(sender, **kwargs):
    pass


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        request_finished.connect(done)
        got_request_exception.connect(failed)
        connection_created.connect(tuned)
        post_migrate.connect(seed, sender=self)
