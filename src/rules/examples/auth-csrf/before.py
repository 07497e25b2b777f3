# --- config/settings.py
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "shop"]
MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
ROOT_URLCONF = "config.urls"
CSRF_COOKIE_NAME = "shop_csrf"
CSRF_TRUSTED_ORIGINS = ["https://front.example"]

# --- shop/views.py
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt, ensure_csrf_cookie


@ensure_csrf_cookie
def start(request):
    return JsonResponse({})


def order(request):
    return JsonResponse({})


@csrf_exempt
def webhook(request):
    return JsonResponse({})


# --- config/urls.py
from django.urls import path

from shop import views

urlpatterns = [path("", views.start), path("order/", views.order), path("hook/", views.webhook)]
