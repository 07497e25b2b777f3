#!/usr/bin/env python3
"""No crash, no hang, no wrong exit status, no lost file: on everything that is at hand and on what nobody would write.

    python3 tools/torture/torture.py [--bin target/release/migscan] [--mutations 20000] [--docs docs/reliability.md] [PROJECT...]

Four parts, each only scans of trees by the program as it ships:

* the libraries of every Python on this machine with their tests and all of site-packages (`--pythons` names other folders to look in), each file
  under a plain name, so that it is parsed and not only counted;
* the PROJECTs;
* files of the PROJECTs and fixtures, each changed some times: bytes flipped, cut off, tokens swapped, two files spliced;
* the hostile projects of `hostile.py`.

A scan is good if its status is one of the contract, its last line the program's own, no file ended in an internal error, and each Python file that
was given is parsed, partial, counted as test code, or listed with the reason; within the time and memory below. What is not good is told, and
for crashes the files are halved until the guilty one is found. Ends with 1 then. `--docs` writes the table between the marks of that page.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import hostile

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 120
MEMORY = 640 << 20
CHUNK = 1000
STATUSES = (0, 2, 3, 4)


def put(root, tree):
    for name, text in tree.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)


def wait(process, seconds):
    """Exit status, peak memory in bytes, whether it had to be stopped."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage.ru_maxrss * 1024, False
        time.sleep(0.02)
    process.kill()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_maxrss * 1024, True


class Run:
    """One scan with everything that is wrong with it."""

    def __init__(self, binary, root, seconds, more=()):
        with tempfile.TemporaryDirectory(prefix="torture-") as folder:
            report, said = Path(folder, "r.json"), Path(folder, "err")
            start = time.monotonic()
            with open(said, "wb") as err:
                options = ["--quiet", "--json", str(report), "--html", str(Path(folder, "r.html")), "--markdown", str(Path(folder, "r.md")), *more]
                process = subprocess.Popen([str(binary), str(root), *options], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err)
                self.status, self.memory, late = wait(process, seconds)
            self.seconds = time.monotonic() - start
            err = said.read_text(errors="replace").strip()
            self.report = json.loads(report.read_text()) if report.exists() else None
        last = err.splitlines()[-1] if err else ""
        self.wrong = []
        if late:
            self.wrong.append("no end after %d s" % seconds)
        elif self.status not in STATUSES:
            self.wrong.append("status %d" % self.status)
        if not last.startswith("migscan: ") or "panicked" in err or "an error in migscan itself" in err:
            self.wrong.append("last line %r" % last[-200:])
        if self.status == 0 and self.report is None:
            self.wrong.append("no report")
        if self.memory > MEMORY:
            self.wrong.append("%d MB" % (self.memory >> 20))
        if self.report:
            inner = [one["path"] for one in self.report["skipped"] if "internal error" in one["reason"]]
            inner += [one["file"] for one in self.report["coverage"]["unresolved"] if "internal error" in one["reason"]]
            if inner:
                self.wrong.append("internal error: %s" % inner[:3])

    def lost(self, given):
        """How many of so many Python files the report accounts for too few."""
        if not self.report:
            return 0
        project = self.report["project"]
        # `files` are those read as Python, whole or not; folders of test code are told apart from single files in `skipped`.
        listed = sum(one["path"].endswith(".py") and not one["reason"].startswith("test code") for one in self.report["skipped"])
        return given - project["files"] - project["test_files"] - listed

    def kinds(self):
        files = self.report["coverage"]["files"] if self.report else {}
        return Counter({kind: files.get(kind, 0) for kind in ("parsed", "partial", "skipped")})


