from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.testclient import TestClient

KEY = "the SIGNING_KEY of simplejwt, not the SECRET_KEY"
ACTIVE = {7}  # in earnest: SELECT is_active FROM auth_user
bearer = HTTPBearer(auto_error=False)


def current_user(sent: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> int:
    """Django goes on issuing; this side verifies."""
    try:
        claims = jwt.decode(sent.credentials if sent else "", KEY, algorithms=["HS256"])
    except jwt.InvalidTokenError as error:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"}) from error
    user = int(claims.get("user_id", 0))  # text, in new versions
    if claims.get("token_type") != "access" or user not in ACTIVE:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    return user


app = FastAPI()


@app.get("/me/")
def me(user: Annotated[int, Depends(current_user)]) -> int:
    return user


if __name__ == "__main__":
    client = TestClient(app)

    def status(**claims: object) -> int:
        token = jwt.encode({"exp": 4102444800, **claims}, KEY, algorithm="HS256")
        return int(client.get("/me/", headers={"Authorization": f"Bearer {token}"}).status_code)

    assert status(token_type="access", user_id="7") == 200
    assert status(token_type="refresh", user_id="7") == 401  # a refresh token is no access token
    assert status(token_type="access", user_id="8") == 401 and client.get("/me/").status_code == 401
