# --- config/settings.py
INSTALLED_APPS = ["rest_framework", "shop"]
ROOT_URLCONF = "config.urls"
TIME_ZONE = "Europe/Berlin"
REST_FRAMEWORK = {"COERCE_DECIMAL_TO_STRING": False, "DATETIME_FORMAT": "%Y-%m-%d %H:%M"}

# --- shop/models.py
