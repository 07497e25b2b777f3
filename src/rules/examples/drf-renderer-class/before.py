# --- config/settings.py
INSTALLED_APPS = ["rest_framework", "shop"]
ROOT_URLCONF = "config.urls"
REST_FRAMEWORK = {
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "shop.api.ByHeader",
    "DEFAULT_RENDERER_CLASSES": ["shop.api.Envelope"],
}

# --- shop/api.py
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer


class Envelope(JSONRenderer):
    def render(self, data, accepted_media_type=None, renderer_context=None):
        ok = renderer_context["response"].status_code < 400
        return super().render({"ok": ok, "data": data}, accepted_media_type, renderer_context)


class ByHeader(BaseContentNegotiation):
    def select_parser(self, request, parsers):
        return parsers[0]

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type
