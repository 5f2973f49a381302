//! What the strict scanner refuses, and that whatever it accepts, `serde_json` accepts too.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use proptest::prelude::*;
use sluis_rules::scan::{Caps, RefusalKind, Scratch, check};
use sluis_rules::{gegeven, minimise, tree};
use support::generate::{Tape, anything, write};

fn kind(bytes: &[u8]) -> Option<RefusalKind> {
    check(bytes, &Caps::default(), &mut Scratch::default())
        .err()
        .map(|refusal| refusal.kind)
}

#[test]
fn bad_input_is_refused() {
    use RefusalKind::{DuplicateKey, LoneSurrogate, NotUtf8, Number, Syntax, TooDeep, Trailing};
    let cases: &[(&[u8], RefusalKind)] = &[
        (b"", Syntax),
        (b"  ", Syntax),
        (b"{", Syntax),
        (b"[1,", Syntax),
        (b"[1 2]", Syntax),
        (b"[1,]", Syntax),
        (b"[,1]", Syntax),
        (b"{\"a\":1,}", Syntax),
        (b"{\"a\" 1}", Syntax),
        (b"{\"a\":}", Syntax),
        (b"{a:1}", Syntax),
        (b"{'a':1}", Syntax),
        (b"[1}", Syntax),
        (b"{\"a\":1]", Syntax),
        (b"nul", Syntax),
        (b"True", Syntax),
        (b"NaN", Syntax),
        (b"-", Syntax),
        (b"+1", Syntax),
        (b".5", Syntax),
        (b"1.", Syntax),
        (b"-.5", Syntax),
        (b"1e", Syntax),
        (b"1e+", Syntax),
        (b"1E-", Syntax),
        (b"01", Trailing),
        (b"-01", Trailing),
        (b"0x10", Trailing),
        (b"[01]", Syntax),
        (b"1e400", Number),
        (b"[-1.0E+309]", Number),
        (b"\"", Syntax),
        (b"\"abc", Syntax),
        (b"\"abcdefghijklmnopqrstuvwxyz", Syntax),
        (b"\"\\", Syntax),
        (b"\"\\\"", Syntax),
        (b"\"\\x41\"", Syntax),
        (b"\"\\u12\"", Syntax),
        (b"\"\\u12g4\"", Syntax),
        (b"\"\\u+123\"", Syntax),
        (b"\"a\nb\"", Syntax),
        (b"\"a\tb\"", Syntax),
        (b"\"a\0b\"", Syntax),
        (b"\"0123456789abcdef\x1f\"", Syntax),
        (b"\"\\ud800\"", LoneSurrogate),
        (b"\"\\udc00\"", LoneSurrogate),
        (b"\"\\ud800x\"", LoneSurrogate),
        (b"\"\\ud800\\n\"", LoneSurrogate),
        (b"\"\\ud800\\ud800\"", LoneSurrogate),
        (b"{\"\\udfff\":1}", LoneSurrogate),
        (b"\"\\ud83d\\u\"", LoneSurrogate),
        (b"\xef\xbb\xbf{}", Syntax),
        (b"\"\xff\"", NotUtf8),
        (b"\"\xc0\x80\"", NotUtf8),
        (b"\"\xed\xa0\x80\"", NotUtf8),
        (b"\"\xf4\x90\x80\x80\"", NotUtf8),
        (b"\"\xe2\x82", NotUtf8),
        (b"{} {}", Trailing),
        (b"{}x", Trailing),
        (b"1 2", Trailing),
        (b"\x0b1", Syntax),
        (b"\xc2\xa01", Syntax),
        (b"{\"a\":1,\"a\":1}", DuplicateKey),
        (b"{\"a\":1,\"\\u0061\":1}", DuplicateKey),
        (b"{\"\\u0061\":1,\"a\":1}", DuplicateKey),
        (b"{\"\\u0061\":1,\"\\u0061\":1}", DuplicateKey),
        (b"{\"\":1,\"\":1}", DuplicateKey),
        (b"{\"/\":1,\"\\/\":1}", DuplicateKey),
        (b"{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":1}", DuplicateKey),
        (b"[{\"x\":{\"b\":1,\"a\":{},\"b\":1}}]", DuplicateKey),
        (b"{\"een lange sleutel 1\":1,\"een lange sleutel 1\":1}", DuplicateKey),
    ];
    for (bytes, wanted) in cases {
        let text = String::from_utf8_lossy(bytes);
        assert_eq!(kind(bytes).as_ref(), Some(wanted), "{text}");
    }
    let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
    assert_eq!(kind(deep(64).as_bytes()), None);
    assert_eq!(kind(deep(65).as_bytes()), Some(TooDeep));
    assert_eq!(kind(deep(500_000).as_bytes()), Some(TooDeep));
    let nested = |n: usize| "{\"a\":".repeat(n) + "1" + &"}".repeat(n);
    assert_eq!(
        (kind(nested(64).as_bytes()), kind(nested(65).as_bytes())),
        (None, Some(TooDeep))
    );
}

