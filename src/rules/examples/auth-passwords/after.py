import asyncio
import base64
import hashlib
import hmac

from starlette.concurrency import run_in_threadpool


def check_password(password: str, encoded: str) -> bool:
    """Django's format: `pbkdf2_sha256$iterations$salt$hash`; `!…` is no password at all."""
    if encoded.startswith("!") or encoded.count("$") != 3:
        return False
    algorithm, iterations, salt, expected = encoded.split("$")
    if algorithm != "pbkdf2_sha256":
        raise NotImplementedError(algorithm)  # argon2, bcrypt, scrypt: as the table needs them
    made = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), int(iterations))
    return hmac.compare_digest(base64.b64encode(made).decode(), expected)


async def check(password: str, encoded: str) -> bool:
    return await run_in_threadpool(check_password, password, encoded)  # a million rounds: never in the event loop


if __name__ == "__main__":
    digest = base64.b64encode(hashlib.pbkdf2_hmac("sha256", b"secret", b"salt", 1000)).decode()
    stored = f"pbkdf2_sha256$1000$salt${digest}"
    assert asyncio.run(check("secret", stored)) and not asyncio.run(check("wrong", stored))
    assert not asyncio.run(check("", "!unusable"))
