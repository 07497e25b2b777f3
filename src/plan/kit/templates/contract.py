"""Records what Django answers, and says where another side answers differently. Needs Python 3.11 and httpx.

    python contract.py record  --base http://localhost:8000 --values values.json requests.csv recorded.jsonl
    python contract.py replay  --base http://localhost:8001 recorded.jsonl
    python contract.py compare --base http://localhost:8000 --other http://localhost:8001 requests.csv

requests.csv, or the same as JSON lines, has the columns

    method      GET, HEAD, … ; others than GET, HEAD and OPTIONS are only sent with --writes
    path        /api/items/{pk}/
    values      JSON, what to put in: {"pk": 7}; a row whose values are missing is left out, and named
    query       page=2&ordering=name
    body        JSON of a write
    ordered     yes: the order of lists counts; no: only what is in them
    mask        places of the body that may differ, with spaces between: results.*.updated_at

values.json has values for many rows, by path as requests.csv writes it, with "*" for all: {"/api/items/{pk}/": {"pk": 7}, "*": {"year": 2026}}.

Safe requests are recorded twice: what differs between two answers of the same side is volatile, and is not compared afterwards. --writes
is for a throw-away database only. Status, the headers below and the body are compared. No request header and no cookie is written to the
file, but answers are: treat it like the data of the project.

Exit status: 0 the same, 1 differences, 2 something could not be done.
"""

import argparse
import csv
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx

HEADERS: Final = (
    "content-type",
    "location",
    "link",
    "allow",
    "vary",
    "etag",
    "cache-control",
    "www-authenticate",
    "retry-after",
)
# Lists in which neither order nor case count.
SETS: Final = frozenset({"allow", "vary", "cache-control"})
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# Longer texts are compared by their hash.
LONGEST_TEXT: Final = 65_536
SHOWN: Final = 10


@dataclass(frozen=True)
class Ask:
    """One request."""

    method: str
    path: str
    body: Any = None
    ordered: bool = False
    mask: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: Any
    # json, text, hash or empty
    kind: str


@dataclass(frozen=True)
class Record:
    ask: Ask
    answer: Answer
    volatile: tuple[str, ...] = field(default=())


class Unusable(Exception):
    pass


# --- requests ----------------------------------------------------------------------------------------------------------------------


def filled(path: str, values: dict[str, Any]) -> str | None:
    """The path with its values, or None where one is missing."""
    names = re.findall(r"\{([^{}]*)\}", path)
    if any(values.get(name) in (None, "") for name in names):
        return None
    # A value with slashes may belong into a path of several parts: they stay.
    return re.sub(r"\{([^{}]*)\}", lambda found: quote(str(values[found[1]]), safe="/@:+,;=!$&'()*~"), path)


def rows(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        if file.suffix == ".csv":
            reader = csv.DictReader(lines)
            for row in reader:
                yield reader.line_num, {key: value or "" for key, value in row.items() if key is not None}
        else:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict):
                        raise Unusable(f"{file}:{number}: no object")
                    yield number, row


