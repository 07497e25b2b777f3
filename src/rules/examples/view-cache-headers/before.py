# --- shop/views.py
from django.http import HttpResponse
from django.views.decorators.cache import cache_page
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import etag


@cache_page(60)
def prices(request):
    return HttpResponse("1.10")


def version(request):
    return "v1"


@etag(version)
@xframe_options_exempt
def widget(request):
    return HttpResponse("widget")


# --- config/urls.py
from django.urls import path

from shop import views

urlpatterns = [path("prices/", views.prices), path("widget/", views.widget)]
