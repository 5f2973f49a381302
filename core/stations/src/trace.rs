//! W3C trace context: kept through the stations, so that one message is one trace from school to receiver.

use crate::config::Entropy;

/// Trace id and parent span id of a well-formed `traceparent` of version 00.
pub(crate) fn split(traceparent: &str) -> Option<(&str, &str)> {
    let hex = |part: &str, len: usize| {
        part.len() == len
            && part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
            && part.bytes().any(|b| b != b'0')
    };
    let mut parts = traceparent.split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let flags_fine = flags.len() == 2 && flags.bytes().all(|b| b.is_ascii_hexdigit());
    (version == "00" && hex(trace, 32) && hex(span, 16) && flags_fine && parts.next().is_none())
        .then_some((trace, span))
}

/// A new span id, never all zeros.
pub(crate) fn span(entropy: &Entropy) -> String {
    format!("{:016x}", entropy().max(1))
}

/// A `traceparent` of our own, for a message that came without one.
pub(crate) fn fresh(entropy: &Entropy) -> String {
    format!("00-{:016x}{:016x}-{}-01", entropy().max(1), entropy(), span(entropy))
}

/// The `traceparent` to hand on: the same trace, with our span as the parent.
pub(crate) fn onward(traceparent: Option<&str>, span: &str) -> String {
    let trace = traceparent
        .and_then(split)
        .map_or("00000000000000000000000000000001", |(trace, _)| trace);
    format!("00-{trace}-{span}-01")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_trace_is_kept_and_a_malformed_one_is_not_read() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(
            split(good),
            Some(("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"))
        );
        assert_eq!(
            onward(Some(good), "1234567890abcdef"),
            "00-4bf92f3577b34da6a3ce929d0e0e4736-1234567890abcdef-01"
        );
        for wrong in [
            "",
            "00-0-0-0",
            &good.to_uppercase(),
            &good.replace("00-4", "01-4"),
            &format!("{good}-x"),
        ] {
            assert_eq!(split(wrong), None);
        }
        let entropy: Entropy = Arc::new(|| 0);
        assert!(split(&fresh(&entropy)).is_some());
    }
}
