import math
import time
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.testclient import TestClient

RATES = {"key": (2, 60)}  # DEFAULT_THROTTLE_RATES; half of them while both sides count
now: Callable[[], float] = time.time
history: dict[str, list[float]] = {}  # a sorted set in Redis, so that all workers see it


class Throttle:
    """SimpleRateThrottle: a sliding window of time stamps, a refused request is not counted."""

    def __init__(self, scope: str) -> None:
        self.scope, (self.limit, self.seconds) = scope, RATES[scope]

    def __call__(self, x_key: Annotated[str | None, Header()] = None) -> None:
        if x_key is None:
            return  # get_cache_key gave None: not throttled
        moment = now()
        stamps = history.setdefault(f"throttle:{self.scope}:{x_key}", [])
        stamps[:] = [stamp for stamp in stamps if stamp > moment - self.seconds]
        if len(stamps) >= self.limit:
            wait = math.ceil(self.seconds - (moment - stamps[-1])) if self.limit == 1 else math.ceil(stamps[0] + self.seconds - moment)
            unit = "second" if wait == 1 else "seconds"
            detail = f"Request was throttled. Expected available in {wait} {unit}."
            raise HTTPException(429, detail, headers={"Retry-After": str(wait)})
        stamps.append(moment)


app = FastAPI(dependencies=[Depends(Throttle("key"))])


@app.get("/")
def root() -> str:
    return "ok"


if __name__ == "__main__":
    clock = [1000.0]
    now = lambda: clock[0]  # noqa: E731
    client = TestClient(app)
    assert [client.get("/", headers={"X-Key": "k"}).status_code for _ in range(3)] == [200, 200, 429]
    clock[0] += 30
    refused = client.get("/", headers={"X-Key": "k"})
    assert refused.headers["retry-after"] == "30"
    assert refused.json() == {"detail": "Request was throttled. Expected available in 30 seconds."}
    clock[0] += 31
    assert client.get("/", headers={"X-Key": "k"}).status_code == 200
    assert client.get("/").status_code == 200
