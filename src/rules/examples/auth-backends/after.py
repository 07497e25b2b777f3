"""Login stays on Django, which mints a short token at its end; FastAPI verifies it and knows the back ends' permissions."""

import time
from dataclasses import dataclass
from typing import Annotated, Any

import jwt
from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.testclient import TestClient

KEY = "a key of its own, not SECRET_KEY: 0123456789"
app = FastAPI()


@dataclass
class Item:
    owner_id: int


@dataclass
class User:
    id: int
    permissions: frozenset[str]

    def may(self, permission: str, item: Item | None = None) -> bool:
        """has_perm is the union of all back ends: the table's permissions, and the owner's rule of the project's own."""
        return permission in self.permissions or (item is not None and item.owner_id == self.id)


def minted_by_django(user_id: int, permissions: list[str], seconds: int = 300) -> str:
    """What Django does at the end of its login view, `user.get_all_permissions()` included."""
    claims: dict[str, Any] = {"sub": str(user_id), "perms": permissions, "aud": "api", "exp": int(time.time()) + seconds}
    return jwt.encode(claims, KEY, "HS256")


def current_user(authorization: Annotated[str, Header()] = "") -> User:
    scheme, _, token = authorization.partition(" ")
    try:
        claims = jwt.decode(token, KEY, algorithms=["HS256"], audience="api", options={"require": ["exp", "sub"]})
    except jwt.InvalidTokenError:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"}) from None
    if scheme.lower() != "bearer":
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    return User(int(claims["sub"]), frozenset(claims["perms"]))


@app.delete("/items/{id}/", status_code=204)
def delete(id: int, user: Annotated[User, Depends(current_user)]) -> None:
    if not user.may("shop.delete_item", Item(owner_id=7)):
        raise HTTPException(403)


if __name__ == "__main__":
    client = TestClient(app)

    def status(*args: Any) -> object:
        return client.delete("/items/1/", headers={"authorization": f"Bearer {minted_by_django(*args)}"}).status_code

    assert status(7, []) == 204  # the owner, by the project's back end
    assert status(8, ["shop.delete_item"]) == 204
    assert status(8, []) == 403
    assert status(7, [], -1) == 401