def parsed(value: Any, where: str) -> Any:
    """What a CSV cell says in JSON; in a JSON file it is there already."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value.strip() else None
    except ValueError as error:
        raise Unusable(f"{where}: {error}") from None


def known_values(file: str | None) -> dict[str, dict[str, Any]]:
    known = json.loads(Path(file).read_text(encoding="utf-8-sig")) if file else {}
    if not isinstance(known, dict) or not all(isinstance(values, dict) for values in known.values()):
        raise Unusable(f"{file}: an object of paths with their values was expected")
    return known


def asks(file: Path, known: dict[str, dict[str, Any]], writes: bool) -> tuple[list[Ask], list[str]]:
    """The requests to send, and what is left out with its reason."""
    out, left = [], []
    for number, row in rows(file):
        where = f"{file}:{number}"
        method, path = str(row.get("method") or "GET").upper(), str(row.get("path") or "")
        if not path.startswith("/"):
            raise Unusable(f"{where}: a path begins with a slash: {path!r}")
        if method not in SAFE and not writes:
            left.append(f"{method} {path}: a write; --writes sends it")
            continue
        values = parsed(row.get("values"), f"{where}: values") or {}
        if not isinstance(values, dict):
            raise Unusable(f"{where}: values is no object")
        address = filled(path, {**known.get("*", {}), **known.get(path, {}), **{k: v for k, v in values.items() if v not in (None, "")}})
        if address is None:
            left.append(f"{method} {path}: values are missing")
            continue
        query = str(row.get("query") or "")
        out.append(
            Ask(
                method=method,
                path=address + (f"?{query}" if query else ""),
                body=parsed(row.get("body"), f"{where}: body"),
                ordered=str(row.get("ordered") or "no").lower() in ("yes", "true", "1"),
                mask=tuple(str(row.get("mask") or "").split()),
            )
        )
    return out, left


# --- answers -----------------------------------------------------------------------------------------------------------------------


class Side:
    """A server that is asked."""

    def __init__(self, base: str, headers: dict[str, str], timeout: float) -> None:
        self.base = base.rstrip("/")
        # Cookies are those of the headers and no others: an answer must not change the next request.
        self.headers = headers
        self.client = httpx.Client(timeout=timeout, follow_redirects=False)

    def answer(self, ask: Ask) -> Answer:
        self.client.cookies.clear()
        body = None if ask.body is None else json.dumps(ask.body).encode()
        headers = self.headers | ({} if body is None else {"content-type": "application/json"})
        try:
            response = self.client.request(ask.method, self.base + ask.path, headers=headers, content=body)
        except httpx.HTTPError as error:
            raise Unusable(f"{ask.method} {self.base}{ask.path}: {type(error).__name__}: {error}") from None
        kept = {name: self.local(response.headers[name]) for name in HEADERS if name in response.headers}
        media = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not response.content:
            return Answer(response.status_code, kept, None, "empty")
        if media == "application/json" or media.endswith("+json"):
            try:
                return Answer(response.status_code, kept, self.local(response.json()), "json")
            except ValueError:
                pass
        if (media.startswith("text/") or not media) and len(response.content) <= LONGEST_TEXT:
            return Answer(response.status_code, kept, self.local(response.text), "text")
        return Answer(response.status_code, kept, hashlib.sha256(response.content).hexdigest(), "hash")

    def local(self, value: Any) -> Any:
        """Absolute links to the side itself are the same on both sides."""
        if isinstance(value, str):
            return value.replace(self.base, "{base}")
        if isinstance(value, list):
            return [self.local(item) for item in value]
        if isinstance(value, dict):
            return {key: self.local(item) for key, item in value.items()}
        return value


# --- comparison --------------------------------------------------------------------------------------------------------------------


def header(name: str, value: str | None) -> str | None:
    if value is None:
        return None
    if name in SETS:
        return ", ".join(sorted({part.strip().lower() for part in value.split(",") if part.strip()}))
    if name == "content-type":
        return "; ".join(part.strip().lower() for part in value.split(";"))
    return value.strip()


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def same(place: str, pattern: str) -> bool:
    parts, wanted = place.split("."), pattern.split(".")
    return len(parts) == len(wanted) and all(want in ("*", part) for part, want in zip(parts, wanted, strict=True))


def masked(value: Any, patterns: Iterable[str], place: str = "") -> Any:
    """The body with the places that may differ made equal."""
    if place and any(same(place, pattern) for pattern in patterns):
        return "(masked)"
    below = f"{place}." if place else ""
    if isinstance(value, list):
        return [masked(item, patterns, f"{below}{index}") for index, item in enumerate(value)]
    if isinstance(value, dict):
        return {key: masked(item, patterns, f"{below}{key}") for key, item in value.items()}
    return value


def sorted_lists(value: Any) -> Any:
    if isinstance(value, list):
        return sorted((sorted_lists(item) for item in value), key=canonical)
    if isinstance(value, dict):
        return {key: sorted_lists(item) for key, item in value.items()}
    return value


def differing(a: Any, b: Any, place: str = "") -> Iterator[tuple[str, str, str]]:
    """Places, and what each side has there. 1, 1.0 and true are three things."""
    below = f"{place}." if place else ""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in [*a, *(key for key in b if key not in a)]:
            if key not in a or key not in b:
                yield f"{below}{key}", shown(a[key]) if key in a else "(not there)", shown(b[key]) if key in b else "(not there)"
            else:
                yield from differing(a[key], b[key], f"{below}{key}")
    elif isinstance(a, list) and isinstance(b, list):
        if len(a) != len(b):
            yield place or "(body)", f"{len(a)} elements", f"{len(b)} elements"
        for index, (left, right) in enumerate(zip(a, b, strict=False)):
            yield from differing(left, right, f"{below}{index}")
    elif type(a) is not type(b) or a != b:
        yield place or "(body)", shown(a), shown(b)


def shown(value: Any) -> str:
    # Escaped: an answer must not move the cursor of whoever reads the difference.
    text = json.dumps(value)
    return text if len(text) <= 80 else text[:77] + "..."


def differences(record: Record, other: Answer) -> list[tuple[str, str, str]]:
    ask, first = record.ask, record.answer
    out = []
    if first.status != other.status:
        out.append(("status", str(first.status), str(other.status)))
    for name in HEADERS:
        one, two = header(name, first.headers.get(name)), header(name, other.headers.get(name))
        if one != two and f"header {name}" not in record.volatile:
            out.append((f"header {name}", shown(one), shown(two)))
    if "body" in record.volatile or ask.method == "HEAD":
        return out
    if first.kind != other.kind:
        out.append(("body", first.kind, other.kind))
        return out
    patterns = (*ask.mask, *(place.removeprefix("body ") for place in record.volatile if place.startswith("body ")))
    one, two = masked(first.body, patterns), masked(other.body, patterns)
    if not ask.ordered:
        one, two = sorted_lists(one), sorted_lists(two)
    out.extend((f"body {place}", left, right) for place, left, right in differing(one, two))
    return out


def everywhere(place: str) -> str:
    """What changes in one element of a list may change in all."""
    return ".".join("*" if part.isdigit() else part for part in place.split("."))


def recorded(side: Side, ask: Ask) -> Record:
    """An answer with what changes from one to the next, where asking twice does no harm."""
    answer = side.answer(ask)
    if ask.method not in SAFE:
        return Record(ask, answer)
    again = side.answer(ask)
    volatile = {f"header {name}" for name in HEADERS if answer.headers.get(name) != again.headers.get(name)}
    if answer.kind == again.kind == "json":
        one, two = (answer.body, again.body) if ask.ordered else (sorted_lists(answer.body), sorted_lists(again.body))
        volatile |= {"body" if place == "(body)" else f"body {everywhere(place)}" for place, _, _ in differing(one, two)}
    elif answer.body != again.body:
        volatile.add("body")
    return Record(ask, answer, tuple(sorted(volatile)))


# --- the three commands ------------------------------------------------------------------------------------------------------------


def report(record: Record, found: list[tuple[str, str, str]]) -> None:
    print(f"{record.ask.method} {record.ask.path}")
    for place, one, two in found[:SHOWN]:
        print(f"    {place}\n        - {one}\n        + {two}")
    if len(found) > SHOWN:
        print(f"    and {len(found) - SHOWN} more")


def judge(records: Iterable[Record], side: Side) -> int:
    total = wrong = 0
    for record in records:
        total += 1
        found = differences(record, side.answer(record.ask))
        if found:
            wrong += 1
            report(record, found)
    print(f"{total} requests, {wrong} with differences")
    return 1 if wrong else 0


def load(file: Path) -> Iterator[Record]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            data = json.loads(line)
            ask = data["ask"] | {"mask": tuple(data["ask"]["mask"])}
            yield Record(Ask(**ask), Answer(**data["answer"]), tuple(data["volatile"]))
        except (KeyError, TypeError, ValueError) as error:
            raise Unusable(f"{file}:{number}: not written by this program: {error}") from None


def told(left: list[str]) -> None:
    for line in left:
        print(f"left out: {line}", file=sys.stderr)


def headers_of(arguments: argparse.Namespace) -> dict[str, str]:
    """From --header, and from a file whose content no list of processes shows."""
    lines = list(arguments.header)
    if arguments.header_file:
        lines += Path(arguments.header_file).read_text(encoding="utf-8").splitlines()
    out = {"accept": "application/json"}
    for line in filter(str.strip, lines):
        name, colon, value = line.partition(":")
        if not colon:
            raise Unusable("a header is written as NAME: VALUE")
        out[name.strip().lower()] = value.strip()
    return out


def run(arguments: argparse.Namespace) -> int:
    side = Side(arguments.base, headers_of(arguments), arguments.timeout)
    if arguments.command == "replay":
        records = [record for record in load(Path(arguments.recorded)) if record.ask.method in SAFE or arguments.writes]
        return judge(records, side)
    wanted, left = asks(Path(arguments.requests), known_values(arguments.values), arguments.writes)
    told(left)
    if arguments.command == "compare":
        other = Side(arguments.other, side.headers, arguments.timeout)
        return judge((recorded(side, ask) for ask in wanted), other)
    lines = [canonical(asdict(recorded(side, ask))) for ask in wanted]
    Path(arguments.recorded).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(f"{len(lines)} answers recorded, {len(left)} requests left out")
    return 0


def parser() -> argparse.ArgumentParser:
    out = argparse.ArgumentParser(description="Record the answers of one side, and compare those of another with them.")
    commands = out.add_subparsers(dest="command", required=True)
    for name, files in [("record", ["requests", "recorded"]), ("replay", ["recorded"]), ("compare", ["requests"])]:
        command = commands.add_parser(name)
        command.add_argument("--base", required=True, metavar="URL", help="the side that is asked")
        if name == "compare":
            command.add_argument("--other", required=True, metavar="URL", help="the side that is compared with it")
        for file in files:
            command.add_argument(file, metavar="FILE")
        if name != "replay":
            command.add_argument("--values", metavar="FILE", help="what to put into the paths")
        command.add_argument("--header", action="append", default=[], metavar="NAME: VALUE", help="with every request, e.g. Host")
        command.add_argument("--header-file", metavar="FILE", help="the same from a file, for cookies and tokens")
        command.add_argument("--timeout", type=float, default=30.0, metavar="SECONDS")
        command.add_argument("--writes", action="store_true", help="send unsafe methods too: throw-away databases only")
    return out


def main() -> int:
    try:
        return run(parser().parse_args())
    except (Unusable, OSError, ValueError) as error:
        print(f"contract.py: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    raise SystemExit(main())
