import hmac
from datetime import datetime, timezone
from hashlib import sha256
from typing import Annotated

from fastapi import Cookie, Depends, FastAPI, HTTPException
from fastapi.testclient import TestClient
from pydantic import BaseModel

SECRET_KEY = "shared with Django through the environment"  # and each of SECRET_KEY_FALLBACKS
AUTH_HASH_SALT = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
app = FastAPI()


class User(BaseModel):
    id: int
    password: str
    is_active: bool = True


class StoredSession(BaseModel):
    """A row of django_session, after its signature has been checked."""

    user_id: int
    auth_hash: str
    expires: datetime


USERS = {7: User(id=7, password="pbkdf2_sha256$1000000$salt$hash")}
SESSIONS: dict[str, StoredSession] = {}


def auth_hash(password: str, secret: str = SECRET_KEY) -> str:
    """Changes with the password, so that a reset logs every other session out."""
    key = sha256((AUTH_HASH_SALT + secret).encode()).digest()
    return hmac.new(key, password.encode(), sha256).hexdigest()


def current_user(sessionid: Annotated[str | None, Cookie()] = None) -> User:
    stored = SESSIONS.get(sessionid or "")
    user = USERS.get(stored.user_id) if stored and stored.expires > datetime.now(timezone.utc) else None
    if stored is None or user is None or not user.is_active or not hmac.compare_digest(stored.auth_hash, auth_hash(user.password)):
        raise HTTPException(403, "Authentication credentials were not provided.")
    return user


@app.get("/me/")
def me(user: Annotated[User, Depends(current_user)]) -> int:
    return user.id


if __name__ == "__main__":
    far = datetime(2999, 1, 1, tzinfo=timezone.utc)
    SESSIONS["s"] = StoredSession(user_id=7, auth_hash=auth_hash(USERS[7].password), expires=far)
    client = TestClient(app, cookies={"sessionid": "s"})
    assert client.get("/me/").json() == 7
    USERS[7].password = "changed on the Django side"
    assert client.get("/me/").status_code == 403
