# --- shop/models.py
from django.conf import settings
from django.db import models


class Item(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    name = models.CharField(max_length=20)


# --- shop/api.py
from ninja import FilterSchema, ModelSchema, NinjaAPI, Router, Schema
from ninja.pagination import paginate
from ninja.security import HttpBearer

from .models import Item


class Token(HttpBearer):
    def authenticate(self, request, token):
        return token if token == "let-me-in" else None


class ItemOut(Schema):
    id: int
    label: str

    @staticmethod
    def resolve_label(item):
        return item.name.upper()


class ItemIn(ModelSchema):
    class Meta:
        model = Item
        fields = ["name"]


class ItemFilter(FilterSchema):
    name: str | None = None


class Message(Schema):
    message: str


api = NinjaAPI(auth=Token())
router = Router()


@router.get("/", response=list[ItemOut])
@paginate
def items(request, name: str = ""):
    return Item.objects.filter(name__startswith=name)


@router.post("/", response={201: ItemOut, 409: Message})
def create(request, data: ItemIn):
    if Item.objects.filter(name=data.name).exists():
        return 409, {"message": "taken"}
    return 201, Item.objects.create(owner=request.user, **data.dict())


api.add_router("/items", router)

# --- config/urls.py
from django.urls import path

from shop.api import api

urlpatterns = [path("api/", api.urls)]
