# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=10)


# --- shop/views.py
from django.http import JsonResponse
from guardian.shortcuts import get_objects_for_user


def items(request):
    rows = get_objects_for_user(request.user, "shop.view_item")
    return JsonResponse({"items": list(rows.values_list("name", flat=True))})
