# --- shop/views.py
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.views import View


@login_required
def account(request):
    return HttpResponse(request.user.username)


@permission_required("shop.view_order", raise_exception=True)
def orders(request):
    return HttpResponse("orders")


class Basket(LoginRequiredMixin, View):
    def get(self, request):
        return HttpResponse("basket")


# --- config/urls.py
from django.urls import path

from shop import views

urlpatterns = [path("account/", views.account), path("orders/", views.orders), path("basket/", views.Basket.as_view())]
