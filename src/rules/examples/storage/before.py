# --- config/settings.py
INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "config.urls"
STORAGES = {"default": {"BACKEND": "shop.storage.Plans"}}
# --- shop/models.py
# --- shop/storage.py
from django.core.files.storage import FileSystemStorage


class Plans(FileSystemStorage):
    def get_available_name(self, name, max_length=None):
        return super().get_available_name(name.lower(), max_length)
