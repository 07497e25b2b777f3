# --- config/settings.py
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "rest_framework.authtoken", "shop"]
ROOT_URLCONF = "config.urls"
AUTHENTICATION_BACKENDS = ["shop.backends.Shop", "django.contrib.auth.backends.ModelBackend"]
# --- shop/models.py
from django.db import models


class Order(models.Model):
    class Meta:
        permissions = [("refund_order", "may refund")]
# --- shop/backends.py
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import Group


class Shop(BaseBackend):
    def has_perm(self, user, perm, obj=None):
        return Group.objects.filter(user=user, name="clerks").exists()
# --- shop/views.py
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse


@permission_required("shop.refund_order", raise_exception=True)
def refund(request):
    return HttpResponse()
