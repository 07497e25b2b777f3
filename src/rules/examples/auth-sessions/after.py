import base64
import hashlib
import hmac
import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import Cookie, Depends, FastAPI, HTTPException
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

KEYS = ["only-for-the-example"]  # SECRET_KEY and its fallbacks, from the environment
HASH_SALT = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
app = FastAPI()
engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "auth_user"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str]
    password: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)


class StoredSession(Base):
    __tablename__ = "django_session"
    session_key: Mapped[str] = mapped_column(primary_key=True)
    session_data: Mapped[str]
    expire_date: Mapped[datetime]


def salted_hmac(salt: str, value: str, key: str) -> bytes:
    return hmac.digest(hashlib.sha256((salt + key).encode()).digest(), value.encode(), "sha256")


def from_base64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def loads(signed: str, salt: str = "django.contrib.sessions.SessionStore") -> dict[str, Any]:
    value, _, given = signed.rpartition(":")
    signatures = [base64.urlsafe_b64encode(salted_hmac(salt + "signer", value, key)) for key in KEYS]
    if not any(hmac.compare_digest(given.encode(), signature.rstrip(b"=")) for signature in signatures):
        return {}
    data = value.rpartition(":")[0]
    text = zlib.decompress(from_base64(data[1:])) if data.startswith(".") else from_base64(data)
    content: dict[str, Any] = json.loads(text)
    return content


def current_user(sessionid: Annotated[str, Cookie()] = "") -> User:
    with Session(engine) as session:
        stored = session.get(StoredSession, sessionid)
        if stored and stored.expire_date > datetime.now(UTC).replace(tzinfo=None):
            data = loads(stored.session_data)
            user = session.get(User, int(data.get("_auth_user_id", 0)))
            if user and user.is_active:
                hashes = [salted_hmac(HASH_SALT, user.password, key).hex() for key in KEYS]
                if any(hmac.compare_digest(data["_auth_user_hash"], good) for good in hashes):
                    return user
    raise HTTPException(401)


@app.get("/me/")
def me(user: Annotated[User, Depends(current_user)]) -> dict[str, str]:
    return {"name": user.username}


if __name__ == "__main__":
    made_by_django = (  # 5.2
        ".eJxVjEEOwiAQRe_C2pDOMEhw6d4zkIEBqRqalHbVeHdt0oVu_3vvbyrwutSw9jyHUdRFOXX63SKnZ247kAe3-6TT1JZ5jHpX9EG7vk2SX9fD_Tuo3Ou3"
        "NmgIIzDJuXAmgMGBT2yzWBSggayVQojeczGUbC4lGmcEEcAys3p_ANPmN7I:1xUo1X:pz6L7FFSg1LjaOHUlofXmfzvtVtETneflPmoXAS6B54"
    )
    password = "pbkdf2_sha256$1000$saltsaltsaltsalt$JrxAFjAsJErilbzA9/71CdQMYKaIPuVhAmmdXH5K2g8="
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        later = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)
        session.add(User(id=7, username="ann", password=password))
        session.add(StoredSession(session_key="k", session_data=made_by_django, expire_date=later))
        session.commit()
        client = TestClient(app, cookies={"sessionid": "k"})
        assert client.get("/me/").json() == {"name": "ann"}
        session.get_one(User, 7).password = "pbkdf2_sha256$1000$other"  # a new password ends every login
        session.commit()
        assert client.get("/me/").status_code == 401
    assert loads(made_by_django[:-1] + "x") == {}
