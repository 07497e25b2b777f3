# --- requirements.txt
djangorestframework==3.16.1
# --- shop/api.py
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView


class LineParser(BaseParser):
    media_type = "text/plain"

    def parse(self, stream, media_type=None, parser_context=None):
        return stream.read().decode().splitlines()


class Import(APIView):
    parser_classes = [MultiPartParser, LineParser]

    def post(self, request):
        return Response(len(request.data))


# --- config/urls.py
from django.urls import path

from shop.api import Import

urlpatterns = [path("import/", Import.as_view())]
