#!/bin/sh
# Regenerate the tables of third-party packages:  tools/packages/build.sh [distribution…]
# One virtual environment per group of packages.txt, filled from lock-<group>.txt; kept in $MIGSCAN_PACKAGE_VENVS for the next run.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../../src/django/packages
venvs=${MIGSCAN_PACKAGE_VENVS:-${TMPDIR:-/tmp}/migscan-package-venvs}
python=${PYTHON:-python3.12}

venv() {
    if [ ! -f "$venvs/$1/.complete" ]; then
        mkdir -p "$venvs"
        "$python" -m venv "$venvs/$1"
        "$venvs/$1/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$here/lock-$1.txt"
        touch "$venvs/$1/.complete"
    fi
}

failed=
while IFS='|' read -r group package roots apps; do
    group=$(echo "$group" | tr -d ' ')
    case $group in ''|'#'*) continue ;; esac
    dist=$(echo "${package%%==*}" | tr -d ' ')
    if [ $# -gt 0 ]; then
        case " $* " in *" $dist "*) ;; *) continue ;; esac
    fi
    venv "$group"
    "$venvs/$group/bin/python" "$here/introspect.py" "$dist" --roots "$roots" --apps "$apps" --out "$out" --extra "$here/extra" < /dev/null || failed="$failed $dist"
done < "$here/packages.txt"
if [ -n "$failed" ]; then
    echo "failed:$failed" >&2
    exit 1
fi
