import logging.config
import os
from functools import lru_cache
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """The same environment variables that Django's settings read; a missing SECRET_KEY stops the start."""

    SECRET_KEY: SecretStr
    SHOP_LIMIT: int = 10


@lru_cache
def settings() -> Settings:
    return Settings()  # type: ignore[call-arg]


logging.config.dictConfig({"version": 1, "disable_existing_loggers": False, "loggers": {"shop": {"level": "INFO"}}})
app = FastAPI()


@app.get("/limit/")
def limit(settings: Annotated[Settings, Depends(settings)]) -> int:
    return settings.SHOP_LIMIT


if __name__ == "__main__":
    os.environ |= {"SECRET_KEY": "x", "SHOP_LIMIT": "3"}
    client = TestClient(app)
    assert client.get("/limit/").json() == 3
    app.dependency_overrides[settings] = lambda: Settings(SECRET_KEY=SecretStr("x"), SHOP_LIMIT=1)  # override_settings
    assert client.get("/limit/").json() == 1
