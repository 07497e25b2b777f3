"""The world is closed: nothing outside the tree, the configuration and the outputs is opened, nothing that is no regular file; there is no
child process and no socket; and one that the system refuses something ends with a status of the contract and a whole file or none.

Below strace, which `./test` installs where it may.
"""

import os
import shutil
import socket

import pytest
from traced import TREE, calls, paths, strace, write

if not shutil.which("strace"):
    pytest.fail("there is no strace (on Debian: apt-get install strace)", pytrace=False)

# What the loader, the allocator and the standard library open before and beside the program, each with its reason.
SYSTEM = (
    "/etc/ld.so.", "/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/",  # the dynamic loader
    "/proc/self/maps", "/proc/self/auxv",  # the bounds of the first thread's stack
    "/proc/self/status",  # which signals whoever started the program wants ignored
    "/proc/sys/vm/overcommit_memory", "/sys/kernel/mm/transparent_hugepage/", "/sys/devices/system/node",  # the allocator
    "/proc/self/cgroup", "/proc/self/mountinfo", "/sys/fs/cgroup", "/proc/cpuinfo", "/sys/devices/system/cpu",  # how many threads make sense
    "/usr/share/zoneinfo", "/etc/localtime",
)
OPENS = ("open", "openat", "openat2", "creat")
CHANGES = ("rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "link", "linkat", "symlink", "symlinkat",
           "truncate", "chmod", "fchmodat", "chown", "mknod", "mknodat")


@pytest.fixture
def world(tmp_path):
    """A tree full of what must not be opened, and things outside that it points to."""
    root = write(tmp_path / "project")
    away = write(tmp_path / "away", {"secret.py": "x = 1\n", "folder/models.py": "x = 1\n", "more.txt": "evil\n"})
    for name in ("link.py", "notes/admin.py", "more.txt", "setup.cfg", "notes/templates/b.html", ".gitignore", "notes/.gitignore"):
        (root / name).symlink_to(away / "secret.py")
    for name in ("linked", "notes/migrations"):
        (root / name).symlink_to(away / "folder")
    (root / "up").symlink_to("..")
    (root / "loop.py").symlink_to("loop.py")
    (root / "zero.py").symlink_to("/dev/zero")
    (root / "environ.py").symlink_to("/proc/self/environ")
    os.mkfifo(root / "pipe.py")
    os.mkfifo(root / "notes" / "tests.py")
    os.mkfifo(root / "Procfile")
    if os.getuid() == 0:
        os.mknod(root / "device.py", 0o600 | 0o020000, os.makedev(1, 5))
    (root / ".env").write_text("SECRET=1\n")
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.getcwd()
        os.chdir(root)
        listener.bind("socket.py")
        os.chdir(here)
        yield root, away, tmp_path


def outside(path, root, cwd):
    """Whether a path, as it was given to the system, is neither the system's own nor below one of these."""
    full = os.path.normpath(os.path.join(cwd, path))
    return not full.startswith(SYSTEM) and not any(full == str(one) or full.startswith(str(one) + "/") for one in root)


