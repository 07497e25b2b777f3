# --- shop/views.py
from django.shortcuts import render
from django.views.generic import RedirectView, TemplateView


class About(TemplateView):
    template_name = "about.html"
    extra_context = {"phone": "112"}


def home(request):
    return render(request, "home.html", {"title": "Shop"})


class Old(RedirectView):
    url = "/about/"
    query_string = True


# --- config/urls.py
from django.urls import path

from shop import views

urlpatterns = [path("about/", views.About.as_view()), path("", views.home), path("old/", views.Old.as_view())]
