import base64
import hashlib
import hmac
import json
import time
import zlib
from typing import Any

SALT = "django.contrib.sessions.backends.signed_cookies"
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def from_base64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def loads(cookie: str, keys: list[str], max_age: int, now: float | None = None) -> dict[str, Any] | None:
    """The session itself, or None: wrong signature, or older than SESSION_COOKIE_AGE."""
    value, _, given = cookie.rpartition(":")
    for key in keys:
        secret = hashlib.sha256((SALT + "signer" + key).encode()).digest()
        good = base64.urlsafe_b64encode(hmac.digest(secret, value.encode(), "sha256")).rstrip(b"=")
        if hmac.compare_digest(given.encode(), good):
            break
    else:
        return None
    data, _, stamp = value.rpartition(":")
    signed_at = 0
    for digit in stamp:
        signed_at = signed_at * 62 + DIGITS.index(digit)
    if (time.time() if now is None else now) - signed_at > max_age:
        return None  # a logout does not end it: nothing but its age and the password's hash does
    text = zlib.decompress(from_base64(data[1:])) if data.startswith(".") else from_base64(data)
    content: dict[str, Any] = json.loads(text)
    return content


if __name__ == "__main__":
    made_by_django = "eyJhIjoxfQ:1xUo1X:23b5401y7dt9IBpeP6yhVlvQSnEtNYF85NePpev0IxQ"  # 5.2
    keys = ["new-key", "only-for-the-example"]  # SECRET_KEY and its fallbacks
    signed_at = 1795278791.0
    assert loads(made_by_django, keys, 3600, now=signed_at) == {"a": 1}
    assert loads(made_by_django, keys, 3600, now=signed_at + 7200) is None
    assert loads(made_by_django, ["wrong"], 3600, now=signed_at) is None
