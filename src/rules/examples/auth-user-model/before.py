# --- config/settings.py
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "people"]
ROOT_URLCONF = "config.urls"
AUTH_USER_MODEL = "people.User"

# --- people/models.py
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class UserManager(BaseUserManager):
    def create_user(self, email, password=None):
        user = self.model(email=self.normalize_email(email))
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    objects = UserManager()
    USERNAME_FIELD = "email"


# --- config/urls.py
urlpatterns = []
