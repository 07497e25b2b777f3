# --- shop/apps.py
from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        from . import clock

        clock.start()
# --- shop/clock.py
def start():
    print("started")
# --- shop/models.py
