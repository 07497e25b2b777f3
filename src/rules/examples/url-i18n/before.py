# --- shop/views.py
from django.http import JsonResponse
from django.utils.translation import get_language, gettext


def hello(request):
    return JsonResponse({"language": get_language(), "text": gettext("Hello")})


# --- config/urls.py
from django.conf.urls.i18n import i18n_patterns
from django.urls import path

from shop import views

urlpatterns = i18n_patterns(path("hello/", views.hello))
