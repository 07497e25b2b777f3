import time
from typing import Annotated, Any

import jwt
from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.testclient import TestClient

SIGNING_KEY = "a key of its own for the tokens, 0123456789"  # not SECRET_KEY: this process must not be able to forge sessions
ACTIVE = {7}
app = FastAPI()


def refused(detail: str) -> HTTPException:
    return HTTPException(401, detail, {"WWW-Authenticate": 'Bearer realm="api"'})


def current_user(authorization: Annotated[str, Header()] = "") -> int:
    scheme, _, token = authorization.partition(" ")
    if scheme != "Bearer":
        raise refused("Authentication credentials were not provided.")
    try:
        claims = jwt.decode(token, SIGNING_KEY, algorithms=["HS256"], options={"require": ["exp", "jti"]})
    except jwt.InvalidTokenError:
        raise refused("Given token not valid for any token type") from None
    if claims.get("token_type") != "access":  # else a refresh token would open the API
        raise refused("Given token not valid for any token type")
    user_id = int(claims["user_id"])  # text today, a number in tokens of older versions
    if user_id not in ACTIVE:
        raise refused("User is inactive")
    return user_id


@app.get("/me/")
def me(user_id: Annotated[int, Depends(current_user)]) -> dict[str, int]:
    return {"id": user_id}


if __name__ == "__main__":
    client = TestClient(app)

    def status(key: str = SIGNING_KEY, **changed: Any) -> object:
        claims = {"token_type": "access", "exp": time.time() + 60, "jti": "1", "user_id": "7"} | changed
        token = jwt.encode(claims, key, "HS256")
        return client.get("/me/", headers={"authorization": f"Bearer {token}"}).status_code

    assert status() == status(user_id=7) == 200
    assert status(token_type="refresh") == status(exp=time.time() - 1) == status(user_id="8") == 401
    assert status(key="another key that is as long as the first one") == 401
    assert client.get("/me/").status_code == 401
