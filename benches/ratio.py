#!/usr/bin/env python3
"""What a whole scan costs, measured against a bare parse of the same files with the same number of threads.

    cargo build --release --bin migscan --example bareparse
    python3 benches/ratio.py FOLDER... [-n ROUNDS] [--threads N] [--markdown | --write] [--target FOLDER]

In each round all programs run once on each folder, one after the other, so that whatever else the machine does hits all of them. One round before
the first warms the disk's cache and does not count. Printed are medians of wall time, processor time and peak memory, and the medians of the
ratios within each round. A scan writes JSON and page (`--json`, `--html`) and uses no cache; "warm" is the same with a cache and an unchanged
tree, "changed" after one file of it got another comment, both against walk and stat of the tree (`bareparse --walk`). Where Ruff or Semgrep is on
PATH, the scan is compared with them too. `--write` puts the tables into docs/performance.md.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "release"
DOCUMENT = ROOT / "docs" / "performance.md"
median = statistics.median


def run(command):
    """Wall seconds, processor seconds, peak memory in MB of one run, which has to succeed."""
    null = os.open(os.devnull, os.O_RDWR)
    environment = {key: value for key, value in os.environ.items() if key != "MIGSCAN_NO_CACHE"}
    began = time.perf_counter()
    pid = os.posix_spawn(command[0], command, environment, file_actions=[(os.POSIX_SPAWN_DUP2, null, n) for n in (0, 1, 2)])
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - began
    os.close(null)
    if os.waitstatus_to_exitcode(status):
        sys.exit("%s ended with %d" % (" ".join(command), os.waitstatus_to_exitcode(status)))
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def size(command):
    """Files and bytes, as bareparse counts them."""
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return int(words[0]), int(words[2])


def parsed(folder):
    """MB of Python that is no test, by the names that tell: what a scan parses."""
    total = 0
    for at, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in ("tests", "test", "testing", "node_modules")]
        for name in files:
            if name.endswith(".py") and not (name.startswith("test_") or name.endswith(("_test.py", "_tests.py")) or name in ("tests.py", "conftest.py")):
                total += os.path.getsize(os.path.join(at, name))
    return total / 1e6


class Programs:
    def __init__(self, target, threads, scratch):
        self.scan, self.bare = str(target / "migscan"), str(target / "examples" / "bareparse")
        self.threads, self.scratch = threads, scratch
        for program in (self.scan, self.bare):
            if not os.path.exists(program):
                sys.exit("%s is not there: cargo build --release --bin migscan --example bareparse" % program)

    def scanned(self, folder, cache=None, threads=None):
        out = [part for name in ("json", "html") for part in ("--" + name, os.path.join(self.scratch, "report." + name))]
        kept = ["--cache-dir", cache] if cache else ["--no-cache"]
        return [self.scan, str(folder), "--quiet", "--threads", str(threads or self.threads), *out, *kept]

    def parsed(self, folder, *more):
        return [self.bare, str(folder), "--threads", str(self.threads), *more]


def cold(programs, folder, rounds):
    scan, bare = programs.scanned(folder), programs.parsed(folder)
    times = [(run(scan), run(bare)) for _ in range(rounds + 1)][1:]
    written = sum(os.path.getsize(os.path.join(programs.scratch, "report." + name)) for name in ("json", "html"))
    one = median(run(programs.scanned(folder, threads=1))[0] for _ in range(max(rounds // 2, 1)))
    files, read = size(bare)
    wall, cpu = [[scan[i] / bare[i] for scan, bare in times] for i in (0, 1)]
    of = [[median(row[which][i] for row in times) for i in range(3)] for which in (0, 1)]
    code = parsed(folder)
    cells = [Path(folder).resolve().name, "%d" % files, "%.1f" % (read / 1e6), "%.1f" % code, "%.3f" % of[0][0], "%.3f" % of[1][0], "%.2f" % median(wall),
             "%.2f" % max(wall), "%.3f" % of[0][1], "%.3f" % of[1][1], "%.2f" % median(cpu), "%.2f" % (one / of[0][0]), "%.0f" % of[0][2],
             "%.0f" % (40 + code), "%.1f" % (written / 1e6)]
    return cells, of[0][0]


def warm(programs, folder, rounds, cold_wall):
    """On a copy, as one of its files is changed."""
    copy = os.path.join(programs.scratch, "copy", Path(folder).resolve().name)
    shutil.copytree(folder, copy, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    cache = os.path.join(programs.scratch, "cache")
    scan, stat = programs.scanned(copy, cache), programs.parsed(copy, "--walk")
    # What was written a moment ago is not trusted yet.
    time.sleep(3)
    for _ in range(3):
        run(scan)
    changed = sorted(path for path in Path(copy).rglob("models.py"))[0]
    times = []
    for number in range(rounds):
        row = [run(stat), run(scan)]
        with changed.open("a") as file:
            file.write("# %d\n" % number)
        row.append(run(scan))
        # Until the change is old enough to be trusted, the file is read each time.
        time.sleep(3)
        run(scan)
        times.append(row)
    shutil.rmtree(os.path.dirname(copy))
    shutil.rmtree(cache)
    of = [median(row[i][0] for row in times) for i in range(3)]
    ratio = [[median(row[i][what] / row[0][what] for row in times) for what in (0, 1)] for i in (1, 2)]
    return [Path(folder).resolve().name, "%.0f" % (of[0] * 1e3), "%.0f" % (of[1] * 1e3), "%.2f" % ratio[0][0], "%.2f" % ratio[0][1],
            "%.0f" % (of[2] * 1e3), "%.2f" % ratio[1][0], "1/%.0f" % (cold_wall / of[1])]


def others(programs, folder, rounds, tools):
    """Wall time against that of tools that read the same files for less: Ruff with its rules for Django, Semgrep with ten rules."""
    commands = {"scan": programs.scanned(folder)}
    if "ruff" in tools:
        commands["ruff"] = [tools["ruff"], "check", "--no-cache", "--isolated", "--select", "DJ", "--exit-zero", "--quiet", str(folder)]
    if "semgrep" in tools:
        commands["semgrep"] = [tools["semgrep"], "scan", "--config", str(ROOT / "benches" / "semgrep.yml"), "--metrics", "off", "--disable-version-check",
                               "--quiet", "--jobs", str(programs.threads), str(folder)]
    times = {name: median(run(command)[0] for _ in range(rounds if name != "semgrep" else 1)) for name, command in commands.items()}
    cells = [Path(folder).resolve().name, "%.3f" % times["scan"]]
    for name in ("ruff", "semgrep"):
        cells += ["%.3f" % times[name], "%.2f" % (times["scan"] / times[name])] if name in times else ["", ""]
    return cells


OTHERS = ["project", "scan s", "ruff s", "scan to ruff", "semgrep s", "scan to semgrep"]
COLD = ["project", "files", "MB", "MB parsed", "scan s", "bare s", "wall ratio", "worst", "scan cpu s", "bare cpu s", "cpu ratio", "1 → 2 threads", "peak MB",
        "bound MB", "reports MB"]
WARM = ["project", "walk+stat ms", "warm ms", "ratio", "cpu ratio", "changed ms", "ratio", "of its cold run"]


def table(head, rows):
    return "\n".join(["| %s |" % " | ".join(head), "|---|%s" % ("--:|" * (len(head) - 1)), *("| %s |" % " | ".join(cells) for cells in rows)])


def plain(head, rows):
    widths = [max(len(cells[i]) for cells in [head, *rows]) for i in range(len(head))]
    return "\n".join("  ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(cells, widths))) for cells in [head, *rows])


def put(name, text):
    """Between its two marks in the document."""
    document = DOCUMENT.read_text()
    begin, end = "<!-- %s -->\n" % name, "<!-- end of %s -->" % name
    head, rest = document.split(begin)
    DOCUMENT.write_text(head + begin + "\n" + text + "\n\n" + end + rest.split(end)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    parser.add_argument("-n", type=int, default=7, metavar="ROUNDS")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--target", type=Path, default=TARGET, metavar="FOLDER", help="where the programs are")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        programs = Programs(args.target, args.threads, scratch)
        tools = {name: found for name in ("ruff", "semgrep") if (found := shutil.which(name))}
        first, second, third = [], [], []
        for folder in args.folders:
            cells, wall = cold(programs, folder, args.n)
            first.append(cells)
            second.append(warm(programs, folder, args.n, wall))
            if tools:
                third.append(others(programs, folder, args.n, tools))
    shape = table if args.markdown or args.write else plain
    load = "load %.1f" % os.getloadavg()[1]
    text = "n = %d rounds, %d threads, %d processors, %s\n\n%s\n\n%s" % (
        args.n, args.threads, os.cpu_count() or 1, load, shape(COLD, first), shape(WARM, second))
    if third:
        text += "\n\n" + shape(OTHERS, third)
    print(text)
    if args.write:
        put("ratio", text)


if __name__ == "__main__":
    main()
