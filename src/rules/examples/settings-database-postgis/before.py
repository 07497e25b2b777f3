# --- config/settings.py
INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "config.urls"
DATABASES = {"default": {"ENGINE": "django.contrib.gis.db.backends.postgis", "NAME": "shop"}}
# --- shop/models.py