class Torture:
    def __init__(self, args):
        self.args, self.rows, self.bad = args, [], []

    def trouble(self, what):
        self.bad.append(what)
        print("BAD  %s" % what, flush=True)

    def tree_of(self, files):
        """A scan of these files (path → bytes or a path to copy) as parts of a project, under plain names."""
        root = Path(tempfile.mkdtemp(prefix="torture-")) / "project"
        put(root, hostile.project())
        for number, (_, content) in enumerate(files):
            path = root / "shop" / ("p%03d" % (number // 200)) / ("m%05d.py" % number)
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                shutil.copyfile(content, path)
        return root

    def some(self, files):
        """Scan files together; where that ends badly, halves of them, down to one."""
        root = self.tree_of(files)
        given = len(files) + len([name for name in hostile.project() if name.endswith(".py")])
        try:
            run = Run(self.args.bin, root, self.args.seconds)
        finally:
            shutil.rmtree(root.parent)
        if run.lost(given):
            run.wrong.append("%d files lost" % run.lost(given))
        if run.wrong and len(files) > 1:
            middle = len(files) // 2
            before = len(self.bad)
            self.some(files[:middle])
            self.some(files[middle:])
            if len(self.bad) == before:
                self.trouble("%s … (%d files, only together): %s" % (files[0][0], len(files), "; ".join(run.wrong)))
        elif run.wrong:
            if self.args.keep and isinstance(files[0][1], bytes):
                Path(self.args.keep).mkdir(parents=True, exist_ok=True)
                Path(self.args.keep, re.sub(r"\W+", "_", files[0][0])[-100:] + ".py").write_bytes(files[0][1])
            self.trouble("%s: %s" % (files[0][0], "; ".join(run.wrong)))
        return run

    def part(self, name, files):
        files, start, before = list(files), time.monotonic(), len(self.bad)
        kinds, size, memory, slowest = Counter(), 0, 0, 0.0
        for at in range(0, len(files), CHUNK):
            chunk = files[at:at + CHUNK]
            size += sum(len(content) if isinstance(content, bytes) else os.path.getsize(content) for _, content in chunk)
            run = self.some(chunk)
            kinds += run.kinds()
            memory, slowest = max(memory, run.memory), max(slowest, run.seconds)
        # Not the files of the project around them.
        around = len([one for one in hostile.project() if one.endswith(".py")]) * -(-len(files) // CHUNK)
        self.row(name, len(files), size, kinds["parsed"] - around, kinds["partial"], kinds["skipped"], len(self.bad) - before, memory, start)

    def row(self, name, files, size, parsed, partial, skipped, bad, memory, start):
        seconds = time.monotonic() - start
        self.rows.append((name, files, size, parsed, partial, skipped, bad, memory))
        print("%-40s %6d files %7.1f MB  parsed %6d  partial %5d  refused %5d  bad %d  peak %4d MB  %.0f s"
              % (name, files, size / 1e6, parsed, partial, skipped, bad, memory >> 20, seconds), flush=True)

    # -- the parts

    def pythons(self):
        found = {}
        for above in self.args.pythons:
            for grammar in sorted(Path(above).rglob("test_grammar.py")):
                if grammar.parent.name == "test":
                    found[grammar.parent.parent] = None
        for library in found:
            own, packages = [], []
            for path in sorted(library.rglob("*.py")):
                if path.is_file() and not path.is_symlink():
                    (packages if "site-packages" in path.parts else own).append((str(path.relative_to(library)), path))
            self.part("%s with its tests" % library.name, own)
            if packages:
                self.part("site-packages of %s" % library.name, packages)

    def projects(self):
        start, before, kinds, memory, given, size = time.monotonic(), len(self.bad), Counter(), 0, 0, 0
        for project in self.args.projects:
            run = Run(self.args.bin, project, self.args.seconds)
            kinds += run.kinds()
            memory = max(memory, run.memory)
            if run.report:
                given += run.report["project"]["files"] + run.report["project"]["test_files"]
                kinds["tests"] += run.report["project"]["test_files"]
            size += sum(path.stat().st_size for path in Path(project).rglob("*.py") if path.is_file())
            if run.wrong:
                self.trouble("%s: %s" % (Path(project).name, "; ".join(run.wrong)))
        if self.args.projects:
            name = "%d real projects (%d files of tests counted)" % (len(self.args.projects), kinds["tests"])
            self.row(name, given, size, kinds["parsed"], kinds["partial"], kinds["skipped"], len(self.bad) - before, memory, start)

    def sources(self):
        """What mutations are made of: Python of the projects and fixtures, of all kinds, none of them huge."""
        out = []
        for project in [*self.args.projects, ROOT / "fixtures"]:
            for path in sorted(Path(project).rglob("*.py")):
                if path.is_file() and 100 < path.stat().st_size < 30_000:
                    out.append((str(path), path.read_bytes()))
        return out

    def mutations(self):
        rng, sources, files = random.Random(self.args.seed), self.sources(), []
        for number in range(self.args.mutations):
            name, data = rng.choice(sources)
            for _ in range(rng.choice((1, 1, 2, 5))):
                data = mutate(rng, data, rng.choice(sources)[1])
            files.append(("mutation %d of %s" % (number, name), data))
        if files:
            self.part("mutated files, seed %d" % self.args.seed, files)

    def hostile(self):
        start, before, kinds, memory, size, count = time.monotonic(), len(self.bad), Counter(), 0, 0, 0
        slowest = ("", 0.0)
        for name, make in hostile.CASES.items():
            if self.args.only and self.args.only not in name:
                continue
            folder = tempfile.mkdtemp(prefix="torture-")
            try:
                tree = make()
                put(os.path.join(folder, "project"), tree)
                count += len(tree)
                size += sum(len(text) for text in tree.values())
                more = [word for option in ("csv", "sarif", "gitlab", "junit") for word in ("--" + option, os.path.join(folder, option))]
                run = Run(self.args.bin, os.path.join(folder, "project"), self.args.seconds, more)
            finally:
                shutil.rmtree(folder)
            kinds += run.kinds()
            memory = max(memory, run.memory)
            slowest = max(slowest, (name, run.seconds), key=lambda one: one[1])
            print("  %-48s %2d  %5.1f s  %4d MB%s" % (name, run.status, run.seconds, run.memory >> 20, "  " + "; ".join(run.wrong) if run.wrong else ""), flush=True)
            if run.wrong:
                self.trouble("%s: %s" % (name, "; ".join(run.wrong)))
        cases = len(hostile.CASES)
        self.row("%d hostile projects" % cases, count, size, kinds["parsed"], kinds["partial"], kinds["skipped"], len(self.bad) - before, memory, start)

    def table(self):
        out = ["| what | files | MB | parsed | of these partly | refused | crashes, hangs, wrong statuses, lost files | peak memory, MB |", "|---|--:|--:|--:|--:|--:|--:|--:|"]
        for name, files, size, parsed, partial, skipped, bad, memory in self.rows:
            out.append("| %s | %s | %.1f | %s | %s | %s | %d | %d |" % (name, format(files, ","), size / 1e6, format(parsed, ","), format(partial, ","), format(skipped, ","), bad, memory >> 20))
        return "\n".join(out) + "\n"


def mutate(rng, data, other):
    """One change: flipped bytes, a cut, swapped or repeated tokens, a piece of another file."""
    kind = rng.randrange(7)
    at = rng.randrange(len(data) + 1)
    if kind == 0:
        out = bytearray(data)
        for _ in range(rng.choice((1, 3, 30))):
            if out:
                out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
        return bytes(out)
    if kind == 1:
        return data[:at]
    if kind == 2:
        tokens = re.findall(rb"\w+|\s+|[^\w\s]", data)
        for _ in range(rng.choice((1, 3, 30))):
            if len(tokens) > 1:
                a, b = rng.randrange(len(tokens)), rng.randrange(len(tokens))
                tokens[a], tokens[b] = tokens[b], tokens[a]
        return b"".join(tokens)
    if kind == 3:
        return data[:at] + other[rng.randrange(len(other) + 1):]
    if kind == 4:
        end = min(len(data), at + rng.choice((1, 10, 1000)))
        return data[:at] + data[end:]
    if kind == 5:
        end = min(len(data), at + rng.choice((1, 10, 200)))
        return data[:at] + data[at:end] * rng.choice((2, 20)) + data[end:]
    return data[:at] + rng.choice((b"\0", b"\xff", b"'''", b'"', b"(", b")", b"\\\n", b"\xef\xbb\xbf", b"\r", b"\t", b"\x0c", b"{", b"f'{", b"class X(", b"lambda:", b"# coding: utf-16\n")) + data[at:]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("projects", nargs="*")
    parser.add_argument("--bin", default=str(ROOT / "target" / "release" / "migscan"))
    parser.add_argument("--pythons", nargs="*", default=["/usr/lib", "/usr/local/lib", os.path.expanduser("~/.pyenv/versions")])
    parser.add_argument("--mutations", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="after which a scan has no end")
    parser.add_argument("--parts", default="pythons,projects,mutations,hostile")
    parser.add_argument("--only", default="", help="part of the name of a hostile project")
    parser.add_argument("--keep", help="folder for mutated files that something was wrong with")
    parser.add_argument("--docs", help="page to write the table into")
    args = parser.parse_args()
    torture = Torture(args)
    for part in args.parts.split(","):
        getattr(torture, part)()
    print("\n" + torture.table())
    if args.docs:
        page = Path(args.docs)
        before, mark, rest = page.read_text().partition("<!-- torture -->\n")
        after = rest.partition("<!-- end -->")[2]
        page.write_text(before + mark + torture.table() + "<!-- end -->" + after)
    print("torture: %s" % ("%d bad" % len(torture.bad) if torture.bad else "nothing bad"))
    return 1 if torture.bad else 0


if __name__ == "__main__":
    sys.exit(main())
