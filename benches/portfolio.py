#!/usr/bin/env python3
"""What a portfolio costs: one report, copied under as many names as asked for.

    cargo build --release
    python3 benches/portfolio.py REPORT.json [-n ROUNDS] [--reports 200 2000]

Prints wall time and peak memory of `migscan portfolio`, median of the rounds, for each number of reports.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARY = os.environ.get("MIGSCAN_BIN") or str(Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "release" / "migscan")


def run(command):
    null = os.open(os.devnull, os.O_RDWR)
    began = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, n) for n in (0, 1, 2)])
    _, status, usage = os.wait4(pid, 0)
    took = time.perf_counter() - began
    os.close(null)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit("%s failed" % command)
    return took, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=Path)
    parser.add_argument("-n", type=int, default=3)
    parser.add_argument("--reports", type=int, nargs="+", default=[200, 2000])
    args = parser.parse_args()
    report = json.loads(args.report.read_text())
    print("| reports | size of each | time | peak memory |\n|--:|--:|--:|--:|")
    for count in args.reports:
        with tempfile.TemporaryDirectory() as folder:
            for number in range(count):
                report["project"]["name"] = "repository-%05d" % number
                Path(folder, "%05d.json" % number).write_text(json.dumps(report))
            size = Path(folder, "00000.json").stat().st_size / 1e6
            rounds = [run([BINARY, "portfolio", folder, "--csv", str(Path(folder, "out.csv"))]) for _ in range(args.n)]
        took, memory = (statistics.median(column) for column in zip(*rounds))
        print("| %d | %.1f MB | %.1f s | %.0f MB |" % (count, size, took, memory))


if __name__ == "__main__":
    main()
