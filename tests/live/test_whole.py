"""A report is there whole or not at all: signals at any moment, a full disk, a limit on file sizes, closed pipes, several runs at once."""

import os
import resource
import shutil
import signal
import subprocess
import time

import pytest
from conftest import ROOT, binary

OLD = "the old report\n"
ENDS = {"r.json": b"}\n", "r.html": b"</html>", "r.md": b"\n"}


def command(out, *more):
    return [str(binary()), str(ROOT / "fixtures" / "shop"), "--quiet", "--json", str(out / "r.json"), "--html", str(out / "r.html"), "--markdown",
            str(out / "r.md"), *more]


def reset(out):
    for name in ENDS:
        (out / name).write_text(OLD)


def judge(out, status, killed=False):
    """Each report old or whole; after anything but SIGKILL and SIGXFSZ nothing else is left. Gives how many are new."""
    new = 0
    for name, end in ENDS.items():
        data = (out / name).read_bytes()
        assert data == OLD.encode() or data.endswith(end) and len(data) > 1000, (name, status, len(data))
        new += data != OLD.encode()
    left = sorted(set(os.listdir(out)) - set(ENDS))
    if killed:
        # What a killed process leaves is named so that everybody knows whose it is.
        assert all(name.startswith(".migscan-") and name.endswith(".tmp") for name in left), left
        for name in left:
            os.unlink(out / name)
    else:
        assert not left, (left, status)
    return new


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    reset(folder)
    return folder


def length(out):
    """How long an undisturbed run takes."""
    start = time.monotonic()
    assert subprocess.run(command(out), stderr=subprocess.DEVNULL).returncode == 0
    took = time.monotonic() - start
    assert judge(out, 0) == len(ENDS)
    return took


def signals_as_always():
    """nohup and a shell's & hand on that a signal is to be ignored, which the program would heed; the tests may run under both."""
    for name in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_DFL)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"])
def test_signals_at_twenty_moments(name, out):
    took, seen = length(out), set()
    for moment in range(20):
        reset(out)
        process = subprocess.Popen(command(out), stderr=subprocess.DEVNULL, preexec_fn=signals_as_always)
        time.sleep(took * 1.2 * moment / 20)
        process.send_signal(getattr(signal, name))
        status = process.wait(timeout=60)
        # A shell shows 128 and the number of the signal.
        assert status in (0, -getattr(signal, name)), status
        judge(out, status, killed=name == "SIGKILL")
        seen.add(status)
    assert -getattr(signal, name) in seen, "no signal came in time"


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
@pytest.mark.parametrize("call", ["write", "fsync", "rename,renameat,renameat2"])
def test_signals_while_writing(name, call, out, tmp_path):
    """strace sends the signal at the n-th such call, so that every moment between a report and its name is met."""
    if not shutil.which("strace"):
        pytest.fail("there is no strace (on Debian: apt-get install strace)", pytrace=False)
    for number in range(1, 6):
        reset(out)
        inject = "inject=%s:signal=%s:when=%d" % (call, name, number)
        done = subprocess.run(["strace", "-f", "-qq", "-o", str(tmp_path / "log"), "-e", "trace=" + call, "-e", inject, *command(out)],
                              stderr=subprocess.DEVNULL, timeout=60, preexec_fn=signals_as_always)
        assert done.returncode in (0, -getattr(signal, name), 128 + getattr(signal, name)), done.returncode
        judge(out, done.returncode)


def test_a_limit_on_file_sizes(out):
    """SIGXFSZ would end the process; a write that fails is told."""
    for limit in (0, 1000, 100_000):
        reset(out)
        done = subprocess.run(command(out), stderr=subprocess.PIPE, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        assert done.returncode in (2, -signal.SIGXFSZ), done.stderr
        judge(out, done.returncode, killed=done.returncode < 0)


@pytest.mark.skipif(os.getuid() != 0, reason="mounts a file system")
def test_a_full_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("no right to mount")
    try:
        reset(disk)
        for filled in (0, 200_000, 380_000):
            (disk / "fill").write_bytes(b"x" * filled)
            done = subprocess.run(command(disk), stderr=subprocess.PIPE)
            os.unlink(disk / "fill")
            assert done.returncode == 2 and b"migscan: failed: " in done.stderr, done.stderr
            judge(disk, 2)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_closed_pipe_and_closed_streams(out):
    for closed in ((1,), (2,), (0, 1, 2)):
        reset(out)
        process = subprocess.Popen(command(out)[:2] + command(out)[3:], preexec_fn=lambda: [os.close(one) for one in closed])
        assert process.wait(timeout=60) in (0, 2)
        judge(out, process.returncode)
    for format_ in ("--json", "--html", "--markdown"):
        process = subprocess.Popen([*command(out)[:2], format_, "-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.close()
        assert process.wait(timeout=60) == 0, process.stderr.read()


def test_four_at_once(out):
    for _ in range(3):
        reset(out)
        runs = [subprocess.Popen(command(out), stderr=subprocess.DEVNULL) for _ in range(4)]
        assert [one.wait(timeout=120) for one in runs] == [0] * 4
        assert judge(out, 0) == len(ENDS)


def test_committed_links_are_replaced(out, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    for name in ENDS:
        os.unlink(out / name)
        (out / name).symlink_to(victim)
    assert subprocess.run(command(out), stderr=subprocess.DEVNULL).returncode == 0
    assert victim.read_text() == "precious" and not any((out / name).is_symlink() for name in ENDS)
    assert judge(out, 0) == len(ENDS)


def test_no_fault_can_be_asked_for(out):
    """Debug builds fail where their tests want it. What ships does not."""
    run = subprocess.run(command(out), env={**os.environ, "MIGSCAN_TEST_FAULT": "making the page"}, capture_output=True)
    assert run.returncode == 0 and judge(out, 0) == len(ENDS)
