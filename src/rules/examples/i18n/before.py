# --- config/settings.py
INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "config.urls"
LOCALE_PATHS = ["locale"]
MIDDLEWARE = ["django.middleware.locale.LocaleMiddleware"]
# --- shop/models.py
# --- shop/views.py
from django.http import HttpResponse
from django.utils import formats, translation
from django.utils.translation import gettext as _


def thanks(request):
    with translation.override("de"):
        return HttpResponse(_("Thank you") + formats.number_format(1.5))
