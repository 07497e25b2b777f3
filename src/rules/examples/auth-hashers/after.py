import base64
import hashlib
import hmac
import secrets
from typing import Annotated

from fastapi import FastAPI, Form, HTTPException
from fastapi.testclient import TestClient

ITERATIONS = 1_000_000  # what Django writes today; it raises the number with every release
MINIMUM_LENGTH = 8


def pbkdf2(password: str, salt: str, iterations: int) -> str:
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), iterations)
    return f"pbkdf2_sha256${iterations}${salt}${base64.b64encode(digest).decode()}"


def check_password(password: str, encoded: str) -> bool:
    algorithm, _, rest = encoded.partition("$")
    if algorithm == "pbkdf2_sha256":
        iterations, salt, _ = rest.split("$")
        return hmac.compare_digest(pbkdf2(password, salt, int(iterations)), encoded)
    if algorithm == "old":  # the project's hasher
        return hmac.compare_digest(hashlib.sha1(password.encode()).hexdigest(), rest)
    return False  # "!…": unusable, and whatever is not known


def make_password(password: str, iterations: int = ITERATIONS) -> str:
    """Django's own format, for as long as Django reads the column."""
    if len(password) < MINIMUM_LENGTH:
        raise HTTPException(400, {"password": [f"This password is too short. It must contain at least {MINIMUM_LENGTH} characters."]})
    return pbkdf2(password, secrets.token_urlsafe(16), iterations)


made_by_django = "pbkdf2_sha256$1000$saltsaltsaltsalt$JrxAFjAsJErilbzA9/71CdQMYKaIPuVhAmmdXH5K2g8="
USERS = {"ann": made_by_django}
app = FastAPI()


@app.post("/login/", status_code=204)  # `def`, not `async def`: half a second of CPU belongs into a thread
def login(name: Annotated[str, Form()], password: Annotated[str, Form()]) -> None:
    encoded = USERS.get(name, made_by_django)  # as much work for a name that is not known
    if not check_password(password, encoded) or name not in USERS:
        raise HTTPException(401)


if __name__ == "__main__":
    client = TestClient(app)
    assert client.post("/login/", data={"name": "ann", "password": "let-me-in"}).status_code == 204
    assert client.post("/login/", data={"name": "ann", "password": "wrong"}).status_code == 401
    assert client.post("/login/", data={"name": "bob", "password": "let-me-in"}).status_code == 401
    assert check_password("pw", "old$" + hashlib.sha1(b"pw").hexdigest())
    assert not check_password("", "!Zk1")
    assert check_password("long enough", make_password("long enough", iterations=1000))
