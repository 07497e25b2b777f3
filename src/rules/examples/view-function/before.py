# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=50)


# --- shop/views.py
from django.http import HttpResponse
from django.views import View
from django.views.decorators.http import require_http_methods

from .models import Item


@require_http_methods(["GET", "POST"])
def items(request):
    if request.method == "POST":
        item = Item.objects.create(name=request.POST["name"])
        return HttpResponse(item.pk, status=201)
    found = Item.objects.filter(name__icontains=request.GET.get("q", ""))
    return HttpResponse("\n".join(i.name for i in found), content_type="text/plain")


class Export(View):
    def get(self, request):
        return HttpResponse("name\n", content_type="text/csv")


# --- config/urls.py
from django.urls import path

from shop import views

urlpatterns = [path("items/", views.items), path("export/", views.Export.as_view())]
