import hmac
import string
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.testclient import TestClient

COOKIE, TRUSTED = "shop_csrf", {"https://front.example"}
CHARS = string.ascii_letters + string.digits
app = FastAPI()


def unmasked(token: str) -> str:
    """64 characters are a mask and the masked secret, 32 are the secret itself."""
    if len(token) != 64 or not set(token) <= set(CHARS):
        return token
    return "".join(CHARS[(CHARS.index(c) - CHARS.index(m)) % len(CHARS)] for m, c in zip(token[:32], token[32:], strict=True))


def csrf(
    request: Request,
    x_csrftoken: Annotated[str, Header()] = "",
    origin: Annotated[str, Header()] = "",
    referer: Annotated[str, Header()] = "",
) -> None:
    """For routes that take the session's cookie; a token or a webhook's signature needs none."""
    here = f"{request.url.scheme}://{request.url.netloc}"
    if origin and origin != here and origin not in TRUSTED:
        raise HTTPException(403, f"Origin checking failed - {origin} does not match any trusted origins.")
    if not origin and request.url.scheme == "https" and not referer.startswith((f"{here}/", *(f"{o}/" for o in TRUSTED))):
        raise HTTPException(403, "Referer checking failed - no Referer.")
    secret = unmasked(request.cookies.get(COOKIE, ""))
    if len(secret) != 32 or not hmac.compare_digest(unmasked(x_csrftoken).encode(), secret.encode()):
        raise HTTPException(403, "CSRF token missing or incorrect.")


@app.post("/order/", dependencies=[Depends(csrf)])
def order() -> dict[str, str]:
    return {}


@app.post("/hook/")  # csrf_exempt: guarded by the sender's signature, or by nothing
def webhook() -> dict[str, str]:
    return {}


if __name__ == "__main__":
    secret = "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6"
    made_by_django = "kwTvxD6fT3ZTaSEJpGNBme1fElKNresVknUnzw99XY4PgPLHxFWrw5c7QeXHF9HR"  # 5.2
    assert unmasked(made_by_django) == secret
    client = TestClient(app, base_url="https://shop.example", cookies={COOKIE: secret})

    def status(**headers: str) -> object:
        return client.post("/order/", headers=headers).status_code

    good = {"x-csrftoken": made_by_django}
    assert status(**good, origin="https://shop.example") == status(**good, origin="https://front.example") == 200
    assert status(**good, referer="https://shop.example/cart/") == 200
    assert status(**good) == status(**good, origin="https://evil.example") == 403
    assert status(origin="https://shop.example") == 403
    assert client.post("/hook/").status_code == 200
