//! The age rule, to the day (footnote 53).
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use sluis_rules::leeftijd::{
    Geldigheid, Instemming, Rol, Tekort, VOORUITZICHT_DAGEN, Zeggenschap, beoordeel, binnenkort_te_vernieuwen,
    leeftijd, te_vernieuwen_op, verjaardag,
};

const GEBOREN: Date = date(2014, 5, 31);

fn door(rol: Rol, op: Date) -> Instemming {
    Instemming { door: rol, op }
}

/// Judged on the day before and the day itself.
fn rond(geboren: Date, onder: &[Instemming], dag: Date) -> [Geldigheid; 2] {
    [dag.yesterday().unwrap(), dag].map(|dag| beoordeel(geboren, onder, false, dag))
}

#[test]
fn age_changes_on_the_birthday_and_not_a_day_earlier() {
    for (born, day, years) in [
        (date(2014, 5, 31), date(2026, 5, 30), Some(11)),
        (date(2014, 5, 31), date(2026, 5, 31), Some(12)),
        (date(2010, 12, 31), date(2026, 12, 30), Some(15)),
        (date(2010, 12, 31), date(2026, 12, 31), Some(16)),
        (date(2011, 1, 1), date(2026, 12, 31), Some(15)),
        (date(2012, 2, 29), date(2024, 2, 28), Some(11)),
        (date(2012, 2, 29), date(2024, 2, 29), Some(12)),
        (date(2012, 2, 29), date(2025, 2, 28), Some(12)),
        (date(2012, 2, 29), date(2025, 3, 1), Some(13)),
        (date(2012, 2, 29), date(2028, 2, 28), Some(15)),
        (date(2012, 2, 29), date(2028, 2, 29), Some(16)),
        (date(2026, 5, 31), date(2026, 5, 31), Some(0)),
        (date(2026, 5, 31), date(2026, 5, 30), None),
        (date(1890, 1, 1), date(2026, 1, 1), None),
    ] {
        assert_eq!(leeftijd(born, day), years, "{born} on {day}");
    }
    // In 2088 a leap day comes twelve years after one; in 2100 there is none.
    assert_eq!(verjaardag(date(2088, 2, 29), 12), Some(date(2100, 3, 1)));
    assert_eq!(leeftijd(date(2088, 2, 29), date(2100, 2, 28)), Some(11));
    assert_eq!(leeftijd(date(2088, 2, 29), date(2100, 3, 1)), Some(12));
}

#[test]
fn who_has_a_say() {
    for (years, jongere, vertegenwoordiger) in [
        (0, false, true),
        (11, false, true),
        (12, true, true),
        (15, true, true),
        (16, true, false),
        (17, true, false),
        (18, true, false),
        (130, true, false),
    ] {
        let zeg = Zeggenschap::bij(years);
        assert_eq!(zeg.heeft(Rol::Jongere), jongere, "{years}");
        assert_eq!(zeg.heeft(Rol::Vertegenwoordiger), vertegenwoordiger, "{years}");
        assert!(!zeg.heeft(Rol::OuderZonderGezag), "{years}");
    }
}

#[test]
fn a_representatives_consent_ends_on_the_twelfth_birthday() {
    let onder = [door(Rol::Vertegenwoordiger, date(2026, 1, 10))];
    let sinds = date(2026, 5, 31);
    assert_eq!(
        rond(GEBOREN, &onder, sinds),
        [Geldigheid::Voldoende, Geldigheid::TeVernieuwen { sinds }]
    );
    // At 16 it is still the twelfth birthday that ended it.
    assert_eq!(
        beoordeel(GEBOREN, &onder, false, date(2031, 1, 1)),
        Geldigheid::TeVernieuwen { sinds }
    );
}

