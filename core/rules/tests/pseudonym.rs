//! Pseudonyms: what one receiver can link, and what nobody else can.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;
use sluis_rules::ids::Bsn;
use sluis_rules::pseudonym::envelope::{Bucket, OrderSeed, case_id, kenmerk, message_id, shuffle};
use sluis_rules::pseudonym::{
    Epoch, Identity, KeyError, LENGTH, MasterKey, NaamFout, Persoon, Pseudonym, PseudonymKey, PseudonymKeys, Receiver,
    Scope,
};
use zeroize::Zeroizing;

const LEERPLICHT: &str = "00000099000000002000/leerplicht";

fn master() -> MasterKey {
    MasterKey::new(Zeroizing::new(std::array::from_fn(|n| u8::try_from(n).unwrap()))).unwrap()
}

fn receiver(partij: &str, scope: &str) -> Receiver {
    Receiver {
        partij: partij.parse().unwrap(),
        scope: scope.parse().unwrap(),
    }
}

fn key(partij: &str, scope: &str, epoch: u32) -> PseudonymKey {
    PseudonymKey::derive(&master(), receiver(partij, scope), Epoch(epoch)).unwrap()
}

fn bsn(text: &str) -> Bsn {
    text.parse().unwrap()
}

/// The numbers of the test range that pass the eleven test.
fn bsns() -> Vec<Bsn> {
    (999_900_006..=999_999_990u32)
        .filter_map(|n| n.to_string().parse().ok())
        .collect()
}

/// Worked out by hand in another language, from the labels as they stand in the decision record: these never change.
#[test]
fn labels_are_frozen() {
    let key = key(LEERPLICHT, "thuiszitterstafel", 3);
    let number = bsn("999900006");
    let persoon = Persoon::new("  Van der  ZÉE ", date(2014, 5, 31)).unwrap();
    assert_eq!(
        key.pseudonym(Identity::Bsn(&number)).as_str(),
        "avrpejatdfamju3kp3ocn5rztspg647x"
    );
    assert_eq!(
        key.pseudonym(Identity::Persoon(&persoon)).as_str(),
        "zsq46tp3xshupjpni5myoekamkt6ysbp"
    );
    assert_eq!(case_id(&key, "cas-7f3a").as_str(), "sg4xgbwkohpz7o2g2utuowimqlmkcxwm");
    assert_eq!(
        kenmerk(&key, "k-1"),
        "8444f5b02587e2faf18b67b0f43ab649d5e9efbc86629dffc1377d04bdf05722"
    );
}

#[test]
fn a_receiver_links_within_its_scope_and_nobody_else_does() {
    let numbers: Vec<Bsn> = bsns().into_iter().step_by(9).collect();
    let mut seen = BTreeSet::new();
    let mut made = 0;
    for (partij, scope, epoch) in [
        (LEERPLICHT, "thuiszitterstafel", 3),
        (LEERPLICHT, "thuiszitterstafel", 4),
        (LEERPLICHT, "thuiszitterstafe", 3),
        (LEERPLICHT, "loket-onderwijs", 3),
        ("00000099000000002000/jeugd", "thuiszitterstafel", 3),
        ("00000099000000002001/leerplicht", "thuiszitterstafel", 3),
    ] {
        let (one, again) = (key(partij, scope, epoch), key(partij, scope, epoch));
        for number in &numbers {
            let pseudonym = one.pseudonym(Identity::Bsn(number));
            assert_eq!(pseudonym, again.pseudonym(Identity::Bsn(number)));
            seen.insert(pseudonym.as_str().to_owned());
            made += 1;
        }
    }
    assert_eq!(seen.len(), made, "no pseudonym occurs twice");
    assert!(made > 5_000);
}

#[test]
fn the_kind_is_part_of_the_pseudonym() {
    let key = key(LEERPLICHT, "thuiszitterstafel", 3);
    let number = bsn("999900006");
    let persoon = Persoon::new("999900006", date(2014, 5, 31)).unwrap();
    let of = [
        key.pseudonym(Identity::Bsn(&number)).as_str().to_owned(),
        key.pseudonym(Identity::Persoon(&persoon)).as_str().to_owned(),
        case_id(&key, "999900006").as_str().to_owned(),
        message_id(&key, "999900006").as_str().to_owned(),
        kenmerk(&key, "999900006"),
    ];
    assert_eq!(of.iter().collect::<BTreeSet<_>>().len(), of.len());
}

