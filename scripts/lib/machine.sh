# Brings a fresh Debian machine to where Sluis can be built. Sourced by the scripts beside it; does nothing when nothing is missing.
# shellcheck shell=bash

say() { printf '\033[1m==> %s\033[0m\n' "$*"; }
note() { printf '    %s\n' "$*"; }
stop() {
    printf 'error: %s\n' "$*" >&2
    exit 78
}

# as_root COMMAND…: as root already, else with sudo.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        stop "needed: '$*'. Run it as root, then start this script again."
    fi
}

# packages NAME…: from Debian's own packages; the lists are fetched only when something is missing.
packages() {
    command -v apt-get >/dev/null 2>&1 || stop "this machine has no apt-get; install by hand: $*"
    say "installing $*"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

# SQLite and ring are compiled from C: a compiler and the C library's headers.
need_compiler() {
    local probe
    probe=$(mktemp -d)
    # A compiler without headers is as good as none, so ask it for a program.
    if ! printf '#include <stdio.h>\nint main(void) { return 0; }\n' | cc -x c -o "$probe/a.out" - >/dev/null 2>&1; then
        packages build-essential
    fi
    rm -rf "$probe"
}

# The version stands in rust-toolchain.toml; rustup reads it there.
need_rust() {
    if ! command -v cargo >/dev/null 2>&1 && [ -x "$HOME/.cargo/bin/cargo" ]; then
        PATH="$HOME/.cargo/bin:$PATH"
    fi
    if ! command -v cargo >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; then
        as_root apt-get update -qq
        # Debian 13 and later carry rustup; before that the packaged Rust is too old for us.
        if apt-cache show rustup >/dev/null 2>&1; then
            packages rustup ca-certificates
        fi
    fi
    command -v cargo >/dev/null 2>&1 || stop "Rust is missing. Install rustup (see https://rustup.rs), then start this script again."
    # The same version under another name is as good.
    local wanted
    wanted=$(sed -n 's/^channel = "\(.*\)"$/\1/p' rust-toolchain.toml)
    if ! cargo --version >/dev/null 2>&1 && RUSTUP_TOOLCHAIN=stable cargo --version 2>/dev/null | grep -qF "cargo $wanted "; then
        export RUSTUP_TOOLCHAIN=stable
    fi
    if ! cargo --version >/dev/null 2>&1 && command -v rustup >/dev/null 2>&1; then
        say "installing the Rust toolchain named in rust-toolchain.toml"
        rustup toolchain install
    fi
    cargo --version >/dev/null || stop "cargo does not run; see the message above and rust-toolchain.toml."
}

# need_browser: Debian's Chromium, Node, and what tests/browser/package-lock.json names. What cannot be had is no stop here: it answers 1.
need_browser() (
    missing=()
    command -v chromium >/dev/null 2>&1 || missing+=(chromium)
    command -v node >/dev/null 2>&1 || missing+=(nodejs)
    command -v npm >/dev/null 2>&1 || missing+=(npm)
    if [ ${#missing[@]} -gt 0 ]; then
        packages "${missing[@]}" || exit 1
    fi
    cd tests/browser || exit 1
    cmp -s package-lock.json node_modules/.sluis-lock && exit 0
    npm ci --ignore-scripts --no-audit --no-fund --silent && cp package-lock.json node_modules/.sluis-lock
)

# Tools are built once, outside the checkout, so that a fresh clone finds them again.
tools_dir() { printf '%s' "${SLUIS_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/sluis/tools}"; }

# need_tool NAME VERSION: a cargo subcommand. Whatever is on the machine is used; else it is built without optimisation, which takes minutes less
# and loses seconds.
need_tool() {
    local name=$1 version=$2 root
    root=$(tools_dir)
    case ":$PATH:" in *":$root/bin:"*) ;; *) PATH="$root/bin:$PATH" ;; esac
    if command -v "$name" >/dev/null 2>&1; then
        return 0
    fi
    say "building $name $version into $root (once)"
    CARGO_TARGET_DIR="$root/build" CARGO_PROFILE_DEV_DEBUG=0 cargo install --quiet --locked --debug --root "$root" "$name@$version"
    rm -rf "$root/build"
    hash -r
}

# need_postgresql: Debian's package, of which the tests start one of their own. A cluster that comes with it does not run on.
need_postgresql() {
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null && command -v psql >/dev/null && return 0
    packages postgresql
    if [ -d /run/systemd/system ]; then
        as_root systemctl disable --now postgresql
    fi
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null
}

# need_rabbitmq: Debian's package, of which the tests start one of their own. A service that comes with it does not run on.
need_rabbitmq() {
    [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] && return 0
    packages rabbitmq-server
    if [ -d /run/systemd/system ]; then
        as_root systemctl disable --now rabbitmq-server
    fi
    [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]
}
