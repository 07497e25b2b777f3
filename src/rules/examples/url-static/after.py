import json
import tempfile
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from fastapi.testclient import TestClient


class Hashed:
    """{% static %} over the names that `collectstatic` wrote; both sides read the same file."""

    def __init__(self, manifest: Path, prefix: str) -> None:
        self.paths: dict[str, str] = json.loads(manifest.read_text())["paths"]
        self.prefix = prefix

    def __call__(self, name: str) -> str:
        return self.prefix + self.paths[name]  # KeyError: as strict as ManifestStaticFilesStorage


def make_app(root: Path, serve_files: bool) -> FastAPI:
    app = FastAPI()
    if serve_files:  # development; in production the proxy owns /static/ and /media/
        app.mount("/static", StaticFiles(directory=root))
    return app


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "app.5f1.css").write_text("p {}")
        (root / "staticfiles.json").write_text('{"paths": {"app.css": "app.5f1.css"}, "version": "1.1"}')
        static = Hashed(root / "staticfiles.json", "/static/")
        assert TestClient(make_app(root, serve_files=True)).get(static("app.css")).text == "p {}"
        assert TestClient(make_app(root, serve_files=False)).get(static("app.css")).status_code == 404
