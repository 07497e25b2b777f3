# --- config/settings.py
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "people"]
ROOT_URLCONF = "config.urls"
AUTH_USER_MODEL = "people.User"
SESSION_SAVE_EVERY_REQUEST = True
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_SERIALIZER = "people.sessions.PickleSerializer"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
# --- people/models.py
from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    pass
# --- people/views.py
from django.contrib.auth import authenticate, login
from django.shortcuts import redirect


def enter(request):
    user = authenticate(request, username=request.POST["name"], password=request.POST["password"])
    if user:
        login(request, user)
    return redirect("/")
