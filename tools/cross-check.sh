#!/bin/sh
# Checks that the program compiles for the other systems that releases are made for: types, `cfg(windows)` and all, without a linker.
#
#     tools/cross-check.sh [TARGET...]        by default Windows and macOS; what is special to Linux is tested on Linux
#
# The parser's C is not compiled where there is no compiler for the target: `cargo check` never reads its archive, so that a program that does
# nothing stands in. The release workflow compiles it, on the systems themselves.
# Ends with 0 when all is well, with 3 when the standard library of a target cannot be had.
set -eu
cd "$(dirname "$0")/.."

[ $# -gt 0 ] || set -- x86_64-pc-windows-gnu aarch64-apple-darwin
for target in "$@"; do
    if ! rustc --print target-libdir --target "$target" >/dev/null 2>&1 || [ ! -d "$(rustc --print target-libdir --target "$target")" ]; then
        if ! command -v rustup >/dev/null || ! rustup target add "$target" >/dev/null 2>&1; then
            echo "cross-check: no standard library for $target" >&2
            exit 3
        fi
    fi
    name=$(echo "$target" | tr '-' '_')
    env "CC_$name=true" "AR_$name=true" "CFLAGS_$name=" cargo check --locked --quiet --target "$target" --bin migscan
    echo "cross-check: $target is good"
done
