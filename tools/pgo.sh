#!/usr/bin/env bash
# The release build with profile-guided optimisation.
#
#     tools/pgo.sh [FOLDER…]
#
# Builds a program that counts, lets it scan the fixtures and trees made by benches/grow.py (and the folders named, if any), and builds again with
# what was counted: target/pgo/<host>/release/migscan. The profile is made anew each time and belongs to this compiler; nothing of it is kept.
# Wants rustup's component llvm-tools. The C code of tree-sitter is built as always: with a profile of its own (GCC) a parse took as long as without.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

host=$(rustc -vV | sed -n 's/^host: //p')
target=${CARGO_TARGET_DIR:-$PWD/target}/pgo
work=$target/profile
binary=$target/$host/release/migscan
profdata=$(rustc --print sysroot)/lib/rustlib/$host/bin/llvm-profdata
[ -x "$profdata" ] || rustup component add llvm-tools
rm -rf "$work"
mkdir -p "$work/rust" "$work/trees"

# Named by --target, so that build scripts and macros neither count nor are counted. Paths of the machine are not to end up in the program.
build() {
    CARGO_TARGET_DIR=$target RUSTFLAGS="--remap-path-prefix=$PWD=migscan $1" cargo build --release --locked --bin migscan --target "$host"
}

build "-Cprofile-generate=$work/rust"
for kind in "routes 800" "models 600" "migrations 500" "modules 40"; do
    # shellcheck disable=SC2086
    python3 benches/grow.py --make $kind "$work/trees/${kind% *}"
done
for folder in fixtures/*/ "$work"/trees/* "$@"; do
    # A folder may be no project; what was counted until then counts.
    for _ in 1 2 3; do
        "$binary" "$folder" --verbose --no-cache --json "$work/out.json" --html "$work/out.html" --sarif "$work/out.sarif" --markdown "$work/out.md" \
            --csv "$work/csv" > "$work/out.txt" 2>&1 || [ $? = 4 ]
    done
done
"$profdata" merge -o "$work/rust.profdata" "$work/rust"

build "-Cprofile-use=$work/rust.profdata"
"$binary" --version
echo "$binary"
