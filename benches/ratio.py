#!/usr/bin/env python3
"""What a whole scan costs, measured against a bare parse of the same files with the same number of threads.

    cargo build --release --bin migscan --example bareparse
    python3 benches/ratio.py FOLDER... [-n ROUNDS] [--threads N] [--markdown]

In each round both programs run once on each folder, one after the other, so that whatever else the machine does hits both. One round before
the first warms the caches and does not count. Printed are medians of wall time, processor time and peak memory, and the medians of the
ratios within each round; `--markdown` prints the table of docs/performance.md.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "release"


def run(command):
    """Wall seconds, processor seconds, peak memory in MB of one run, which has to succeed."""
    null = os.open(os.devnull, os.O_RDWR)
    began = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, n) for n in (0, 1, 2)])
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


def measure(folder, rounds, threads):
    bare = [str(TARGET / "examples" / "bareparse"), str(folder), "--threads", str(threads)]
    with tempfile.TemporaryDirectory() as scratch:
        report = os.path.join(scratch, "report.json")
        scan = [str(TARGET / "migscan"), str(folder), "--threads", str(threads), "--json", report]
        times = [(run(scan), run(bare)) for _ in range(rounds + 1)][1:]
        written = os.path.getsize(report)
    median = statistics.median
    files, read = size(bare)
    return {
        "name": Path(folder).resolve().name,
        "files": files,
        "mb": read / 1e6,
        "json_mb": written / 1e6,
        "scan": [median(scan[i] for scan, _ in times) for i in range(3)],
        "bare": [median(bare[i] for _, bare in times) for i in range(3)],
        "wall": median(scan[0] / bare[0] for scan, bare in times),
        "cpu": median(scan[1] / bare[1] for scan, bare in times),
        "worst": max(scan[0] / bare[0] for scan, bare in times),
    }


HEAD = ["project", "files", "MB", "scan s", "bare s", "wall ratio", "worst", "scan cpu s", "bare cpu s", "cpu ratio", "scan MB", "bare MB", "report MB"]


def row(m):
    (scan, scan_cpu, scan_rss), (bare, bare_cpu, bare_rss) = m["scan"], m["bare"]
    return [m["name"], "%d" % m["files"], "%.1f" % m["mb"], "%.3f" % scan, "%.3f" % bare, "%.2f" % m["wall"], "%.2f" % m["worst"],
            "%.3f" % scan_cpu, "%.3f" % bare_cpu, "%.2f" % m["cpu"], "%.0f" % scan_rss, "%.0f" % bare_rss, "%.1f" % m["json_mb"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    parser.add_argument("-n", type=int, default=7, metavar="ROUNDS")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--markdown", action="store_true")
    args = parser.parse_args()
    for program in (TARGET / "migscan", TARGET / "examples" / "bareparse"):
        if not program.exists():
            sys.exit("%s is not there: cargo build --release --bin migscan --example bareparse" % program)
    rows = [row(measure(folder, args.n, args.threads)) for folder in args.folders]
    print("n = %d rounds, %d threads, %d processors" % (args.n, args.threads, os.cpu_count() or 1))
    print()
    if args.markdown:
        print("| %s |" % " | ".join(HEAD))
        print("|---|%s" % ("--:|" * (len(HEAD) - 1)))
        for cells in rows:
            print("| %s |" % " | ".join(cells))
        return
    widths = [max(len(cells[i]) for cells in [HEAD, *rows]) for i in range(len(HEAD))]
    for cells in [HEAD, *rows]:
        print("  ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(cells, widths))))


if __name__ == "__main__":
    main()
