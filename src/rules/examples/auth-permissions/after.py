from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})

ALL = text("""
SELECT ct.app_label || '.' || p.codename FROM auth_permission p
JOIN django_content_type ct ON ct.id = p.content_type_id
WHERE p.id IN (SELECT permission_id FROM auth_user_user_permissions WHERE user_id = :user)
   OR p.id IN (SELECT gp.permission_id FROM auth_group_permissions gp
               JOIN auth_user_groups ug ON ug.group_id = gp.group_id WHERE ug.user_id = :user)
""")
USER = text("""
SELECT u.id, u.is_superuser FROM authtoken_token t JOIN auth_user u ON u.id = t.user_id
WHERE t.key = :key AND u.is_active
""")


def require(name: str) -> Callable[[str], int]:
    def allowed(authorization: Annotated[str, Header()] = "") -> int:
        scheme, _, key = authorization.partition(" ")
        with engine.connect() as connection:
            user = connection.execute(USER, {"key": key}).first() if scheme == "Token" else None
            if user is None:
                raise HTTPException(401, headers={"WWW-Authenticate": "Token"})
            if not user.is_superuser and name not in connection.scalars(ALL, {"user": user.id}).all():
                raise HTTPException(403)
            return int(user.id)

    return allowed


app = FastAPI()


@app.post("/refund/")
def refund(user: Annotated[int, Depends(require("shop.refund_order"))]) -> int:
    return user


if __name__ == "__main__":
    with engine.begin() as connection:
        for line in """CREATE TABLE auth_user (id INTEGER, is_superuser BOOLEAN, is_active BOOLEAN)
CREATE TABLE authtoken_token (key TEXT, user_id INTEGER)
CREATE TABLE auth_permission (id INTEGER, content_type_id INTEGER, codename TEXT)
CREATE TABLE django_content_type (id INTEGER, app_label TEXT)
CREATE TABLE auth_user_user_permissions (user_id INTEGER, permission_id INTEGER)
CREATE TABLE auth_group_permissions (group_id INTEGER, permission_id INTEGER)
CREATE TABLE auth_user_groups (user_id INTEGER, group_id INTEGER)
INSERT INTO auth_user VALUES (1, false, true), (2, true, true), (3, true, false), (4, false, true)
INSERT INTO authtoken_token VALUES ('clerk', 1), ('root', 2), ('gone', 3), ('guest', 4)
INSERT INTO django_content_type VALUES (9, 'shop')
INSERT INTO auth_permission VALUES (5, 9, 'refund_order')
INSERT INTO auth_group_permissions VALUES (6, 5)
INSERT INTO auth_user_groups VALUES (1, 6)""".splitlines():
            connection.execute(text(line))
    client = TestClient(app)
    answers = {k: client.post("/refund/", headers={"Authorization": f"Token {k}"}).status_code for k in ("clerk", "root", "gone", "guest")}
    assert answers == {"clerk": 200, "root": 200, "gone": 401, "guest": 403}
