# --- shop/views.py
import time

import requests
from django.http import HttpResponse


async def rate(request):
    time.sleep(0.1)
    return HttpResponse(requests.get("https://rates.example/eur").text)


# --- config/urls.py
from django.urls import path

from shop import views

urlpatterns = [path("rate/", views.rate)]
