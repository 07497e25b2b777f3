# --- config/settings.py
INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "config.urls"
CSRF_USE_SESSIONS = True
MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
# --- shop/models.py
# --- shop/views.py
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def webhook(request):
    return HttpResponse()
