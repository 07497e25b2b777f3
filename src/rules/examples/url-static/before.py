# --- config/settings.py
INSTALLED_APPS = ["django.contrib.staticfiles", "shop"]
ROOT_URLCONF = "config.urls"
MEDIA_ROOT = "/srv/media"
MEDIA_URL = "/media/"

# --- shop/models.py
# --- config/urls.py
from django.conf import settings
from django.conf.urls.static import static

urlpatterns = static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)
