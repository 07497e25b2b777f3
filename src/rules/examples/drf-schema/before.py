# --- requirements.txt
djangorestframework==3.16.1
# --- config/settings.py
INSTALLED_APPS = ["rest_framework", "shop"]
ROOT_URLCONF = "config.urls"
REST_FRAMEWORK = {"DEFAULT_METADATA_CLASS": "shop.api.Choices"}

# --- shop/api.py
from drf_spectacular.utils import extend_schema
from rest_framework.metadata import SimpleMetadata
from rest_framework.response import Response
from rest_framework.views import APIView


class Choices(SimpleMetadata):
    def determine_metadata(self, request, view):
        return {"name": view.get_view_name()}


class Stock(APIView):
    @extend_schema(operation_id="stock_retrieve", responses={200: dict})
    def get(self, request):
        return Response({"total": 0})


# --- config/urls.py
from django.urls import path

from shop.api import Stock

urlpatterns = [path("stock/", Stock.as_view())]
