import hashlib
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

app = FastAPI()
engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


class Base(DeclarativeBase):
    pass


class Token(Base):
    """DRF's: the token itself is the key."""

    __tablename__ = "authtoken_token"
    key: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int]


class AuthToken(Base):
    """knox's: a digest, and an end."""

    __tablename__ = "knox_authtoken"
    digest: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    expiry: Mapped[datetime | None]


def user_of(session: Session, key: str) -> int | None:
    if token := session.get(Token, key):
        return token.user_id
    issued = session.get(AuthToken, hashlib.sha512(key.encode()).hexdigest())
    if issued and (issued.expiry is None or issued.expiry > datetime.now(UTC).replace(tzinfo=None)):
        return issued.user_id
    return None


def current_user(authorization: Annotated[str, Header()] = "") -> int:
    scheme, _, key = authorization.partition(" ")
    if scheme.lower() != "token":  # HTTPBearer would not see it
        raise HTTPException(401, "Authentication credentials were not provided.", {"WWW-Authenticate": "Token"})
    with Session(engine) as session:
        user_id = user_of(session, key)
    if user_id is None:
        raise HTTPException(401, "Invalid token.", {"WWW-Authenticate": "Token"})
    return user_id


@app.get("/me/")
def me(user_id: Annotated[int, Depends(current_user)]) -> dict[str, int]:
    return {"id": user_id}


if __name__ == "__main__":
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Token(key="abc", user_id=7))
        past = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=1)
        session.add(AuthToken(digest=hashlib.sha512(b"new").hexdigest(), user_id=8, expiry=None))
        session.add(AuthToken(digest=hashlib.sha512(b"old").hexdigest(), user_id=8, expiry=past))
        session.commit()
    client = TestClient(app)

    def answer(value: str) -> object:
        return client.get("/me/", headers={"authorization": value}).json()

    assert answer("Token abc") == {"id": 7} and answer("token new") == {"id": 8}
    assert answer("Token old") == {"detail": "Invalid token."}
    assert answer("Bearer abc") == {"detail": "Authentication credentials were not provided."}
