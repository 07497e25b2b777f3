# --- config/settings.py
INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "config.urls"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MIDDLEWARE = ["django.middleware.cache.UpdateCacheMiddleware", "django.middleware.cache.FetchFromCacheMiddleware"]
# --- shop/models.py
# --- shop/views.py
from django.core.cache import cache
from django.http import JsonResponse
from django.views.decorators.cache import cache_page


@cache_page(60)
def prices(request):
    found = cache.get("prices")
    if found is None:
        found = {"chair": 10}
        cache.set("prices", found, 60)
    return JsonResponse(found)
