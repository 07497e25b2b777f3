# --- config/settings.py
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "shop"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "config.urls"

# --- shop/views.py
from django.http import JsonResponse


def me(request):
    return JsonResponse({"name": request.user.username})


# --- config/urls.py
from django.urls import path

from shop import views

urlpatterns = [path("me/", views.me)]
