import io
import secrets
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import Depends, FastAPI, UploadFile
from fastapi.testclient import TestClient
from pydantic import BaseModel
from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Document(Base):
    __tablename__ = "shop_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int]
    scan: Mapped[str] = mapped_column(String(100))  # relative to the storage's root, never an address
    photo: Mapped[str] = mapped_column(String(100))
    width: Mapped[int | None]  # nobody fills them now but the service that stores the photo
    height: Mapped[int | None]


class Storage:
    """One place for names, clashes and addresses: the same layout as Django's storage, so that both sides find each other's files."""

    def __init__(self, root: Path, base_url: str) -> None:
        self.root, self.base_url = root, base_url

    def save(self, folder: str, filename: str, content: bytes) -> str:
        given = PurePosixPath(filename.replace("\\", "/"))  # a client's name may carry a path
        name = f"{folder}/{given.name}"
        while (self.root / name).exists():  # as Django does: never overwrite, add seven characters
            name = f"{folder}/{given.stem}_{secrets.token_hex(4)[:7]}{given.suffix}"
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return name

    def url(self, name: str) -> str | None:
        return f"{self.base_url}{name}" if name else None


class Stored(BaseModel):
    name: str
    url: str | None


def storage() -> Storage:
    raise NotImplementedError("given at start-up")


app = FastAPI()


@app.post("/customers/{customer_id}/scans", status_code=201)
def upload(customer_id: int, file: UploadFile, files: Annotated[Storage, Depends(storage)]) -> Stored:
    name = files.save(f"customers/{customer_id}", file.filename or "file", file.file.read())
    return Stored(name=name, url=files.url(name))


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        app.dependency_overrides[storage] = lambda: Storage(Path(folder), "https://files.example/")
        client = TestClient(app)
        first = client.post("/customers/7/scans", files={"file": ("../a.pdf", io.BytesIO(b"1"))}).json()
        assert first == {"name": "customers/7/a.pdf", "url": "https://files.example/customers/7/a.pdf"}
        second = client.post("/customers/7/scans", files={"file": ("a.pdf", io.BytesIO(b"2"))}).json()
        assert second["name"] != first["name"] and second["name"].startswith("customers/7/a_")
