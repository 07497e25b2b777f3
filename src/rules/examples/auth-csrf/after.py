import hmac
import string
from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, FastAPI, Header, HTTPException
from fastapi.testclient import TestClient

ALPHABET = string.ascii_letters + string.digits
TRUSTED = {"https://shop.example"}


def unmasked(token: str) -> str:
    """64 characters are mask and masked secret; 32 are the secret itself."""
    if len(token) != 64:
        return token
    mask, masked = token[:32], token[32:]
    return "".join(ALPHABET[(ALPHABET.index(c) - ALPHABET.index(m)) % 62] for c, m in zip(masked, mask))


def csrf(
    x_csrftoken: Annotated[str, Header()] = "",
    csrftoken: Annotated[str, Cookie()] = "",
    origin: Annotated[str | None, Header()] = None,
) -> None:
    sound = len(x_csrftoken) in (32, 64) and (x_csrftoken + csrftoken).isalnum() and x_csrftoken.isascii()
    if not sound or not hmac.compare_digest(unmasked(x_csrftoken), unmasked(csrftoken)):
        raise HTTPException(403)
    if origin is not None and origin not in TRUSTED:
        raise HTTPException(403)


by_cookie = APIRouter(dependencies=[Depends(csrf)])  # routes with a bearer token or a signature need none
app = FastAPI()


@by_cookie.post("/buy/")
def buy() -> str:
    return "bought"


app.include_router(by_cookie)

if __name__ == "__main__":
    secret, mask = "s" * 32, "m" * 32
    masked = mask + "".join(ALPHABET[(ALPHABET.index(a) + ALPHABET.index(b)) % 62] for a, b in zip(secret, mask))
    client = TestClient(app, cookies={"csrftoken": secret})
    assert client.post("/buy/").status_code == 403
    assert client.post("/buy/", headers={"X-CSRFToken": masked}).status_code == 200
    assert client.post("/buy/", headers={"X-CSRFToken": masked, "Origin": "https://evil.example"}).status_code == 403
