# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=20)


# --- shop/schema.py
import graphene
from graphene import relay
from graphene_django import DjangoObjectType
from graphene_django.filter import DjangoFilterConnectionField

from .models import Item


class ItemNode(DjangoObjectType):
    class Meta:
        model = Item
        fields = ["name"]
        filter_fields = ["name"]
        interfaces = (relay.Node,)


class Query(graphene.ObjectType):
    items = DjangoFilterConnectionField(ItemNode)
