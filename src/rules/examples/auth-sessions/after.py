import base64
import hashlib
import hmac
import json
import zlib
from typing import Annotated, Any

from fastapi import Cookie, Depends, FastAPI, HTTPException
from fastapi.testclient import TestClient

KEY = "the SECRET_KEY of Django"
SESSIONS: dict[str, str] = {}  # session_key → session_data; in earnest: SELECT … WHERE expire_date > now()
USERS = {7: {"password": "pbkdf2_sha256$1000$salt$hash", "is_active": True}}


def salted(salt: str, value: str, digest: str = "sha256") -> "hmac.HMAC":
    key = hashlib.new(digest, (salt + KEY).encode()).digest()
    return hmac.new(key, value.encode(), digest)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(data: str, salt: str = "django.contrib.sessions.SessionStore") -> dict[str, Any]:
    signed, _, signature = data.rpartition(":")
    if not hmac.compare_digest(b64(salted(salt + "signer", signed).digest()), signature):
        raise HTTPException(401)
    text, _, _time = signed.rpartition(":")
    packed = text.startswith(".")
    raw = base64.urlsafe_b64decode(text.lstrip(".") + "=" * (-len(text.lstrip(".")) % 4))
    found: dict[str, Any] = json.loads(zlib.decompress(raw) if packed else raw)
    return found


def current_user(sessionid: Annotated[str | None, Cookie()] = None) -> int:
    session = decode(SESSIONS[sessionid]) if sessionid in SESSIONS else {}
    user = USERS.get(int(session.get("_auth_user_id", 0)))
    if user is None or not user["is_active"]:
        raise HTTPException(401)
    salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
    if not hmac.compare_digest(salted(salt, str(user["password"])).hexdigest(), session["_auth_user_hash"]):
        raise HTTPException(401)  # the password was changed since
    return int(session["_auth_user_id"])


app = FastAPI()


@app.get("/me/")
def me(user: Annotated[int, Depends(current_user)]) -> int:
    return user


if __name__ == "__main__":
    salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
    data = {"_auth_user_id": "7", "_auth_user_hash": salted(salt, str(USERS[7]["password"])).hexdigest()}
    value = b64(json.dumps(data).encode()) + ":1abcde"
    SESSIONS["k"] = value + ":" + b64(salted("django.contrib.sessions.SessionStoresigner", value).digest())
    client = TestClient(app, cookies={"sessionid": "k"})
    assert client.get("/me/").json() == 7
    USERS[7]["password"] = "changed"
    assert client.get("/me/").status_code == 401
