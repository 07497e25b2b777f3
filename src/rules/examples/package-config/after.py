import os
from typing import Annotated

from pydantic import AfterValidator, SecretStr
from pydantic_settings import BaseSettings, NoDecode
from sqlalchemy.engine import make_url


def with_driver(value: str) -> str:
    """`postgres://` is what hosting services write; SQLAlchemy wants the dialect and the driver."""
    scheme, _, rest = value.partition("://")
    drivers = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg", "mysql": "mysql+mysqldb"}
    return f"{drivers.get(scheme, scheme)}://{rest}"


class Settings(BaseSettings):
    SECRET_KEY: SecretStr
    DATABASE_URL: Annotated[str, AfterValidator(with_driver)]
    DEBUG: bool = False  # "on", "yes", "1" are true, as in django-environ
    ALLOWED_HOSTS: Annotated[str, NoDecode] = ""

    @property
    def hosts(self) -> list[str]:
        return [host for host in self.ALLOWED_HOSTS.split(",") if host]  # lists by comma, not JSON


if __name__ == "__main__":
    os.environ |= {
        "SECRET_KEY": "x",
        "DATABASE_URL": "postgres://shop:p%40ss@db:5432/shop",
        "DEBUG": "on",
        "ALLOWED_HOSTS": "a.example,b.example",
    }
    settings = Settings()  # type: ignore[call-arg]
    url = make_url(settings.DATABASE_URL)
    assert url.drivername == "postgresql+psycopg" and url.password == "p@ss"
    assert settings.DEBUG and settings.hosts == ["a.example", "b.example"] and "x" not in repr(settings.SECRET_KEY)