#[test]
fn good_input_is_accepted() {
    for text in [
        "0",
        "-0",
        "-0.0",
        "1e5",
        "1E+5",
        "0e0",
        "123456789012345678901234567890",
        "\"\"",
        "\"\\u0000\"",
        "null",
        "true",
        " {} ",
        "\t[\r\n]\n",
        "[[],{}]",
        "{\"a\":{\"a\":1},\"A\":1}",
        "\"\\ud83d\\ude00\"",
        "\"\u{7f}\"",
        "\"\\/\"",
        "\"\u{feff}\"",
        "{\"een lange sleutel 1\":1,\"een lange sleutel 2\":1,\"een langE sleutel 1\":1}",
        "{\"abcdefgh\":1,\"abcdefg\":2}",
    ] {
        assert_eq!(kind(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn caps_hold() {
    let caps = Caps {
        bytes: 10,
        depth: 3,
        nodes: 4,
    };
    let kind = |text: &str| {
        check(text.as_bytes(), &caps, &mut Scratch::default())
            .err()
            .map(|r| r.kind)
    };
    assert_eq!(kind("[1,2,3]"), None);
    assert_eq!(kind("[1,2,3,4]"), Some(RefusalKind::TooManyNodes));
    assert_eq!(kind("[[[1]]]"), None);
    assert_eq!(kind("[[[[]]]]"), Some(RefusalKind::TooDeep));
    assert_eq!(kind("          1"), Some(RefusalKind::TooLarge));
}

/// An object of many keys, alike but for their middle, so that every number made of head, tail and length is equal.
fn alike(count: usize) -> Vec<String> {
    (0..count)
        .map(|n| format!("\"kop-kop-{n:06}-staart-staart\":0"))
        .collect()
}

#[test]
fn large_objects_are_searched_for_duplicates_in_reasonable_time() {
    let caps = Caps {
        bytes: 1 << 24,
        nodes: 1_000_000,
        ..Caps::default()
    };
    let mut scratch = Scratch::default();
    let started = std::time::Instant::now();
    let mut members = alike(200_000);
    let text = format!("{{{}}}", members.join(","));
    assert_eq!(check(text.as_bytes(), &caps, &mut scratch), Ok(()));
    members.push(members[77].clone());
    let text = format!("{{{}}}", members.join(","));
    let refusal = check(text.as_bytes(), &caps, &mut scratch).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::DuplicateKey);
    assert!(started.elapsed().as_secs() < 20, "comparing all pairs would take hours");
    // Around the size where the way of searching changes.
    for count in 30..70 {
        let mut members = alike(count);
        assert_eq!(kind(format!("{{{}}}", members.join(",")).as_bytes()), None);
        members.push(members[count / 2].replace("kop-kop", "\\u006bop-kop"));
        assert_eq!(
            kind(format!("{{{}}}", members.join(",")).as_bytes()),
            Some(RefusalKind::DuplicateKey)
        );
    }
}

#[test]
fn a_refusal_says_where_and_never_what() {
    let refusal = check(
        b"{\"geheim\":\"geheim\",\"geheim\":1}",
        &Caps::default(),
        &mut Scratch::default(),
    )
    .unwrap_err();
    assert_eq!((refusal.offset, refusal.slug()), (19, "dubbele-sleutel"));
    assert!(!format!("{refusal} {refusal:?}").contains("geheim"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Well-formed JSON, with a few bytes changed: the strict scanner never accepts what `serde_json` refuses, and
    /// refuses what it accepts only for a reason of its own.
    #[test]
    fn what_is_accepted_serde_json_accepts(
        tape in proptest::collection::vec(any::<u8>(), 0..300),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..3), 0..4),
    ) {
        let mut tape = Tape::new(&tape);
        let doc = anything(&mut tape, 5);
        let mut bytes = write(&doc, &mut tape).into_bytes();
        for (at, byte, how) in changes {
            let at = at.index(bytes.len().max(1));
            let likely = b"\"\\{}[]:,0123456789eE+-. untfalsr\n\x00\x1f\x80\xc3\xff";
            let byte = likely[usize::from(byte) % likely.len()];
            match how {
                0 if at < bytes.len() => bytes[at] = byte,
                1 if at < bytes.len() => drop(bytes.remove(at)),
                _ => bytes.insert(at.min(bytes.len()), byte),
            }
        }
        let theirs = serde_json::from_slice::<serde_json::Value>(&bytes);
        match kind(&bytes) {
            None => prop_assert!(theirs.is_ok(), "accepted: {:?}", String::from_utf8_lossy(&bytes)),
            Some(RefusalKind::DuplicateKey | RefusalKind::TooDeep) => {}
            Some(why) => prop_assert!(theirs.is_err(), "refused ({why:?}): {:?}", String::from_utf8_lossy(&bytes)),
        }
    }
}
