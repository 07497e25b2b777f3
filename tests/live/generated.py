"""A Django project of any size, written to a folder: for what has to stay quick, or readable, on large ones.

    python generated.py FOLDER [APPS] [VIEW SETS OF AN APP]
"""

import sys
from pathlib import Path

MANAGE = 'import os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n'
SETTINGS = """SECRET_KEY = "not a secret"
ROOT_URLCONF = "config.urls"
USE_TZ = True
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.admin", "rest_framework",
%s]
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}
"""
NOUNS = ["account", "invoice", "shipment", "ticket", "contract", "device", "event", "form", "group", "holiday", "image", "journal"]


def name(app):
    return "%s_%02d" % (NOUNS[app % len(NOUNS)], app)


def models(app, apps, count):
    needed = [other for other in ((app * 7 + 3) % apps, (app - 1) % apps) if other != app]
    out = ["from django.db import models", ""]
    out += ["from %s.models import Thing0 as Other%d" % (name(other), at) for at, other in enumerate(needed) if other < app]
    for at in range(count):
        out += ["", "", "class Thing%d(models.Model):" % at, "    title = models.CharField(max_length=100)",
                "    created = models.DateTimeField(auto_now_add=True)",
                '    owner = models.ForeignKey("%s.Thing0", on_delete=models.CASCADE, null=True, related_name="+")' % name(needed[0] if needed else app)]
    return "\n".join(out) + "\n"


def views(count):
    out = ["from rest_framework import serializers, viewsets", "", "from . import models"]
    for at in range(count):
        out += ["", "", "class Thing%dSerializer(serializers.ModelSerializer):" % at, "    class Meta:", "        model = models.Thing%d" % (at % 6),
                '        fields = ["id", "title", "created", "owner"]', "", "", "class Thing%dViewSet(viewsets.ModelViewSet):" % at,
                '    queryset = models.Thing%d.objects.select_related("owner")' % (at % 6), "    serializer_class = Thing%dSerializer" % at]
    return "\n".join(out) + "\n"


def urls(app, count):
    out = ["from rest_framework.routers import SimpleRouter", "", "from . import views", "", "router = SimpleRouter()"]
    out += ['router.register("%s/things-%d", views.Thing%dViewSet, basename="%s-%d")' % (name(app), at, at, name(app), at) for at in range(count)]
    return "\n".join(out + ["urlpatterns = router.urls"]) + "\n"


def write(folder, apps=60, sets=42):
    folder = Path(folder)
    files = {
        "manage.py": MANAGE,
        "config/__init__.py": "",
        "config/settings.py": SETTINGS % "\n".join('    "%s",' % name(app) for app in range(apps)),
        "config/urls.py": "from django.urls import include, path\n\nurlpatterns = [\n%s\n]\n"
        % "\n".join('    path("api/", include("%s.urls")),' % name(app) for app in range(apps)),
    }
    for app in range(apps):
        files["%s/__init__.py" % name(app)] = ""
        files["%s/models.py" % name(app)] = models(app, apps, 6)
        files["%s/views.py" % name(app)] = views(sets)
        files["%s/urls.py" % name(app)] = urls(app, sets)
    for path, text in files.items():
        path = folder / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


if __name__ == "__main__":
    write(sys.argv[1], *map(int, sys.argv[2:]))
