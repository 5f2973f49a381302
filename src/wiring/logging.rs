//! Log lines. Our own rooms say as much as is asked for; libraries say warnings at most, whatever `RUST_LOG` asks: at
//! `trace` hyper, h2 and others print the bytes they move, and those are a child's.

use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, FilterExt as _, filter_fn};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::settings::Formaat;

/// Whether a line is one of ours, or no more than a warning.
fn allowed(metadata: &Metadata<'_>) -> bool {
    ours(metadata.target()) || *metadata.level() <= Level::WARN
}

fn ours(target: &str) -> bool {
    let crate_name = target.split("::").next().unwrap_or_default();
    crate_name == "sluis" || crate_name.starts_with("sluis_")
}

/// Starts logging to stderr. `RUST_LOG` wins over `level`; what cannot be read of it is left out.
pub(crate) fn start(formaat: Formaat, level: LevelFilter) {
    let asked = EnvFilter::builder()
        .with_default_directive(level.into())
        .from_env_lossy();
    let filter = asked.and(filter_fn(allowed));
    let registry = tracing_subscriber::registry();
    let base = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    // A second start, in a test, changes nothing.
    let _ = match formaat {
        Formaat::Tekst => registry.with(base.with_ansi(ansi()).with_filter(filter)).try_init(),
        Formaat::Json => registry
            .with(base.json().flatten_event(true).with_filter(filter))
            .try_init(),
    };
}

fn ansi() -> bool {
    use std::io::IsTerminal as _;
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_rooms_may_say_more_than_a_warning() {
        assert!(ours("sluis") && ours("sluis::wiring") && ours("sluis_stations::intake"));
        assert!(!ours("hyper::proto") && !ours("sluiswachter") && !ours("h2"));
    }
}
