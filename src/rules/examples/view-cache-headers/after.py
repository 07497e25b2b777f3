from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException, Response
from fastapi.testclient import TestClient

app = FastAPI()


def cached_for_a_minute(response: Response) -> None:
    """The headers of cache_page(60); the proxy does the storing."""
    response.headers["Cache-Control"] = "max-age=60"
    response.headers["Expires"] = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=60), usegmt=True)


def unchanged(response: Response, if_none_match: Annotated[str | None, Header()] = None) -> None:
    tag = '"v1"'  # of the data's version, not of the body: JSON text may change, the tag does not
    tags = [] if if_none_match is None else [t.strip().removeprefix("W/") for t in if_none_match.split(",")]
    if tag in tags or tags == ["*"]:
        raise HTTPException(304, headers={"ETag": tag})
    response.headers["ETag"] = tag


@app.get("/prices/", dependencies=[Depends(cached_for_a_minute)])
def prices() -> str:
    return "1.10"


@app.get("/widget/", dependencies=[Depends(unchanged)])
def widget(response: Response) -> str:
    response.headers["Content-Security-Policy"] = "frame-ancestors *"  # says to the proxy: no X-Frame-Options here
    return "widget"


if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/prices/").headers["cache-control"] == "max-age=60"
    first = client.get("/widget/")
    again = client.get("/widget/", headers={"If-None-Match": f'"old", W/{first.headers["etag"]}'})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again.headers["etag"] == '"v1"'
