# --- config/settings.py
INSTALLED_APPS = ["shop"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "config.urls"
PREPEND_WWW = True
FORCE_SCRIPT_NAME = "/app"

# --- shop/views.py
from django.http import JsonResponse


def items(request):
    return JsonResponse({"items": []})


# --- config/urls.py
from django.urls import path

from shop import views

urlpatterns = [path("items/", views.items)]
