import secrets
import tempfile
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request, UploadFile
from fastapi.testclient import TestClient
from pydantic import BaseModel

MEDIA_URL, LIMIT = "/media/", 1_000_000
root = Path(tempfile.mkdtemp())  # MEDIA_ROOT, the same on both sides
app = FastAPI()


class PhotoOut(BaseModel):
    image: str | None


def url_of(name: str, request: Request) -> str | None:
    """Stored is the relative name; the API shows an absolute URL, and null for the empty text."""
    return f"{str(request.base_url).rstrip('/')}{MEDIA_URL}{name}" if name else None


def free_name(name: str) -> str:
    """As Django's storage: a suffix where the name is taken."""
    path = Path("photos") / Path(name).name
    while (root / path).exists():
        path = path.with_stem(f"{path.stem}_{secrets.token_hex(4)}")
    return str(path)


@app.post("/photos/", status_code=201)
def create(image: UploadFile, request: Request) -> PhotoOut:
    content = image.file.read(LIMIT + 1)
    if len(content) > LIMIT:
        raise HTTPException(413)
    if not content.startswith((b"\x89PNG", b"\xff\xd8")):  # ImageField opened it with Pillow
        raise HTTPException(400, {"image": ["Upload a valid image."]})
    name = free_name(image.filename or "photo")
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_bytes(content)
    return PhotoOut(image=url_of(name, request))


if __name__ == "__main__":
    client = TestClient(app, base_url="https://shop.example")
    made = client.post("/photos/", files={"image": ("../a.png", b"\x89PNG...")})
    assert made.json() == {"image": "https://shop.example/media/photos/a.png"}
    again = client.post("/photos/", files={"image": ("a.png", b"\x89PNG...")}).json()["image"]
    assert again.startswith("https://shop.example/media/photos/a_") and again.endswith(".png")
    assert client.post("/photos/", files={"image": ("a.png", b"<html>")}).status_code == 400
    assert client.post("/photos/", json={"image": "x"}).status_code == 422
