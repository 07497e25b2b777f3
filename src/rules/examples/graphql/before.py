# --- config/urls.py
from django.urls import path
from graphene_django.views import GraphQLView

from shop.schema import schema
from shop.views import Shop

urlpatterns = [path("graphql/", GraphQLView.as_view(schema=schema)), path("shop/", Shop.as_view(schema=schema))]
# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=40)
# --- shop/views.py
from graphene_django.views import GraphQLView


class Shop(GraphQLView):
    graphiql = False
# --- shop/schema.py
import graphene
from graphene_django import DjangoObjectType

from .models import Item


class ItemType(DjangoObjectType):
    class Meta:
        model = Item


class Query(graphene.ObjectType):
    items = graphene.List(ItemType)

    def resolve_items(self, info):
        return Item.objects.all()


schema = graphene.Schema(query=Query)
