# --- shop/views.py
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import resolve, reverse


def item(request, pk):
    return JsonResponse({"self": reverse("item", args=[pk]), "here": resolve(request.path).url_name})


def home(request):
    return render(request, "home.html")


# --- shop/templates/home.html
<a href="{% url 'item' 1 %}">first</a>
# --- config/urls.py
from django.urls import path

from shop import views

urlpatterns = [path("", views.home, name="home"), path("items/<int:pk>/", views.item, name="item")]
