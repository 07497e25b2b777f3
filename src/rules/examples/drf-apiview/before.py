# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=20)


# --- shop/api.py
from rest_framework import generics, serializers
from rest_framework.decorators import api_view
from rest_framework.response import Response
from rest_framework.views import APIView

from .models import Item


class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = Item
        fields = ["id", "name"]


class ItemList(generics.ListCreateAPIView):
    queryset = Item.objects.all()
    serializer_class = ItemSerializer


class Stock(APIView):
    def get(self, request):
        return Response({"total": Item.objects.count()})

    def post(self, request):
        return Response({"got": request.data}, status=202)


@api_view(["POST"])
def rename(request):
    return Response({"name": request.data.get("name", "")})


# --- config/urls.py
from django.urls import path

from shop import api

urlpatterns = [path("items/", api.ItemList.as_view()), path("stock/", api.Stock.as_view()), path("rename/", api.rename)]
