#!/usr/bin/env bash
# The second command of the README: installs what is missing and runs the whole suite.
#
#   scripts/test.sh           everything a change must pass
#   scripts/test.sh --long    the night's suites as well (the same as SLUIS_LONG=1)
#
# Every step runs, also after one has failed; the last lines tell the sum. Exit code: 0 all passed, 1 something failed, 2 usage, 78 the machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib/machine.sh
. scripts/lib/machine.sh

for argument in "$@"; do
    case "$argument" in
        --long) export SLUIS_LONG=1 ;;
        -h | --help)
            sed -n '2,7s/^# \{0,1\}//p' scripts/test.sh
            exit 0
            ;;
        *)
            printf 'error: unknown argument %s; see scripts/test.sh --help\n' "$argument" >&2
            exit 2
            ;;
    esac
done

profile=default
[ "${SLUIS_LONG:-0}" = 1 ] && profile=long

export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-auto}"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
# A fresh clone compiles each crate once: the compiler's cache for the next time only costs.
[ -z "${CI:-}" ] || export CARGO_INCREMENTAL=0

need_rust
need_compiler
need_tool cargo-nextest 0.9.143
need_tool cargo-deny 0.20.2
# In a shell of its own: where it cannot be had, everything else is tested all the same, and the sum says so.
rabbitmq=yes
(need_rabbitmq) || rabbitmq=no
postgresql=yes
(need_postgresql) || postgresql=no

sluis=$CARGO_TARGET_DIR/debug/sluis
passed=0 failed=0 skipped=0 failed_last=no
lines=()

# step TITLE COMMAND…
step() {
    local title=$1 begin=$SECONDS mark
    shift
    say "$title"
    if "$@"; then
        mark=passed failed_last=no
        passed=$((passed + 1))
    else
        mark=FAILED failed_last=yes
        failed=$((failed + 1))
    fi
    lines+=("$(printf '%-8s %5ss  %s' "$mark" "$((SECONDS - begin))" "$title")")
}

# skip TITLE REASON
skip() {
    skipped=$((skipped + 1))
    lines+=("$(printf '%-8s %6s  %s: %s' skipped '' "$1" "$2")")
}

step "format" cargo fmt --all -- --check --files-with-diff
step "licences, bans, sources" cargo deny --locked --log-level error check --hide-inclusion-graph --allow duplicate bans licenses sources
# The database lives on the network; a machine without it still tests everything else, and says so.
if timeout 120 cargo deny --locked --log-level off fetch db >/dev/null 2>&1; then
    step "advisories" cargo deny --locked --log-level error check --disable-fetch advisories
else
    skip "advisories" "the RustSec database cannot be reached from here"
fi
step "lints" cargo clippy --workspace --all-targets --locked --quiet -- -D warnings
# Built for the tests and the program at once: asking for the program alone would choose other features and compile the dependencies again.
step "build" cargo nextest run --workspace --locked --no-run --cargo-quiet
if [ "$failed_last" = no ]; then
    step "examples in the documentation" cargo test --workspace --doc --locked --quiet
    step "the matrix follows from the rules (sluis matrix --check)" "$sluis" matrix --check config/convenant
    step "the rules are sound (sluis check)" "$sluis" check --strict config/convenant
    step "the cases (sluis test)" "$sluis" test tests/cases
    step "the documents are true" scripts/documents.sh "$sluis"
    some=()
    without='none()'
    if [ "$postgresql" = no ]; then
        without+=' | test(/postgresql/) | binary(postgresql)'
        skip "tests with a real PostgreSQL" "postgresql could not be installed; see above"
    fi
    if [ "$rabbitmq" = no ]; then
        without+=' | test(/rabbitmq/)'
        skip "tests with a real RabbitMQ" "rabbitmq-server could not be installed; see above"
    fi
    [ "$without" = 'none()' ] || some=(-E "not ($without)")
    step "tests" cargo nextest run --workspace --locked --no-fail-fast --profile "$profile" "${some[@]}"
    # A machine without a way to a browser still tests the screen over HTTP.
    if need_browser; then
        step "the screen in a browser" cargo nextest run --workspace --test scherm --locked --run-ignored only -- browser::
    else
        skip "the screen in a browser" "Chromium, Node or the packages of tests/browser cannot be had here"
    fi
else
    # A program of an earlier build would answer for code that it was not built from.
    skip "everything that runs the program" "it could not be built"
fi

say "sum"
printf '%s\n' "${lines[@]}"
[ "$profile" = long ] || note "the long suites were not asked for (--long)"
printf 'steps: %d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
