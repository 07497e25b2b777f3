# --- shop/models.py
# --- shop/views.py
from django.core import signing
from django.http import HttpResponse


def link(request):
    return HttpResponse(signing.dumps({"order": 1}, salt="shop.link"))
