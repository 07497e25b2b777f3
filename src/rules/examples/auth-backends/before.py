# --- config/settings.py
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "allauth", "people"]
ROOT_URLCONF = "config.urls"
SESSION_ENGINE = "django.contrib.sessions.backends.file"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "django_auth_ldap.backend.LDAPBackend",
    "people.backends.OwnerBackend",
]

# --- people/backends.py
from django.contrib.auth.backends import BaseBackend


class OwnerBackend(BaseBackend):
    def has_perm(self, user_obj, perm, obj=None):
        return obj is not None and obj.owner_id == user_obj.pk


# --- people/views.py
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate, login
from django.http import JsonResponse


def sign_in(request):
    user = authenticate(request, username=request.POST["name"], password=request.POST["password"])
    if user is None:
        return JsonResponse({}, status=401)
    login(request, user)
    return JsonResponse({"mails": EmailAddress.objects.filter(user=user).count()})


# --- people/models.py
# --- config/urls.py
from django.urls import path

from people import views

urlpatterns = [path("sign-in/", views.sign_in)]
