"""What Django's own resolver makes of paths: the joined pattern of each, null where nothing matches.

    plan_django.py PROJECT SETTINGS < list of raw paths as JSON
"""

import json
import os
import sys
from urllib.parse import unquote_to_bytes

sys.path.insert(0, sys.argv[1])
os.environ["DJANGO_SETTINGS_MODULE"] = sys.argv[2]
import django  # noqa: E402

django.setup()
from django.core.handlers.wsgi import get_path_info  # noqa: E402
from django.urls import Resolver404, resolve  # noqa: E402


def route(raw):
    try:
        return resolve(get_path_info({"PATH_INFO": unquote_to_bytes(raw).decode("latin-1")})).route
    except Resolver404:
        return None


print(json.dumps({raw: route(raw) for raw in json.load(sys.stdin)}))
