# --- config/settings.py
INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "config.urls"
DATABASES = {
    "default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "ATOMIC_REQUESTS": True},
    "replica": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop"},
}
DATABASE_ROUTERS = ["shop.routers.Replica"]
# --- shop/models.py
# --- shop/routers.py


class Replica:
    def db_for_read(self, model, **hints):
        return "replica"

    def db_for_write(self, model, **hints):
        return "default"
