# --- requirements.txt
djangorestframework==3.16.1
# --- config/settings.py
INSTALLED_APPS = ["rest_framework", "shop"]
ROOT_URLCONF = "config.urls"
REST_FRAMEWORK = {"EXCEPTION_HANDLER": "shop.errors.handler", "NON_FIELD_ERRORS_KEY": "__all__"}

# --- shop/errors.py
from rest_framework.exceptions import APIException
from rest_framework.views import exception_handler


class SoldOut(APIException):
    status_code = 409
    default_detail = "Sold out."
    default_code = "sold_out"


def handler(exc, context):
    response = exception_handler(exc, context)
    if response is not None:
        response.data = {"status": response.status_code, "errors": response.data}
    return response
