# --- config/settings.py
INSTALLED_APPS = ["django.contrib.gis", "django.contrib.postgres", "shop"]
ROOT_URLCONF = "config.urls"
# --- shop/models.py
from django.db import models


class Item(models.Model):
    text = models.TextField()
# --- shop/views.py
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.http import HttpResponse

from .models import Item


def found(request):
    query = SearchQuery(request.GET["q"], search_type="websearch", config="english")
    items = Item.objects.annotate(search=SearchVector("text", config="english")).filter(search=query)
    return HttpResponse(items.count())
