"""The view that session_bridge.py asks. Copy it into the Django project and route it, without letting the proxy pass it on:

    path("internal/whoami/", whoami)
"""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods


# A POST reaches the body only with a CSRF token that Django takes: that is what the bridge wants to know.
@never_cache
@require_http_methods(["GET", "POST"])
@csrf_protect
def whoami(request: HttpRequest) -> JsonResponse:
    user = request.user
    if not user.is_authenticated:
        return JsonResponse({"user": None})
    key = user.pk if isinstance(user.pk, int) else str(user.pk)
    flags = {name: bool(getattr(user, name, default)) for name, default in FLAGS}
    return JsonResponse({"user": {"id": key, **flags}})


FLAGS = (("is_active", True), ("is_staff", False), ("is_superuser", False))
