# --- config/settings.py
INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "config.urls"
SHOP_LIMIT = 10
LOGGING = {"version": 1, "loggers": {"shop": {"level": "INFO"}}}
TEST_RUNNER = "shop.runner.Runner"
# --- shop/models.py
from django.conf import settings

LIMIT = settings.SHOP_LIMIT
