from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import FastAPI
from fastapi.responses import FileResponse, StreamingResponse
from fastapi.testclient import TestClient

app = FastAPI()
folder = TemporaryDirectory()
MANUAL = Path(folder.name) / "manual.pdf"
MANUAL.write_bytes(b"0123456789")
events: list[str] = []


@contextmanager
def session() -> Iterator[range]:
    events.append("open")
    yield range(3)
    events.append("closed")


@app.get("/manual/")
def manual() -> FileResponse:
    return FileResponse(MANUAL, filename="Größe.pdf")


@app.get("/export/")
def export() -> StreamingResponse:
    def rows() -> Iterator[str]:
        with session() as numbers:  # inside: open exactly while rows are sent, also when the client goes away
            for number in numbers:
                yield f"{number}\n"

    return StreamingResponse(rows(), media_type="text/csv")


if __name__ == "__main__":
    client = TestClient(app)
    whole = client.get("/manual/")
    assert "filename*=utf-8''Gr%C3%B6%C3%9Fe.pdf" in whole.headers["content-disposition"]
    part = client.get("/manual/", headers={"Range": "bytes=2-4"})  # Django's FileResponse would send all of it
    assert (part.status_code, part.content) == (206, b"234")
    assert client.get("/export/").text == "0\n1\n2\n"
    assert events == ["open", "closed"]
