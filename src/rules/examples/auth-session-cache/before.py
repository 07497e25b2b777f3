# --- requirements.txt
django-otp==1.6.0
# --- config/settings.py
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "shop"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
ROOT_URLCONF = "config.urls"
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.PickleSerializer"
SESSION_SAVE_EVERY_REQUEST = True

# --- shop/views.py
from django.http import JsonResponse
from django_otp.decorators import otp_required


@otp_required
def me(request):
    return JsonResponse({"name": request.user.username})


# --- config/urls.py
from django.urls import path

from shop import views

urlpatterns = [path("me/", views.me)]
