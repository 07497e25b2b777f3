# --- shop/views.py
from django.http import HttpResponse, HttpResponseForbidden
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache


class TenantMixin:
    def dispatch(self, request, *args, **kwargs):
        self.tenant = request.headers.get("X-Tenant")
        if self.tenant is None:
            return HttpResponseForbidden()
        return super().dispatch(request, *args, **kwargs)


@method_decorator(never_cache, name="dispatch")
class Stock(TenantMixin, View):
    def get(self, request):
        return HttpResponse(self.tenant)


# --- config/urls.py
from django.urls import path

from shop import views

urlpatterns = [path("stock/", views.Stock.as_view())]
