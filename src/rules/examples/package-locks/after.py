import json
from zlib import crc32

from sqlalchemy import Select, func, select
from sqlalchemy.dialects import postgresql


def lock(name: str) -> Select[int]:
    """The number that django-pglocks computes: both sides exclude each other."""
    number = crc32(name.encode())
    return select(func.pg_advisory_lock(number - 2**32 if number > 2**31 - 1 else number))


def key(name: str) -> str:
    return f"api:{name}"  # never `:1:name`, where django-redis keeps pickles


def packed(value: object) -> str:
    return json.dumps(value)


if __name__ == "__main__":
    made = lock("import").compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
    assert "pg_advisory_lock" in str(made)
    (number,) = made.params.values()
    assert -(2**31) <= number < 2**31
    assert json.loads(packed({"a": 1})) == {"a": 1} and key("prices") == "api:prices"
