import json
import tempfile
from collections.abc import Callable
from pathlib import Path


def manifest(folder: Path, prefix: str = "/static/") -> Callable[[str], str]:
    """`static(name)` over what `collectstatic` wrote; read once, when the process starts."""
    paths: dict[str, str] = json.loads((folder / "staticfiles.json").read_text())["paths"]

    def static(name: str) -> str:
        return prefix + paths[name]  # a KeyError in a test is better than a 404 for a visitor

    return static


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        written = {"paths": {"shop/site.css": "shop/site.4f2a.css"}, "version": "1.1"}
        (Path(folder) / "staticfiles.json").write_text(json.dumps(written))
        static = manifest(Path(folder))
        assert static("shop/site.css") == "/static/shop/site.4f2a.css"
