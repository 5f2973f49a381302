#!/usr/bin/env bash
# The first command of the README: installs a C compiler when there is none, builds Sluis, and runs the demo.
# Whatever is given here goes to `sluis demo`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib/machine.sh
. scripts/lib/machine.sh

need_rust
need_compiler
if [ -z "$(find "${CARGO_TARGET_DIR:-target}/release" -maxdepth 1 -name sluis 2>/dev/null)" ]; then
    say "building Sluis (the first time takes some minutes)"
fi
exec cargo run --release --locked --quiet -- demo "$@"
