//! A pseudonym against the bare HMAC of the library, a state made once and cloned for each id: at most 1.25 ×.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench prints what it found and may stop at the first surprise"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sluis_rules::ids::Bsn;
use sluis_rules::pseudonym::{Epoch, Identity, MasterKey, PseudonymKey, PseudonymKeys, Receiver};
use zeroize::Zeroizing;

/// The least of many short rounds in which both take turns: what else runs on the machine slows both or neither.
fn least(mut one: impl FnMut(), mut other: impl FnMut()) -> (Duration, Duration) {
    let mut best = (Duration::MAX, Duration::MAX);
    let time = |work: &mut dyn FnMut()| {
        let begin = Instant::now();
        for _ in 0..2_000 {
            work();
        }
        begin.elapsed()
    };
    for _ in 0..300 {
        best = (best.0.min(time(&mut one)), best.1.min(time(&mut other)));
    }
    best
}

fn pseudonyms(c: &mut Criterion) {
    let mut secret = Zeroizing::new([7; 32]);
    if let Some(first) = secret.first_mut() {
        *first = 1;
    }
    let master = MasterKey::new(secret).unwrap();
    let receiver = Receiver {
        partij: "00000099000000002000/leerplicht".parse().unwrap(),
        scope: "thuiszitterstafel".parse().unwrap(),
    };
    let key = PseudonymKey::derive(&master, receiver.clone(), Epoch(3)).unwrap();
    let ring = PseudonymKeys::derive(&master, &receiver, Epoch(3), 1).unwrap();
    let bsn: Bsn = "999900006".parse().unwrap();
    let known = key.pseudonym(Identity::Bsn(&bsn));
    let state: Hmac<Sha256> = Hmac::new_from_slice(&[7; 32]).unwrap();
    let bare = || {
        let mut mac = state.clone();
        mac.update(black_box(b"999900006"));
        mac.finalize().into_bytes()
    };
    let ours = || key.pseudonym(Identity::Bsn(black_box(&bsn)));

    let (hmac, pseudonym) = least(|| _ = black_box(bare()), || _ = black_box(ours()));
    let ratio = pseudonym.as_secs_f64() / hmac.as_secs_f64();
    println!(
        "bare hmac {} ns, pseudonym {} ns, ratio {ratio:.3}",
        hmac.as_nanos() / 2_000,
        pseudonym.as_nanos() / 2_000
    );
    assert!(ratio <= 1.25, "a pseudonym costs {ratio:.3} × the bare HMAC");

    let mut group = c.benchmark_group("pseudonym");
    group.bench_function("bare hmac, state cloned", |b| b.iter(bare));
    group.bench_function("pseudonym of a bsn", |b| b.iter(ours));
    group.bench_function("matches, two epochs", |b| {
        b.iter(|| ring.matches(Identity::Bsn(black_box(&bsn)), &known));
    });
    group.bench_function("key of a receiver", |b| {
        b.iter(|| PseudonymKey::derive(&master, black_box(receiver.clone()), Epoch(3)));
    });
    group.finish();
}

criterion_group!(benches, pseudonyms);
criterion_main!(benches);
