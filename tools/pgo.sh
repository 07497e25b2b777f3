#!/usr/bin/env bash
# The release build with profile-guided optimisation, of Rust and of tree-sitter's C.
#
#     tools/pgo.sh [FOLDER…]
#
# Builds a program that counts, lets it scan the fixtures and trees made by benches/grow.py (and the folders named, if any), and builds again with
# what was counted: target/pgo/<host>/release/migscan. The profile is made anew each time and belongs to this compiler; nothing of it is kept.
# Wants rustup's component llvm-tools, and GCC as the C compiler; with another one the C code is built as always.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

host=$(rustc -vV | sed -n 's/^host: //p')
target=${CARGO_TARGET_DIR:-$PWD/target}/pgo
work=$target/profile
binary=$target/$host/release/migscan
profdata=$(rustc --print sysroot)/lib/rustlib/$host/bin/llvm-profdata
[ -x "$profdata" ] || rustup component add llvm-tools
rm -rf "$work"
mkdir -p "$work/rust" "$work/c" "$work/trees"

# Paths of the machine are not to end up in the program.
flags="--remap-path-prefix=$PWD=migscan"
count_c= use_c= link=
if ${CC:-cc} --version | grep -q "Free Software Foundation"; then
    # By the name of the object file, which is the same in both builds.
    count_c="-fprofile-generate -fprofile-update=atomic -fprofile-dir=$work/c"
    use_c="-fprofile-use=$work/c -fprofile-partial-training -fprofile-correction -Wno-missing-profile"
    link="-Clink-arg=-lgcov"
fi

# Named by --target, so that build scripts and macros neither count nor are counted.
build() {
    CARGO_TARGET_DIR=$target CFLAGS="${CFLAGS:-} $1" RUSTFLAGS="$flags $2" cargo build --release --locked --bin migscan --target "$host"
}

build "$count_c" "-Cprofile-generate=$work/rust $link"
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

build "$use_c" "-Cprofile-use=$work/rust.profdata"
"$binary" --version
echo "$binary"
