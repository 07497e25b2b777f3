#!/bin/sh
# Makes the virtual environments of the live tests: one for each fixture, "examples" for the code after the move, "kit" for the rollout kit,
# "proxies" for the FastAPI side, Envoy and Traefik, "ci" for what judges formats and packaging, and "test" with pytest.
#
#     sh setup.sh [NAME...]        shop, newsroom, legacy, examples, kit, proxies, ci, test; all of them by default
#
# MIGSCAN_VENVS   where they go (default: target/venvs)
# MIGSCAN_PYTHON  the interpreter to make them with, a Python 3.11 (default: python3.11, else python3)
#
# Doing it again costs nothing: a stamp in each environment holds the hash of its requirements and of the interpreter.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
venvs=${MIGSCAN_VENVS:-$here/../../target/venvs}

# Django 3.2 still needs modules that Python 3.12 and 3.13 took away; the examples are written for 3.11.
usable() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null
}

python=
for candidate in ${MIGSCAN_PYTHON:-python3.11 python3}; do
    if usable "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "setup.sh: no Python 3.11 with venv and ensurepip found (on Debian: apt-get install python3.11-venv)" >&2
    exit 1
fi

mkdir -p "$venvs"
venvs=$(cd "$venvs" && pwd)
[ $# -gt 0 ] || set -- shop newsroom legacy examples kit proxies ci test
for name in "$@"; do
    requirements=$here/requirements-$name.txt
    if [ ! -f "$requirements" ]; then
        echo "setup.sh: there is no requirements-$name.txt" >&2
        exit 2
    fi
    venv=$venvs/$name
    stamp=$("$python" -c 'import hashlib, sys
print(hashlib.sha256(open(sys.argv[1], "rb").read() + sys.version.encode()).hexdigest())' "$requirements")
    if [ -x "$venv/bin/python" ] && [ "$(cat "$venv/requirements.stamp" 2>/dev/null)" = "$stamp" ]; then
        continue
    fi
    echo "setup.sh: making $venv" >&2
    rm -rf "$venv"
    "$python" -m venv "$venv"
    # --no-deps: the files name every package, so nothing may come in by the back door
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --requirement "$requirements"
    "$venv/bin/python" -m pip check --disable-pip-version-check >/dev/null
    echo "$stamp" >"$venv/requirements.stamp" # last: an environment that is not whole has none
done
