#!/usr/bin/env bash
# Measures the program as it is shipped: how soon it is ready with a store that exists, and what it holds when idle.
# Fails when it is 100 ms or more, or 20 MB or more. The numbers go to docs/performance.md by hand.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib/machine.sh
. scripts/lib/machine.sh

need_rust
need_compiler
target=${CARGO_TARGET_DIR:-$PWD/target}
cargo build --release --locked --quiet -p sluis
SLUIS_BIN=$(realpath "$target/release/sluis")
export SLUIS_BIN
exec cargo test --locked --quiet -p sluis --test alone_footprint -- --nocapture
