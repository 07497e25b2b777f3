# --- config/settings.py
INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "config.urls"
USE_TZ = False
TIME_ZONE = "Europe/Berlin"
# --- shop/models.py
# --- shop/views.py
from django.http import HttpResponse
from django.utils import timezone


def today(request):
    timezone.activate(request.session["zone"])
    return HttpResponse(timezone.localdate())
