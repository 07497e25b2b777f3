# --- shop/models.py
# --- shop/views.py
import boto3
import openai
import requests
import stripe
from django.http import JsonResponse


def rates(request):
    return JsonResponse(requests.get("https://rates.example/", timeout=5).json())
