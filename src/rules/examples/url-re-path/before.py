# --- shop/views.py
from django.http import JsonResponse


def item(request, code):
    return JsonResponse({"code": code})


def page(request, slug):
    return JsonResponse({"slug": slug})


def report(request, year=None):
    return JsonResponse({"year": year})


# --- config/urls.py
from django.urls import re_path

from shop import views

urlpatterns = [
    re_path(r"^items/(?P<code>[A-Z]{2}-[0-9]+)/?$", views.item),
    re_path(r"^reports/(?:(?P<year>[0-9]{4})/)?$", views.report),
    re_path(r"^(?!static/)(?P<slug>[a-z-]+)/$", views.page),
]
