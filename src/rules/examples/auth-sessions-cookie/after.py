import base64
import hashlib
import hmac
import json
import time
import zlib
from typing import Any

KEY = "the SECRET_KEY of Django"
SALT = "django.contrib.sessions.backends.signed_cookies"
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def signature(value: str) -> str:
    key = hashlib.sha256((SALT + "signer" + KEY).encode()).digest()
    return base64.urlsafe_b64encode(hmac.new(key, value.encode(), "sha256").digest()).decode().rstrip("=")


def session(cookie: str, max_age: int = 1209600) -> dict[str, Any] | None:
    """The cookie of Django's signed_cookies back end, or None."""
    value, _, signed = cookie.rpartition(":")
    if not hmac.compare_digest(signature(value), signed):
        return None
    text, _, stamp = value.rpartition(":")
    made = 0
    for digit in stamp:
        made = made * 62 + BASE62.index(digit)
    if time.time() - made > max_age:
        return None
    raw = base64.urlsafe_b64decode(text.lstrip(".") + "=" * (-len(text.lstrip(".")) % 4))
    found: dict[str, Any] = json.loads(zlib.decompress(raw) if text.startswith(".") else raw)
    return found  # still to check: `_auth_user_hash` against the user's password


if __name__ == "__main__":

    def cookie(made: int) -> str:
        stamp = ""
        while made:
            made, digit = divmod(made, 62)
            stamp = BASE62[digit] + stamp
        value = base64.urlsafe_b64encode(json.dumps({"_auth_user_id": "7"}).encode()).decode().rstrip("=") + ":" + stamp
        return value + ":" + signature(value)

    assert session(cookie(int(time.time()))) == {"_auth_user_id": "7"}
    assert session(cookie(int(time.time()) - 1300000)) is None
    assert session(cookie(int(time.time())) + "x") is None
