# --- shop/views.py
from django.http import JsonResponse


def item(request, pk):
    return JsonResponse({"pk": pk})


def export(request):
    return JsonResponse({"rows": []})


def debug(request):
    return JsonResponse({})


# --- shop/urls.py
from django.urls import path

from . import views

app_name = "shop"
urlpatterns = [
    path("<int:pk>/", views.item, name="item"),
    path("export/", views.export, name="export"),
]

# --- config/urls.py
import os

from django.urls import include, path

from shop import views

urlpatterns = [path("items/", include("shop.urls"))]
if os.path.exists("/etc/shop/debug"):
    urlpatterns.append(path("debug/", views.debug))