#[test]
fn the_young_persons_signature_renews_it_from_twelve_on() {
    let with = |op| [door(Rol::Vertegenwoordiger, date(2026, 1, 10)), door(Rol::Jongere, op)];
    let dag = date(2026, 7, 1);
    assert_eq!(
        beoordeel(GEBOREN, &with(date(2026, 5, 31)), false, dag),
        Geldigheid::Voldoende
    );
    // The day before the birthday the child is heard, and has no say.
    assert_eq!(
        beoordeel(GEBOREN, &with(date(2026, 5, 30)), false, dag),
        Geldigheid::TeVernieuwen {
            sinds: date(2026, 5, 31)
        }
    );
    // A signature of tomorrow does not count today.
    assert_eq!(
        beoordeel(GEBOREN, &with(date(2026, 7, 2)), false, dag),
        Geldigheid::TeVernieuwen {
            sinds: date(2026, 5, 31)
        }
    );
}

#[test]
fn what_both_gave_stays_good_at_sixteen_and_the_parent_alone_is_no_longer_enough() {
    let op = date(2028, 1, 1);
    let both = [door(Rol::Jongere, op), door(Rol::Vertegenwoordiger, op)];
    let sixteen = date(2030, 5, 31);
    assert_eq!(rond(GEBOREN, &both, sixteen), [Geldigheid::Voldoende; 2]);
    let parent = [door(Rol::Vertegenwoordiger, sixteen)];
    assert_eq!(
        beoordeel(GEBOREN, &parent, false, sixteen),
        Geldigheid::Onvoldoende(Tekort::GeenZeggenschap)
    );
    let alone = [door(Rol::Jongere, sixteen)];
    assert_eq!(beoordeel(GEBOREN, &alone, false, sixteen), Geldigheid::Voldoende);
}

#[test]
fn what_was_not_enough_does_not_become_enough_by_a_birthday() {
    let alone = [door(Rol::Jongere, date(2030, 5, 30))];
    let missing = Geldigheid::Onvoldoende(Tekort::Vertegenwoordiger);
    assert_eq!(rond(GEBOREN, &alone, date(2030, 5, 31)), [missing; 2]);
    assert_eq!(te_vernieuwen_op(GEBOREN, &alone, date(2030, 5, 30)), None);
    // Signed once more after the birthday, it is.
    let again = [alone[0], door(Rol::Jongere, date(2030, 5, 31))];
    assert_eq!(
        beoordeel(GEBOREN, &again, false, date(2030, 5, 31)),
        Geldigheid::Voldoende
    );
}

#[test]
fn no_say_no_signature_no_birth() {
    let dag = date(2026, 1, 10);
    let of = |onder: &[Instemming]| beoordeel(GEBOREN, onder, false, dag);
    assert_eq!(of(&[]), Geldigheid::Onvoldoende(Tekort::NogNietGegeven));
    assert_eq!(
        of(&[door(Rol::OuderZonderGezag, dag)]),
        Geldigheid::Onvoldoende(Tekort::GeenZeggenschap)
    );
    assert_eq!(
        of(&[door(Rol::Jongere, dag)]),
        Geldigheid::Onvoldoende(Tekort::GeenZeggenschap)
    );
    assert_eq!(
        beoordeel(date(2026, 1, 11), &[door(Rol::Vertegenwoordiger, dag)], false, dag),
        Geldigheid::Onvoldoende(Tekort::Geboortedatum)
    );
    // Signed for a child that was not born yet on that day: one of the two dates is wrong.
    assert_eq!(
        beoordeel(
            dag,
            &[door(Rol::Vertegenwoordiger, date(2026, 1, 9))],
            false,
            date(2026, 2, 1)
        ),
        Geldigheid::Onvoldoende(Tekort::Geboortedatum)
    );
}

#[test]
fn parents_who_disagree_block_until_the_young_person_decides_alone() {
    let op = date(2028, 1, 1);
    let both = [door(Rol::Jongere, op), door(Rol::Vertegenwoordiger, op)];
    let sixteen = date(2030, 5, 31);
    assert_eq!(
        beoordeel(GEBOREN, &both, true, sixteen.yesterday().unwrap()),
        Geldigheid::MensBeslist
    );
    assert_eq!(beoordeel(GEBOREN, &both, true, sixteen), Geldigheid::Voldoende);
}

