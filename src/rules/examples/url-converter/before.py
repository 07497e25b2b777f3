# --- shop/converters.py
class Year:
    regex = "[0-9]{4}"

    def to_python(self, value):
        year = int(value)
        if year < 1990:
            raise ValueError
        return year

    def to_url(self, value):
        return f"{value:04d}"


# --- shop/views.py
from django.http import JsonResponse


def item(request, pk):
    return JsonResponse({"pk": pk})


def archive(request, year):
    return JsonResponse({"year": year})


def download(request, name):
    return JsonResponse({"name": name})


# --- config/urls.py
from django.urls import path, register_converter

from shop import converters, views

register_converter(converters.Year, "year")

urlpatterns = [
    path("items/<int:pk>/", views.item),
    path("archive/<year:year>/", views.archive),
    path("files/<path:name>", views.download),
]
