//! The book of absence has an end, and is found by its person.

use sluis_rules::journal::Stap;
use sluis_stations::ports::{DossierRij, MeldingRij, MeldingStand, PersoonStore, Verzuimboek};

use crate::support::{NOW, entry};
use crate::verzuim::{report, row};

fn old(sleutel: &str, gewijzigd_ms: u64, personen: &[&str]) -> DossierRij {
    DossierRij {
        gewijzigd_ms,
        personen: personen.iter().map(|p| (*p).to_owned()).collect(),
        ..row(sleutel, 1)
    }
}

fn began(kenmerk: &str, sleutel: &str, sinds_ms: u64, stand: MeldingStand) -> MeldingRij {
    MeldingRij {
        sinds_ms,
        stand,
        ..report(kenmerk, sleutel)
    }
}

async fn there(book: &dyn Verzuimboek) -> Vec<String> {
    let all = ["past", "today", "composed", "young"].map(str::to_owned).to_vec();
    let found = book.dossiers(all).await.unwrap();
    found.into_iter().map(|row| row.sleutel).collect()
}

pub(crate) async fn who_is_past_the_term_leaves_the_book_whole<S: Verzuimboek + PersoonStore>(store: &S) {
    let rows = vec![
        old("past", NOW - 1, &["p"]),
        old("today", NOW, &[]),
        old("composed", NOW - 1, &[]),
        old("young", NOW - 1, &[]),
    ];
    assert!(store.bewaar(rows).await.unwrap());
    for report in [
        began("k-past", "past", NOW - 1, MeldingStand::Onderweg),
        began("k-composed", "composed", NOW - 1, MeldingStand::Opgesteld),
        began("k-young", "young", NOW, MeldingStand::Wacht),
    ] {
        assert!(
            store
                .bekeken(report.sleutel.clone(), 1, None, vec![report])
                .await
                .unwrap()
        );
    }
    let note = || entry(Stap::Vernietigd, "");
    assert_eq!(
        store.vergeet(NOW - 1, 10, note()).await.unwrap(),
        0,
        "the last day still counts"
    );
    assert_eq!(store.vergeet(NOW, 0, note()).await.unwrap(), 0);
    assert_eq!(store.vergeet(NOW, 10, note()).await.unwrap(), 1);
    // What is composed is not lost, and what began lately is not forgotten.
    let mut left = there(store).await;
    left.sort();
    assert_eq!(left, ["composed", "today", "young"]);
    assert!(store.melding("k-past".into()).await.unwrap().is_none());
    assert!(store.about(vec!["p".into()]).await.unwrap().verzuim.is_empty());
}

pub(crate) async fn what_the_book_holds_is_found_by_its_person<S: Verzuimboek + PersoonStore>(store: &S) {
    let rows = vec![
        old("past", NOW, &["p"]),
        old("today", NOW, &["q"]),
        old("young", NOW, &[]),
    ];
    assert!(store.bewaar(rows).await.unwrap());
    let report = began("k-1", "past", NOW, MeldingStand::Wacht);
    assert!(store.bekeken("past".into(), 1, None, vec![report]).await.unwrap());
    let about = store.about(vec!["p".into()]).await.unwrap();
    assert_eq!(about.verzuim.len(), 1);
    let found = &about.verzuim[0];
    assert_eq!((found.gewijzigd_ms, found.meldingen[0].1), (NOW, MeldingStand::Wacht));
    assert_eq!(about.verzuim_before, 1, "one has no number");
    assert!(store.about(vec!["x".into()]).await.unwrap().verzuim.is_empty());
}