#[test]
fn rotation_overlaps_and_then_ends() {
    let who = receiver(LEERPLICHT, "thuiszitterstafel");
    let at = |epoch| PseudonymKeys::derive(&master(), &who, Epoch(epoch), 2).unwrap();
    let number = bsn("999990342");
    let id = Identity::Bsn(&number);
    let third = at(3).pseudonym(id);
    assert_eq!(at(3).matches(id, &third), Some(Epoch(3)));
    assert_eq!(at(4).matches(id, &third), Some(Epoch(3)));
    assert_eq!(at(5).matches(id, &third), Some(Epoch(3)));
    assert_eq!(at(6).matches(id, &third), None, "the overlap is over");
    assert_eq!(at(2).matches(id, &third), None, "an earlier ring does not know it");
    assert_ne!(at(4).pseudonym(id), third);
    assert_eq!(at(4).earlier(id, Epoch(3)), Some(third));
    assert_eq!(at(4).earlier(id, Epoch(1)), None);
    assert_eq!(at(5).matches(Identity::Bsn(&bsn("999900006")), &third), None);
    // The first epochs have nothing before them.
    assert_eq!(at(0).matches(id, &at(0).pseudonym(id)), Some(Epoch(0)));
}

#[test]
fn a_ring_has_one_receiver_and_epochs_that_go_down() {
    let k = |scope, epoch| key(LEERPLICHT, scope, epoch);
    let other = key("00000099000000002000/jeugd", "a", 2);
    assert_eq!(PseudonymKeys::new(k("a", 3), vec![other]).err(), Some(KeyError::Mixed));
    assert_eq!(
        PseudonymKeys::new(k("a", 3), vec![k("b", 2)]).err(),
        Some(KeyError::Mixed)
    );
    assert_eq!(
        PseudonymKeys::new(k("a", 3), vec![k("a", 3)]).err(),
        Some(KeyError::Epochs)
    );
    assert_eq!(
        PseudonymKeys::new(k("a", 3), vec![k("a", 1), k("a", 2)]).err(),
        Some(KeyError::Epochs)
    );
    assert!(PseudonymKeys::new(k("a", 3), vec![k("a", 2), k("a", 0)]).is_ok());
}

#[test]
fn what_cannot_be_a_key_a_scope_a_name_or_a_pseudonym_is_refused() {
    assert_eq!(MasterKey::new(Zeroizing::new([0; 32])).err(), Some(KeyError::NotFilled));
    for wrong in ["", "Met hoofdletter", "a b", "é", &"a".repeat(65)] {
        assert_eq!(wrong.parse::<Scope>(), Err(KeyError::Scope));
    }
    let born = date(2014, 5, 31);
    assert_eq!(Persoon::new(" \t", born).err(), Some(NaamFout::Leeg));
    assert_eq!(Persoon::new("Zee\u{301}", born).err(), Some(NaamFout::NietSamengesteld));
    for wrong in [
        "",
        "a",
        &"A".repeat(LENGTH),
        &"1".repeat(LENGTH),
        &"a".repeat(LENGTH + 1),
    ] {
        assert!(wrong.parse::<Pseudonym>().is_err());
    }
}

#[test]
fn nothing_shows_itself() {
    let key = key(LEERPLICHT, "thuiszitterstafel", 3);
    let number = bsn("999900006");
    let pseudonym = key.pseudonym(Identity::Bsn(&number));
    let ring = PseudonymKeys::new(key, vec![]).unwrap();
    let shown = format!(
        "{:?} {:?} {:?} {:?} {pseudonym:?} {:?} {:?}",
        master(),
        ring.current(),
        ring,
        Identity::Bsn(&number),
        Persoon::new("Zeewier", date(2014, 5, 31)),
        OrderSeed::of(ring.current(), "levering-1"),
    );
    for hidden in [
        "999900006",
        "zeewier",
        "2014",
        pseudonym.as_str(),
        "0, 1, 2",
        "thuiszitterstafel",
    ] {
        assert!(!shown.to_lowercase().contains(hidden), "{hidden}");
    }
}

#[test]
fn times_fall_into_buckets() {
    let time = |text: &str| text.parse::<Timestamp>().unwrap();
    let at = time("2026-11-23T09:47:12.345Z");
    assert_eq!(Bucket::HOUR.floor(at), time("2026-11-23T09:00:00Z"));
    assert_eq!(Bucket::DAY.floor(at), time("2026-11-23T00:00:00Z"));
    assert_eq!(Bucket::minutes(15).unwrap().floor(at), time("2026-11-23T09:45:00Z"));
    assert_eq!(
        Bucket::HOUR.floor(time("1969-12-31T23:30:00Z")),
        time("1969-12-31T23:00:00Z")
    );
    assert_eq!(Bucket::HOUR.floor(Timestamp::MIN), Timestamp::MIN);
    for wrong in [0, 7, 50, 2_880, u32::MAX] {
        assert_eq!(Bucket::minutes(wrong), None);
    }
}