COMMANDS = {
    "scan": lambda root, out: [root, "--json", out / "r.json", "--html", out / "r.html", "--markdown", out / "r.md", "--csv", out / "csv"],
    "verbose": lambda root, out: [root, "--verbose", "--json", "-"],
    "plan": lambda root, out: ["plan", root, "--out", out / "kit"],
    "sensitivity": lambda root, out: ["sensitivity", root],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_else_is_opened(command, world, tmp_path):
    root, _, _ = world
    out = tmp_path / "out"
    out.mkdir()
    status, _, err, lines = strace(["-s", "4096", "-e", "trace=%file,%network,%process"], COMMANDS[command](root, out), tmp_path / "log",
                                   cwd=tmp_path)
    assert status == 0, err
    seen = list(calls(lines))
    opened = [(name, path) for name, arguments, _ in seen if name in OPENS for path in paths(arguments)[:1]]
    assert any(path.endswith("notes/models.py") for _, path in opened), "the trace shows nothing"
    bad = [path for _, path in opened if outside(path, (root, out), tmp_path)]
    assert not bad, bad
    # What is no regular file, and what only the developer's machine has.
    never = ("link.py", "admin.py", "more.txt", "setup.cfg", "b.html", "linked", "migrations", "up", "loop.py", "zero.py", "environ.py",
             "pipe.py", "tests.py", "Procfile", "device.py", "socket.py", ".env")
    touched = [path for _, path in opened if path.startswith(str(root)) and os.path.relpath(path, root).split("/")[-1] in never]
    assert not touched, touched
    inside = [path for _, path in opened if any("/%s/" % one in path for one in ("linked", "migrations", "up"))]
    assert not inside, inside
    # `.gitignore` is opened by name, and a link refused by the kernel: the flag is there.
    for name, arguments, result in seen:
        if name in OPENS and arguments.find('.gitignore"') >= 0:
            assert "O_NOFOLLOW" in arguments and result == "-1", arguments
    # Changes only among the outputs.
    changed = [(name, path) for name, arguments, _ in seen if name in CHANGES for path in paths(arguments) if outside(path, (out,), tmp_path)]
    assert not changed, changed
    writing = [arguments for name, arguments, _ in seen if name in OPENS and any(flag in arguments for flag in ("O_WRONLY", "O_RDWR", "O_CREAT"))
               and outside(paths(arguments)[0], (out,), tmp_path)]
    assert not writing, writing
    assert sum(name == "execve" for name, _, _ in seen) == 1
    children = [arguments for name, arguments, _ in seen if name in ("fork", "vfork") or name in ("clone", "clone3") and "CLONE_THREAD" not in arguments]
    assert not children, children
    network = [name for name, _, _ in seen if name in ("socket", "connect", "bind", "sendto", "recvfrom", "socketpair", "accept", "listen")]
    assert not network, network


# -- What the system refuses ---------------------------------------------------------------------------------------------------------

# Call, error. Reads and opens of the scan, and everything between a report and its name.
FAULTS = [("openat", "EMFILE"), ("read", "EIO"), ("write", "ENOSPC"), ("rename,renameat,renameat2", "EACCES"),
          ("fsync,fdatasync", "EIO"), ("statx", "EIO"), ("getdents64", "EIO"), ("fchmod", "EPERM"), ("mkdir,mkdirat", "ENOSPC"), ("newfstatat", "EIO")]
OLD = "the old report\n"
WHOLE = {"r.json": b"}\n", "r.html": b"</html>"}


def failing(name, error, number, root, out, log):
    """One run whose n-th call of that name fails; the status, stderr, and whether there was an n-th one."""
    for report in WHOLE:
        (out / report).write_text(OLD)
    status, _, err, lines = strace(["-e", "trace=" + name, "-e", "inject=%s:error=%s:when=%d" % (name, error, number)],
                                   [root, "--quiet", "--threads", "1", "--json", out / "r.json", "--html", out / "r.html"], log)
    return status, err, any("(INJECTED)" in line for line in lines), lines


@pytest.mark.parametrize("name, error", FAULTS, ids=lambda value: str(value))
def test_every_call_can_fail(name, error, tmp_path):
    """For every n: a status of the contract, a last line, the old file or the new one, nothing left behind."""
    root, out = write(tmp_path / "project"), tmp_path / "out"
    out.mkdir()
    number, statuses = 0, {}
    while True:
        number += 1
        status, err, happened, lines = failing(name, error, number, root, out, tmp_path / "log")
        if not happened:
            break
        what = "%s %s, the %d. time: %s\n%s" % (name, error, number, err, [line for line in lines if "INJECTED" in line])
        if status in (1, 127) and ": error while loading shared libraries:" in err:
            continue  # the loader, before the program began
        assert status in (0, 2, 4), "%d %s" % (status, what)
        assert "panicked" not in err and "an error in migscan itself" not in err, what
        if "write" not in name:
            assert err.strip().splitlines()[-1].startswith("migscan: "), what
        for report, end in WHOLE.items():
            data = (out / report).read_bytes()
            assert data == OLD.encode() or data.endswith(end), what
            if status == 0:
                assert data.endswith(end), what
        left = [one for one in os.listdir(out) if one.startswith(".")]
        assert not left, what
        statuses[status] = statuses.get(status, 0) + 1
        assert number < 400, "no end"
    # Which of them there are differs by machine; opening, reading and writing there is everywhere. A file of the tree that cannot be read is
    # listed, and the rest goes on.
    if name in ("openat", "read", "write"):
        assert number > 3 and (2 in statuses or name == "read"), statuses
    print("%s %s: %d times; %s" % (name, error, number - 1, statuses))
