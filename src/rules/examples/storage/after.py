import re
import secrets
import tempfile
from pathlib import Path, PurePosixPath


class Storage:
    """Same directory, same names as Django's: rows keep the name relative to the root. Used by both sides."""

    def __init__(self, root: Path, url: str = "/media/") -> None:
        self.root, self.prefix = root, url

    def save(self, name: str, content: bytes) -> str:
        path = PurePosixPath(name)
        stem = re.sub(r"[^-\w.]", "", path.name.strip().replace(" ", "_")).lower()
        if stem in ("", ".", "..") or ".." in path.parts or path.is_absolute():
            raise ValueError(name)
        found = path.with_name(stem)
        while (self.root / found).exists():  # Django never overwrites
            found = path.with_name(f"{PurePosixPath(stem).stem}_{secrets.token_hex(4)[:7]}{path.suffix.lower()}")
        (self.root / found).parent.mkdir(parents=True, exist_ok=True)
        with (self.root / found).open("xb") as file:
            file.write(content)
        return str(found)

    def url(self, name: str) -> str:
        return self.prefix + name

    def delete(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)  # after the commit, on the owning side


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        storage = Storage(Path(folder))
        first, second = storage.save("plans/My Plan.PDF", b"1"), storage.save("plans/My Plan.PDF", b"2")
        assert first == "plans/my_plan.pdf" and second != first and second.endswith(".pdf")
        assert storage.url(first) == "/media/plans/my_plan.pdf"
        try:
            storage.save("../secret", b"")
        except ValueError:
            pass
        else:
            raise AssertionError