/// With 6 items there are 720 orders; each should turn up, and none much more often than another.
#[test]
fn every_order_is_about_equally_likely() {
    let key = key(LEERPLICHT, "thuiszitterstafel", 3);
    let mut counts = std::collections::BTreeMap::new();
    let draws = 720 * 40;
    for n in 0..draws {
        let mut items = [0u8, 1, 2, 3, 4, 5];
        shuffle(&mut items, &OrderSeed::of(&key, &n.to_string()));
        *counts.entry(items).or_insert(0u32) += 1;
    }
    assert_eq!(counts.len(), 720);
    // Chi square with 719 degrees of freedom: mean 719, standard deviation 38. The seeds are fixed, so is this.
    let chi: f64 = counts.values().map(|&n| (f64::from(n) - 40.0).powi(2) / 40.0).sum();
    assert!((560.0..880.0).contains(&chi), "{chi}");
}

proptest! {
    /// Two different values never meet, whatever they are; neither do one value and another receiver.
    #[test]
    fn different_in_is_different_out(a in ".{0,80}", b in ".{0,80}", epoch in any::<u32>()) {
        let one = key(LEERPLICHT, "thuiszitterstafel", epoch);
        let two = key("00000099000000002000/jeugd", "thuiszitterstafel", epoch);
        prop_assert_eq!(case_id(&one, &a) == case_id(&one, &b), a == b);
        prop_assert!(case_id(&one, &a) != case_id(&two, &a));
        prop_assert!(case_id(&one, &a) != message_id(&one, &a));
        prop_assert_ne!(kenmerk(&one, &a), kenmerk(&two, &a));
    }

    /// Whatever goes in, the same number of the same characters comes out, and reads back.
    #[test]
    fn the_form_is_fixed(a in ".{0,200}") {
        let made = case_id(&key(LEERPLICHT, "a", 0), &a);
        prop_assert_eq!(made.as_str().len(), LENGTH);
        prop_assert_eq!(made.as_str().parse::<Pseudonym>().unwrap(), made);
    }

    /// Capitals and white space do not make another person; a letter or a day does.
    #[test]
    fn a_name_has_one_form(naam in "[a-zà-öø-ÿ]{1,12}( [a-zà-öø-ÿ]{1,12}){0,2}", extra in "[a-z]") {
        let key = key(LEERPLICHT, "a", 0);
        let of = |naam: &str, day| {
            let persoon = Persoon::new(naam, date(2014, 5, day)).unwrap();
            key.pseudonym(Identity::Persoon(&persoon)).as_str().to_owned()
        };
        let other = format!("\t{}  ", naam.replace(' ', "  "));
        prop_assert_eq!(of(&naam, 31), of(&other, 31));
        prop_assert_ne!(of(&naam, 31), of(&naam, 30));
        prop_assert_ne!(of(&naam, 31), of(&format!("{naam}{extra}"), 31));
    }

    /// A shuffle loses nothing, is the same for the same seed, and differs for another receiver.
    #[test]
    fn a_shuffle_is_an_order(many in 0usize..200, levering in "[a-z]{1,8}") {
        let seed = |partij| OrderSeed::of(&key(partij, "a", 0), &levering);
        let order = |partij| {
            let mut items: Vec<usize> = (0..many).collect();
            shuffle(&mut items, &seed(partij));
            items
        };
        let mut sorted = order(LEERPLICHT);
        prop_assert_eq!(&sorted, &order(LEERPLICHT));
        if many > 12 {
            prop_assert_ne!(&sorted, &order("00000099000000002000/jeugd"));
        }
        sorted.sort_unstable();
        prop_assert!(sorted.into_iter().eq(0..many));
    }

    /// A bucket is never later than the time, never earlier than its length, and is its own bucket.
    #[test]
    fn a_bucket_holds_its_time(second in -100_000_000_000i64..100_000_000_000, nanos in 0i32..1_000_000_000) {
        let time = Timestamp::new(second, nanos).unwrap();
        for (bucket, length) in [(Bucket::HOUR, 3_600_000_000_000), (Bucket::DAY, 86_400_000_000_000)] {
            let floor = bucket.floor(time);
            prop_assert!(floor <= time && time.as_nanosecond() - floor.as_nanosecond() < length);
            prop_assert_eq!(bucket.floor(floor), floor);
        }
    }
}