#[test]
fn an_operator_sees_it_thirty_days_ahead_and_not_thirty_one() {
    let onder = [door(Rol::Vertegenwoordiger, date(2026, 1, 10))];
    let look = |dag| binnenkort_te_vernieuwen(GEBOREN, &onder, dag, VOORUITZICHT_DAGEN);
    assert_eq!(look(date(2026, 4, 30)), None);
    assert_eq!(look(date(2026, 5, 1)), Some(date(2026, 5, 31)));
    assert_eq!(look(date(2026, 5, 30)), Some(date(2026, 5, 31)));
    assert_eq!(look(date(2026, 5, 31)), None, "it is outgrown already");
    let leap = date(2013, 2, 28);
    assert_eq!(
        binnenkort_te_vernieuwen(
            leap,
            &[door(Rol::Vertegenwoordiger, date(2025, 1, 2))],
            date(2025, 1, 29),
            30
        ),
        Some(date(2025, 2, 28))
    );
}

fn day() -> impl Strategy<Value = Date> {
    (0i32..9_000).prop_map(|n| date(2005, 1, 1).checked_add(n.days()).unwrap())
}

fn rol() -> impl Strategy<Value = Rol> {
    prop_oneof![
        Just(Rol::Jongere),
        Just(Rol::Vertegenwoordiger),
        Just(Rol::OuderZonderGezag)
    ]
}

proptest! {
    /// Age and birthday are one rule seen from two sides.
    #[test]
    fn a_birthday_is_the_first_day_of_an_age(born in day(), years in 1u8..40) {
        let on = verjaardag(born, years).unwrap();
        prop_assert_eq!(leeftijd(born, on), Some(years));
        prop_assert_eq!(leeftijd(born, on.yesterday().unwrap()), Some(years - 1));
    }

    /// Good today means: those that the age asks for have signed, whatever else stands there.
    #[test]
    fn good_is_never_less_than_the_age_asks(
        born in day(), dag in day(), raw in prop::collection::vec((rol(), day()), 0..6)
    ) {
        let onder: Vec<_> = raw.iter().map(|&(rol, op)| door(rol, op)).collect();
        if beoordeel(born, &onder, false, dag) == Geldigheid::Voldoende {
            let has = |rol| onder.iter().any(|i| i.door == rol && i.op <= dag);
            let years = leeftijd(born, dag).unwrap();
            prop_assert!(years >= 16 || has(Rol::Vertegenwoordiger));
            prop_assert!(years < 12 || has(Rol::Jongere));
        }
    }

    /// The day foretold is the day it happens, when no new signature comes in between.
    #[test]
    fn what_is_foretold_happens(born in day(), op in day(), both in any::<bool>(), after in 0i32..5_000) {
        let mut onder = vec![door(Rol::Vertegenwoordiger, op)];
        if both { onder.push(door(Rol::Jongere, op)); }
        if beoordeel(born, &onder, false, op) != Geldigheid::Voldoende { return Ok(()); }
        let dag = op.checked_add(after.days()).unwrap();
        let expected = match te_vernieuwen_op(born, &onder, op) {
            Some(sinds) if sinds <= dag => Geldigheid::TeVernieuwen { sinds },
            _ => Geldigheid::Voldoende,
        };
        prop_assert_eq!(beoordeel(born, &onder, false, dag), expected);
    }

    /// The order in which signatures were recorded does not matter.
    #[test]
    fn the_order_of_recording_does_not_matter(
        born in day(), dag in day(), raw in prop::collection::vec((rol(), day()), 0..6)
    ) {
        let mut onder: Vec<_> = raw.iter().map(|&(rol, op)| door(rol, op)).collect();
        let forward = beoordeel(born, &onder, false, dag);
        onder.reverse();
        prop_assert_eq!(beoordeel(born, &onder, false, dag), forward);
    }
}
