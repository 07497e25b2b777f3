import ipaddress
import time
from collections import defaultdict, deque
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.testclient import TestClient

PROXIES = {"10.0.0.1", "testclient"}
seen: dict[str, deque[float]] = defaultdict(deque)  # in earnest Redis, with the key that the old side counts


def client_address(request: Request) -> str:
    """The last address that a trusted proxy did not write itself; anything else in the header may be forged."""
    peer = request.client.host if request.client else ""
    if peer in PROXIES:
        for part in reversed(request.headers.get("x-forwarded-for", "").split(",")):
            try:
                found = str(ipaddress.ip_address(part.strip()))
            except ValueError:
                break
            if found not in PROXIES:
                return found
    return peer


def limited(address: Annotated[str, Depends(client_address)]) -> None:
    now, times = time.monotonic(), seen[address]
    while times and now - times[0] > 60:
        times.popleft()
    if len(times) >= 2:
        raise HTTPException(429)
    times.append(now)


app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origin_regex=r"https://\w+\.shop\.example", allow_credentials=True)


@app.get("/items/", dependencies=[Depends(limited)])
def items(request: Request) -> str:
    return "fragment" if request.headers.get("hx-request") == "true" else "page"


if __name__ == "__main__":
    client = TestClient(app)
    codes = [client.get("/items/", headers={"X-Forwarded-For": f"{n}.1.1.1, 9.9.9.9"}).status_code for n in (1, 2, 3)]
    assert codes == [200, 200, 429]  # the forged first address changes nothing
    asked = {"Origin": "https://a.shop.example", "X-Forwarded-For": "8.8.8.8", "HX-Request": "true"}
    answer = client.get("/items/", headers=asked)
    assert answer.headers["access-control-allow-origin"] == asked["Origin"] and answer.json() == "fragment"
