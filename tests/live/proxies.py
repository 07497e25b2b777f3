"""The five proxies and the two sides behind them, started and stopped; and what the rules say about a request, worked out with Python's `re`."""

import http.client
import itertools
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from conftest import HERE, ROOT, binary, run, venvs

SAFE = {"GET", "HEAD", "OPTIONS"}
METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
NAMES = ["nginx", "haproxy", "caddy", "traefik", "envoy"]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(what, seconds=20, why=""):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.02)
    raise AssertionError("not within %s s: %s" % (seconds, why() if callable(why) else why))


class Process:
    """A server of ours: its own process group, its output in a file."""

    def __init__(self, command, log, **options):
        self.log = Path(log)
        with open(log, "ab") as out:
            self.process = subprocess.Popen([str(c) for c in command], stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                                            start_new_session=True, **options)

    def answers(self, port, path="/healthz"):
        def one():
            assert self.process.poll() is None, self.tail()
            try:
                return ask(port, "GET", path)[0] < 500
            except OSError:
                return False
        wait_for(one, why=self.tail)

    def tail(self):
        return self.log.read_text(errors="replace")[-3000:]

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            os.killpg(self.process.pid, how)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(10)


def environment(**more):
    return {**{k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "PYTHON", "LANTERN_"))}, "PYTHONDONTWRITEBYTECODE": "1", **more}


def fastapi_side(port, folder):
    side = Process([venvs() / "proxies" / "bin" / "python", "-m", "uvicorn", "--app-dir", HERE, "side_fastapi:app", "--port", port,
                    "--log-level", "warning"], folder / "fastapi.log", env=environment())
    side.answers(port)
    return side


def django_side(port, folder):
    side = Process([venvs() / "shop" / "bin" / "python", "-m", "uvicorn", "--app-dir", HERE, "side_django:app", "--port", port,
                    "--log-level", "critical", "--lifespan", "off"], folder / "django.log", cwd=ROOT / "fixtures" / "shop",
                   env=environment(SIDE_FOLDER=str(folder), DJANGO_SETTINGS_MODULE="config.settings", PYTHONPATH=str(ROOT / "fixtures" / "shop")))
    side.answers(port, "/version")
    return side


