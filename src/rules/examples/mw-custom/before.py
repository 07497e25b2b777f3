# --- config/settings.py
INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "config.urls"
MIDDLEWARE = ["shop.middleware.Tenant"]
# --- shop/models.py
# --- shop/middleware.py
import threading

from django.http import HttpResponseForbidden

state = threading.local()


class Tenant:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        state.tenant = request.headers.get("X-Tenant")
        response = self.get_response(request)
        response["X-Tenant"] = state.tenant or ""
        return response

    def process_view(self, request, view, args, kwargs):
        if state.tenant is None and not getattr(view, "public", False):
            return HttpResponseForbidden()

    def process_exception(self, request, exception):
        return None

    def process_template_response(self, request, response):
        response.context_data["tenant"] = state.tenant
        return response
