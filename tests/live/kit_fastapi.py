"""What the bridge of a rollout kit says to the requests that kit_django.py asked Django.

    python kit_fastapi.py KIT DATABASE < what kit_django.py printed

Prints, case by case, the answer of a FastAPI application that knows Django only through the kit. No Django can be imported.
"""

import json
import os
import sys
from urllib.parse import urlencode

kit, database = sys.argv[1:]
said = json.load(sys.stdin)
sys.path.insert(0, kit)
sys.modules["django"] = None  # an import of it would fail
os.environ.update(SECRET_KEY=said["key"], SECRET_KEY_FALLBACKS=json.dumps(said["fallbacks"]), DATABASE_URL=f"sqlite:///{database}",
                  CSRF_TRUSTED_ORIGINS=", ".join(said["trusted"]))
if "port" in said:
    os.environ["DJANGO_URL"] = f"http://127.0.0.1:{said['port']}"

from bridge.session_bridge import OptionalUser, csrf_protect  # noqa: E402
from fastapi import Depends, FastAPI  # noqa: E402
from fastapi.testclient import TestClient  # noqa: E402

app = FastAPI()


@app.api_route("/me/", methods=["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"], dependencies=[Depends(csrf_protect)])
def me(user: OptionalUser) -> dict[str, str | None]:
    return {"user": None if user is None else str(user.id)}


answers = {}
for case in said["cases"]:
    request = case["request"]
    client = TestClient(app, base_url=("https" if request.get("secure") else "http") + "://" + said["host"])
    cookies = {said["session_cookie"]: request.get("session"), said["csrf_cookie"]: request.get("csrf")}
    headers = {**request.get("headers", {}), "cookie": "; ".join(f"{name}={value}" for name, value in cookies.items() if value is not None)}
    form = request.get("form")
    headers["content-type"] = "application/x-www-form-urlencoded" if form else "application/json"
    answer = client.request(request["method"], "/me/", headers=headers, content=urlencode(form) if form else b"")
    user = answer.json()["user"] if answer.status_code == 200 and request["method"] != "HEAD" else None
    answers[case["name"]] = {"status": answer.status_code, "user": user}
print(json.dumps(answers))
