# --- config/settings.py
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "people"]
ROOT_URLCONF = "config.urls"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", "people.hashers.OldHasher"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]

# --- people/hashers.py
import hashlib

from django.contrib.auth.hashers import BasePasswordHasher, check_password, make_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator


class OldHasher(BasePasswordHasher):
    algorithm = "old"

    def verify(self, password, encoded):
        return encoded == "old$" + hashlib.sha1(password.encode()).hexdigest()


class ActivationToken(PasswordResetTokenGenerator):
    def _make_hash_value(self, user, timestamp):
        return f"{user.pk}{timestamp}{user.is_active}"


def change(user, old, new):
    if check_password(old, user.password):
        user.password = make_password(new)


# --- people/models.py
# --- config/urls.py
urlpatterns = []
