# --- config/settings.py
INSTALLED_APPS = ["rest_framework", "shop"]
ROOT_URLCONF = "config.urls"
REST_FRAMEWORK = {
    "DEFAULT_VERSIONING_CLASS": "shop.api.ByHeader",
    "DEFAULT_VERSION": "1",
    "ALLOWED_VERSIONS": ["1", "2"],
}

# --- shop/api.py
from rest_framework.versioning import BaseVersioning


class ByHeader(BaseVersioning):
    def determine_version(self, request, *args, **kwargs):
        return request.headers.get("X-Version", self.default_version)
