"""Who is logged in, read from Django's own session, in FastAPI: no import of Django.

    from bridge.session_bridge import CurrentUser, csrf_protect

    @app.post("/api/orders/", dependencies=[Depends(csrf_protect)])
    def order(user: CurrentUser) -> Order: ...

Written by migscan for one project; what was read from its settings and models stands in PROJECT below. Django goes on to make, renew and
end sessions; this module only reads. From the environment:

    SECRET_KEY              as Django has it
    SECRET_KEY_FALLBACKS    older keys, a JSON list (optional)
    DATABASE_URL            for SQLAlchemy; a role that may only SELECT is enough
    SESSION_DATABASE_URL    where the table of sessions lies in another database (optional)
    CSRF_TRUSTED_ORIGINS    as in the settings, separated by commas (optional)
    CSRF_HEADER_NAME        name of the header with the token, X-CSRFToken unless it is set
    CSRF_COOKIE_DOMAIN      as in the settings (SESSION_COOKIE_DOMAIN where the token lies in the session; optional)

Run FastAPI behind the proxy with `uvicorn --proxy-headers --forwarded-allow-ips=<proxy>`: the CSRF check asks whether the request is https.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import time
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from fastapi import Depends, HTTPException, Request
from sqlalchemy import Boolean, Column, DateTime, Engine, Integer, MetaData, String, Table, Uuid, create_engine, select
from sqlalchemy.types import TypeEngine


@dataclass(frozen=True)
class Project:
    """What this module has to know of the Django project."""

    session_engine: Literal["db", "cached_db", "signed_cookies"]
    session_cookie: str
    session_age: int
    session_table: str
    user_table: str
    user_id: str
    user_id_type: Literal["int", "uuid", "str"]
    user_password: str
    # None where the model has no such column: Django takes everyone for active then, and nobody for staff.
    user_is_active: str | None
    user_is_staff: str | None
    user_is_superuser: str | None
    # Back ends that may have logged a user in, and those of them that let inactive users in.
    auth_backends: tuple[str, ...]
    auth_backends_for_inactive: tuple[str, ...]
    csrf_cookie: str
    csrf_in_session: bool
    use_tz: bool
    time_zone: str
    hashers: tuple[str, ...]


PROJECT: Final = Project(
    session_engine="db",  # fitted
    session_cookie="sessionid",  # fitted
    session_age=1209600,  # fitted
    session_table="django_session",
    user_table="auth_user",  # fitted
    user_id="id",  # fitted
    user_id_type="int",  # fitted
    user_password="password",  # fitted
    user_is_active="is_active",  # fitted
    user_is_staff="is_staff",  # fitted
    user_is_superuser="is_superuser",  # fitted
    auth_backends=("django.contrib.auth.backends.ModelBackend",),  # fitted
    auth_backends_for_inactive=(),  # fitted
    csrf_cookie="csrftoken",  # fitted
    csrf_in_session=False,  # fitted
    use_tz=True,  # fitted
    time_zone="UTC",  # fitted
    hashers=("pbkdf2_sha256", "pbkdf2_sha1", "argon2", "bcrypt_sha256", "scrypt"),  # fitted
)

SALT_DB: Final = "django.contrib.sessions.SessionStore"
SALT_COOKIE: Final = "django.contrib.sessions.backends.signed_cookies"
SALT_PASSWORD: Final = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

type_of_id: Final[dict[str, TypeEngine[Any]]] = {"int": Integer(), "uuid": Uuid(), "str": String()}
metadata: Final = MetaData()
sessions: Final = Table(
    PROJECT.session_table,
    metadata,
    Column("session_key", String(40), primary_key=True),
    Column("session_data", String),
    Column("expire_date", DateTime),
)
users: Final = Table(
    PROJECT.user_table,
    metadata,
    Column(PROJECT.user_id, type_of_id[PROJECT.user_id_type], primary_key=True, key="id"),
    Column(PROJECT.user_password, String, key="password"),
    *(
        Column(name, Boolean, key=key)
        for key, name in [
            ("is_active", PROJECT.user_is_active),
            ("is_staff", PROJECT.user_is_staff),
            ("is_superuser", PROJECT.user_is_superuser),
        ]
        if name is not None
    ),
)

Session = dict[str, Any]


@dataclass(frozen=True)
class User:
    id: int | str | uuid.UUID
    is_active: bool
    is_staff: bool
    is_superuser: bool


@dataclass(frozen=True)
class Environment:
    """What the process is told from outside; read once."""

    keys: tuple[str, ...]
    database: Engine
    session_database: Engine
    trusted_origins: tuple[str, ...]
    csrf_header: str
    csrf_domain: str | None


@cache
def environment() -> Environment:
    key = os.environ.get("SECRET_KEY", "")
    if not key:
        raise RuntimeError("SECRET_KEY is not set: without Django's key no session can be checked")
    fallbacks = json.loads(os.environ.get("SECRET_KEY_FALLBACKS") or "[]")
    if not isinstance(fallbacks, list) or not all(isinstance(old, str) and old for old in fallbacks):
        raise RuntimeError("SECRET_KEY_FALLBACKS is no JSON list of keys")
    database = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
    other = os.environ.get("SESSION_DATABASE_URL")
    origins = (origin.strip() for origin in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(","))
    return Environment(
        keys=(key, *fallbacks),
        database=database,
        session_database=create_engine(other, pool_pre_ping=True) if other else database,
        trusted_origins=tuple(origin for origin in origins if origin),
        csrf_header=os.environ.get("CSRF_HEADER_NAME") or "X-CSRFToken",
        csrf_domain=os.environ.get("CSRF_COOKIE_DOMAIN") or None,
    )


# --- signed values -----------------------------------------------------------------------------------------------------------------


def salted_hmac(salt: str, value: str, key: str) -> "hmac.HMAC":
    return hmac.new(hashlib.sha256((salt + key).encode()).digest(), value.encode(), "sha256")


def equal(a: str, b: str) -> bool:
    """In a time that does not tell how much of it is equal."""
    return hmac.compare_digest(a.encode(), b.encode())


def b64_decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def b62_decode(text: str) -> int:
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    number = 0
    for digit in text:
        number = number * 62 + digits.index(digit)
    return number


def loads(signed: str, salt: str, keys: tuple[str, ...], max_age: int | None = None) -> Session | None:
    """The content of `django.core.signing.dumps`; None where the signature is wrong or too old."""
    value, _, signature = signed.rpartition(":")
    payload, _, stamp = value.rpartition(":")
    if not payload:
        return None
    signatures = (base64.urlsafe_b64encode(salted_hmac(salt + "signer", value, key).digest()).strip(b"=") for key in keys)
    if not any(equal(signature, expected.decode()) for expected in signatures):
        return None
    try:
        if max_age is not None and time.time() - b62_decode(stamp) > max_age:
            return None
        data = zlib.decompress(b64_decode(payload[1:])) if payload.startswith(".") else b64_decode(payload)
        content = json.loads(data.decode("latin-1"))
    except (ValueError, binascii.Error, zlib.error):
        return None
    return content if isinstance(content, dict) else None


# --- sessions ----------------------------------------------------------------------------------------------------------------------


def is_over(expires: datetime) -> bool:
    """Databases without time zones hold UTC, or local time where USE_TZ is off."""
    if expires.tzinfo is None:
        expires = expires.replace(tzinfo=UTC if PROJECT.use_tz else ZoneInfo(PROJECT.time_zone))
    return expires <= datetime.now(UTC)


def read_session(cookie: str | None) -> Session:
    """The session that the cookie stands for; an empty one where there is none, or it is over or forged."""
    if not cookie:
        return {}
    env = environment()
    if PROJECT.session_engine == "signed_cookies":
        return loads(cookie, SALT_COOKIE, env.keys, PROJECT.session_age) or {}
    # cached_db writes every session to the table as well: its cache need not be asked.
    query = select(sessions.c.session_data, sessions.c.expire_date).where(sessions.c.session_key == cookie)
    with env.session_database.connect() as connection:
        row = connection.execute(query).one_or_none()
    if row is None or is_over(row.expire_date):
        return {}
    return loads(row.session_data, SALT_DB, env.keys) or {}


def key_of(text: str) -> int | str | uuid.UUID | None:
    """The primary key that a session names, in the type of its column."""
    try:
        if PROJECT.user_id_type == "int":
            return int(text)
        return uuid.UUID(text) if PROJECT.user_id_type == "uuid" else text
    except ValueError:
        return None


def read_user(session: Session) -> User | None:
    """The user who is logged in. A changed password ends the sessions made before, and so does a deactivated account."""
    claimed, backend, proof = (session.get(name) for name in ("_auth_user_id", "_auth_user_backend", "_auth_user_hash"))
    if not isinstance(claimed, str) or not isinstance(proof, str) or backend not in PROJECT.auth_backends:
        return None
    key = key_of(claimed)
    if key is None:
        return None
    env = environment()
    with env.database.connect() as connection:
        row = connection.execute(select(users).where(users.c.id == key)).mappings().one_or_none()
    if row is None:
        return None
    password = row["password"] or ""
    if not any(equal(proof, salted_hmac(SALT_PASSWORD, password, secret).hexdigest()) for secret in env.keys):
        return None
    user = User(
        id=row["id"],
        is_active=bool(row.get("is_active", True)),
        is_staff=bool(row.get("is_staff", False)),
        is_superuser=bool(row.get("is_superuser", False)),
    )
    return user if user.is_active or backend in PROJECT.auth_backends_for_inactive else None


# Plain functions, no coroutines: FastAPI runs them in its pool of threads, where waiting for the database stops nobody.


def django_session(request: Request) -> Session:
    return read_session(request.cookies.get(PROJECT.session_cookie))


def current_user(session: Annotated[Session, Depends(django_session)]) -> User | None:
    return read_user(session)


def required_user(user: Annotated[User | None, Depends(current_user)]) -> User:
    if user is None:
        raise HTTPException(403, "Authentication credentials were not provided.")
    return user


OptionalUser = Annotated[User | None, Depends(current_user)]
CurrentUser = Annotated[User, Depends(required_user)]

# --- CSRF: what django.middleware.csrf asks, in its order ----------------------------------------------------------------------------

CSRF_CHARS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
CSRF_SECRET: Final = 32


class CsrfError(Exception):
    pass


def unmasked(token: str) -> str:
    """The secret of a token: itself, or the second half of it deciphered with the first."""
    if len(token) not in (CSRF_SECRET, 2 * CSRF_SECRET):
        raise CsrfError("CSRF token has incorrect length.")
    if not set(token) <= set(CSRF_CHARS):
        raise CsrfError("CSRF token has invalid characters.")
    if len(token) == CSRF_SECRET:
        return token
    pairs: Iterator[tuple[str, str]] = zip(token[CSRF_SECRET:], token[:CSRF_SECRET], strict=True)
    return "".join(CSRF_CHARS[CSRF_CHARS.index(ch) - CSRF_CHARS.index(mask)] for ch, mask in pairs)


def same_domain(host: str, pattern: str) -> bool:
    """`.example.com` stands for the domain and all below it. Browsers write the host in small letters; Django counts on that."""
    pattern = pattern.lower()
    if not pattern:
        return False
    return host == pattern or (pattern[0] == "." and (host.endswith(pattern) or host == pattern[1:]))


def check_origin(origin: str, scheme: str, host: str, trusted: tuple[str, ...]) -> None:
    if origin == f"{scheme}://{host}" or origin in (known for known in trusted if "*" not in known):
        return
    try:
        asked = urlsplit(origin)
        for known in map(urlsplit, (known for known in trusted if "*" in known)):
            if asked.scheme == known.scheme and same_domain(asked.netloc, known.netloc.lstrip("*")):
                return
    except ValueError:
        pass
    raise CsrfError("Origin checking failed - the origin does not match any trusted origins.")


def check_referer(referer: str | None, host: str, trusted: tuple[str, ...], domain: str | None) -> None:
    if referer is None:
        raise CsrfError("Referer checking failed - no Referer.")
    try:
        asked = urlsplit(referer)
        port = urlsplit(f"//{host}").port
    except ValueError:
        raise CsrfError("Referer checking failed - Referer is malformed.") from None
    if not asked.scheme or not asked.netloc:
        raise CsrfError("Referer checking failed - Referer is malformed.")
    if asked.scheme != "https":
        raise CsrfError("Referer checking failed - Referer is insecure while host is secure.")
    good = host if domain is None else domain if port in (None, 80, 443) else f"{domain}:{port}"
    if not any(same_domain(asked.netloc, known) for known in [*(urlsplit(known).netloc.lstrip("*") for known in trusted), good]):
        raise CsrfError("Referer checking failed - the Referer does not match any trusted origins.")


async def token_of(request: Request, header: str) -> str:
    """From the form of a POST, or else from the header."""
    form = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and form in ("application/x-www-form-urlencoded", "multipart/form-data"):
        value = (await request.form()).get("csrfmiddlewaretoken")
        if isinstance(value, str) and value:
            return value
    token = request.headers.get(header)
    if token is None:
        raise CsrfError("CSRF token missing.")
    return token


async def check_csrf(request: Request, session: Session) -> None:
    if request.method in SAFE_METHODS:
        return
    env = environment()
    host, origin = request.headers.get("host", ""), request.headers.get("origin")
    if origin is not None:
        check_origin(origin, request.url.scheme, host, env.trusted_origins)
    elif request.url.scheme == "https":
        check_referer(request.headers.get("referer"), host, env.trusted_origins, env.csrf_domain)
    secret = session.get("_csrftoken") if PROJECT.csrf_in_session else request.cookies.get(PROJECT.csrf_cookie)
    if not isinstance(secret, str):
        raise CsrfError("CSRF cookie not set.")
    if not equal(unmasked(await token_of(request, env.csrf_header)), unmasked(secret)):
        raise CsrfError("CSRF token incorrect.")


async def csrf_protect(request: Request, session: Annotated[Session, Depends(django_session)]) -> None:
    """As CsrfViewMiddleware: everyone who sends an unsafe method has to show the token."""
    try:
        await check_csrf(request, session)
    except CsrfError as error:
        raise HTTPException(403, f"CSRF Failed: {error}") from None


async def csrf_protect_session(request: Request, session: Annotated[Session, Depends(django_session)], user: OptionalUser) -> None:
    """As SessionAuthentication of the REST framework: only who is logged in by the session has to show it."""
    if user is not None:
        await csrf_protect(request, session)


# --- passwords, for the day on which the login itself moves -----------------------------------------------------------------------------


def verify_password(password: str, encoded: str) -> bool:
    """Whether the password is right. Takes a good part of a second on purpose: call it from a plain `def`, not from a coroutine.

    Only the algorithms that the project lists count. An unusable password (it begins with "!") is never right.
    """
    algorithm, _, rest = encoded.partition("$")
    if algorithm not in PROJECT.hashers:
        return False
    try:
        match algorithm:
            case "pbkdf2_sha256" | "pbkdf2_sha1":
                rounds, salt, digest = rest.split("$")
                raw = hashlib.pbkdf2_hmac(algorithm.removeprefix("pbkdf2_"), password.encode(), salt.encode(), int(rounds))
                return equal(base64.b64encode(raw).decode(), digest)
            case "scrypt":
                cost, salt, block, parallel, digest = rest.split("$")
                n, r, p = int(cost), int(block), int(parallel)
                room = 256 * n * r + 2**20
                raw = hashlib.scrypt(password.encode(), salt=salt.encode(), n=n, r=r, p=p, maxmem=room, dklen=64)
                return equal(base64.b64encode(raw).decode(), digest)
            case "argon2":
                import argon2

                return argon2.PasswordHasher().verify(f"${rest}", password)
            case "bcrypt_sha256" | "bcrypt":
                import bcrypt

                # bcrypt itself looks at 72 bytes and no more.
                plain = password.encode()[:72] if algorithm == "bcrypt" else hashlib.sha256(password.encode()).hexdigest().encode()
                return bcrypt.checkpw(plain, rest.encode())
            case "md5":
                salt, digest = rest.split("$")
                return equal(hashlib.md5((salt + password).encode(), usedforsecurity=False).hexdigest(), digest)
    except (ValueError, OverflowError):
        return False
    except Exception as error:
        # What argon2 raises for a wrong password, without naming a package that may not be installed.
        if type(error).__module__.startswith("argon2"):
            return False
        raise
    return False
