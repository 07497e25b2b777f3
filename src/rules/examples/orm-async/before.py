# --- shop/models.py
from django.db import models


class Order(models.Model):
    total = models.IntegerField(default=0)


# --- shop/views.py
from django.http import JsonResponse

from shop.models import Order


async def one(request, pk):
    order = await Order.objects.aget(pk=pk)
    return JsonResponse({"total": order.total})


async def totals(request):
    return JsonResponse({"totals": [order.total async for order in Order.objects.all()]})
