//! What keeps a child's data out of places that nobody guards: core dumps, other processes, messages of a panic.

/// Does all of it. Each is a second line of defence, so one that the system refuses is said and not fatal.
pub(crate) fn harden() {
    panics();
    memory();
    // The first use of TLS would otherwise have to choose between providers, and refuses to.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A panic prints where, never what: its message could quote a value.
#[allow(clippy::print_stderr, reason = "a panic can come before there is a log")]
fn panics() {
    std::panic::set_hook(Box::new(|info| match info.location() {
        Some(place) => eprintln!("sluis: panic at {}:{}:{}", place.file(), place.line(), place.column()),
        None => eprintln!("sluis: panic"),
    }));
}

/// No core dumps, and no other process of the same user that looks into memory.
#[cfg(target_os = "linux")]
fn memory() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    if setrlimit(Resource::Core, none).is_err() {
        tracing::warn!("core dumps could not be switched off: do it in the service (LimitCORE=0)");
    }
    if set_dumpable_behavior(DumpableBehavior::NotDumpable).is_err() {
        tracing::warn!("memory could not be closed to other processes of this user");
    }
}

#[cfg(not(target_os = "linux"))]
fn memory() {}