class Proxy:
    """One proxy on the files of a folder, made from the rules of a JSON file."""

    def __init__(self, name, folder, rules, django, fastapi, *options):
        port, admin = free_port(), free_port()
        folder.mkdir(parents=True, exist_ok=True)
        run([binary(), "proxy-of", rules, "--proxy", name, "--out", folder, "--listen", port, "--admin", admin,
             "--django", "127.0.0.1:%d" % django, "--fastapi", "127.0.0.1:%d" % fastapi, *options])
        self.on(name, folder, port, admin)

    @classmethod
    def of_kit(cls, name, folder, port, admin):
        """On files that are there."""
        one = cls.__new__(cls)
        one.on(name, folder, port, admin)
        return one

    def on(self, name, folder, port, admin):
        self.name, self.folder, self.port, self.admin = name, folder, port, admin
        root = venvs() / "debian"
        self.env = environment(LD_LIBRARY_PATH=str(root / "usr/lib/x86_64-linux-gnu"), HOME=str(folder), XDG_CONFIG_HOME=str(folder),
                               XDG_DATA_HOME=str(folder))
        tools = venvs() / "proxies" / "bin"
        if name == "nginx":
            # Debian's build keeps bodies in folders that only an installed package has.
            conf = folder / "nginx.conf"
            kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            conf.write_text(conf.read_text().replace("http {\n", "http {\n" + "".join("%s_temp_path %s;\n" % (k, folder / k) for k in kinds), 1))
            base = [root / "usr/sbin/nginx", "-p", folder, "-c", conf, "-e", "stderr"]
            self.check, self.command = [*base, "-t", "-g", "pid nginx.pid;"], [*base, "-g", "daemon off; pid nginx.pid; error_log stderr;"]
        elif name == "haproxy":
            base = [root / "usr/sbin/haproxy", "-f", folder / "haproxy.cfg"]
            self.check, self.command = [*base, "-c"], [*base, "-db"]
        elif name == "caddy":
            rest = ["--config", folder / "Caddyfile", "--adapter", "caddyfile"]
            caddy = root / "usr/bin/caddy"
            self.check, self.command = [caddy, "validate", *rest], [caddy, "run", *rest]
            self.reload = [caddy, "reload", *rest, "--address", "localhost:%d" % self.admin]
        elif name == "traefik":
            self.check, self.command = None, [tools / "traefik", "--configFile=traefik.yaml"]
        else:
            base = [tools / "envoy", "-c", folder / "envoy.json", "--concurrency", "1", "--disable-hot-restart"]
            self.check, self.command = [*base, "--mode", "validate"], [*base, "--log-level", "warning"]
        self.process = None

    def validate(self):
        if self.check:
            done = subprocess.run([str(c) for c in self.check], cwd=self.folder, env=self.env, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr
            assert "[warn]" not in done.stderr and "[WARNING]" not in done.stderr, done.stderr

    def start(self):
        self.process = Process(self.command, self.folder / "log", cwd=self.folder, env=self.env)
        # Until it has its routes, Traefik answers 404 itself.
        wait_for(lambda: self.up(), why=self.process.tail)
        if self.name == "traefik":
            log = self.process.tail()
            assert "ERR" not in log, log
        return self

    def up(self):
        assert self.process.process.poll() is None, self.process.tail()
        try:
            return "x-side" in ask(self.port, "GET", "/version")[1]
        except OSError:
            return False

    def stop(self):
        if self.process:
            self.process.stop()

    def kill(self, on):
        """The kill switch, as the comments of the configuration say it."""
        if self.name == "nginx":
            (self.folder / "kill.map").write_text("default %d;\n" % on)
            os.kill(self.process.process.pid, signal.SIGHUP)
        elif self.name == "haproxy":
            with socket.socket(socket.AF_UNIX) as sock:
                here = os.getcwd()
                os.chdir(self.folder)  # names of sockets are short
                try:
                    sock.connect("haproxy.sock")
                finally:
                    os.chdir(here)
                sock.sendall(b"set map switches.map kill %d\n" % on)
                answer = sock.recv(1000)
                assert not answer.strip(), answer
        elif self.name == "caddy":
            path = self.folder / "kill.caddy"
            path.write_text(path.read_text().replace("mig_kill %d" % (not on), "mig_kill %d" % on))
            run(self.reload, cwd=self.folder)
        elif self.name == "traefik":
            path = self.folder / "dynamic" / "kill.yaml"
            text = path.read_text()
            path.write_text(text.replace("\n#http", "\nhttp") if on else text.replace("\nhttp", "\n#http"))
        else:
            done = ask(self.admin, "POST", "/runtime_modify?mig.kill=%d" % (100 * on))
            assert done[0] == 200, done


def ask(port, method, path, headers=(), connection=None):
    """Status and headers; the path goes out as it is."""
    one = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        one.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": "localhost", **dict(headers)}.items():
            one.putheader(name, value)
        if method in ("POST", "PUT", "PATCH"):
            one.putheader("Content-Length", "0")
        one.endheaders()
        answer = one.getresponse()
        body = answer.read()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, body
    finally:
        if connection is None:
            one.close()


def websocket(port, path):
    """Status, side and the first words of a WebSocket."""
    with socket.create_connection(("127.0.0.1", port), 10) as sock:
        sock.sendall(("GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://localhost\r\n\r\n" % path).encode())
        got = b""
        while b"\r\n\r\n" not in got:
            more = sock.recv(4000)
            if not more:
                break
            got += more
        head, _, rest = got.partition(b"\r\n\r\n")
        side = re.search(rb"(?im)^x-side: *(\w+)", head)
        if b" 101 " in head and side and side[1] == b"fastapi":
            while len(rest) < 20:
                rest += sock.recv(100)
        return int(head.split()[1]), side and side[1].decode(), rest[2:20]


def normal(path):
    """What RFC 3986 calls the same path: unreserved characters are not encoded. Traefik does that before it looks at the rules."""
    def one(match):
        char = chr(int(match[1], 16))
        return char if re.fullmatch(r"[A-Za-z0-9._~-]", char) else match[0].upper()
    return re.sub("%([0-9A-Fa-f]{2})", one, path)


class Rules:
    def __init__(self, data):
        self.rules = [(re.compile(rule["regex"]), rule) for rule in data["rules"]]

    def side(self, method, target):
        """django, fastapi or canary."""
        path = target.partition("?")[0]
        for expression, rule in self.rules:
            if expression.fullmatch(path):
                side = rule.get("methods", {}).get(method, rule["rest"])
                return "django" if side == "canary" and method not in SAFE else side
        return "django"


def samples(expression):
    """Strings that an expression matches: the first way of each choice, then one other way at each place."""
    from re import _constants as c, _parser as parser

    def members(items):
        negated = bool(items) and items[0][0] is c.NEGATE
        chars = [chr(n) for n in range(33, 127) if any(inside(item, chr(n)) for item in items if item[0] is not c.NEGATE) != negated]
        liked = [char for char in chars if char.isalnum()] or chars
        return [liked[0], liked[-1]]

    def inside(item, char):
        kind, value = item
        if kind is c.LITERAL:
            return ord(char) == value
        if kind is c.RANGE:
            return value[0] <= ord(char) <= value[1]
        return {c.CATEGORY_DIGIT: char.isdigit(), c.CATEGORY_WORD: char.isalnum() or char == "_"}.get(value, False)

    def ways(tree):
        parts = [way(*node) for node in tree]
        base = [part[0] for part in parts]
        out = ["".join(base)]
        for i, part in enumerate(parts):
            out += ["".join(base[:i] + [other] + base[i + 1:]) for other in part[1:]]
        return list(dict.fromkeys(out))[:8]

    def way(kind, value):
        if kind is c.LITERAL:
            return [chr(value)]
        if kind is c.NOT_LITERAL:
            return ["z" if value != ord("z") else "y", "7"]
        if kind is c.ANY:
            return ["x", "/"]
        if kind is c.IN:
            return members(value)
        if kind is c.BRANCH:
            return list(itertools.chain.from_iterable(ways(tree) for tree in value[1]))
        if kind is c.SUBPATTERN:
            return ways(value[3])
        if kind in (c.MAX_REPEAT, c.MIN_REPEAT):
            least, most, tree = value
            one = ways(tree)
            return [first * max(least, 1) for first in one] + ([""] if least == 0 else []) + ([one[0] * (least + 2)] if most > least + 1 else [])
        raise AssertionError("no sample for %s" % kind)

    return ways(parser.parse(expression))


def variants(path):
    """The same path as clients spell it, and paths that look alike."""
    letters = [i for i, char in enumerate(path) if char.isalnum()]
    out = [path + "?copied=1&next=/api/v1/catalog/items/7/", path + "/", path.rstrip("/"), path.upper(), path.lower(), "/" + path, path + "x"]
    if letters:
        last = letters[-1]
        out.append(path[:last] + "%%%02X" % ord(path[last]) + path[last + 1:])
        out.append(path[:last] + "%%%02x" % ord(path[last]) + path[last + 1:])
        out.append(path[:last] + "%2F" + path[last:])
        out.append(path[:last] + "%C3%A9" + path[last:])
    cut = path.rfind("/", 0, len(path) - 1)
    if cut > 0:
        out.append(path[:cut] + "/" + path[cut:])
        out.append(path[:cut] + "/." + path[cut:])
        out.append(path[:cut] + "/x/.." + path[cut:])
        out.append(path[:cut] + "%2f" + path[cut + 1:])
    out += [path + "%0A", path + "%3Fa", path + "%23a", path + ";a=1"]
    return [one for one in dict.fromkeys(out) if one and one != path]
