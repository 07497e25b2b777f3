# --- config/settings.py
INSTALLED_APPS = ["rest_framework", "shop"]
ROOT_URLCONF = "config.urls"
REST_FRAMEWORK = {
    "DEFAULT_THROTTLE_CLASSES": ["shop.api.PerKey"],
    "DEFAULT_THROTTLE_RATES": {"key": "2/min"},
}

# --- shop/api.py
from rest_framework.throttling import SimpleRateThrottle


class PerKey(SimpleRateThrottle):
    scope = "key"

    def get_cache_key(self, request, view):
        return request.headers.get("X-Key")
