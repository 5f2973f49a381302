//! The book of absence: versions, looks, reports and what comes back.

use sluis_stations::ports::{Balie, DossierRij, MeldingRij, MeldingStand, Verzuimboek};

use crate::support::{JEUGD, NOW, SCHOOL, partij};

pub(crate) fn row(sleutel: &str, versie: u64) -> DossierRij {
    DossierRij {
        sleutel: sleutel.into(),
        koppeling: "school".into(),
        partij: partij(SCHOOL),
        versie,
        bekijk_op: Some(0),
        gewijzigd_ms: NOW,
        personen: Vec::new(),
        sealed: format!("{sleutel} {versie}").into_bytes(),
    }
}

pub(crate) fn report(kenmerk: &str, sleutel: &str) -> MeldingRij {
    MeldingRij {
        kenmerk: kenmerk.into(),
        sleutel: sleutel.into(),
        koppeling: "school".into(),
        partij: partij(SCHOOL),
        regel: "relatief-16-uur".into(),
        stand: MeldingStand::Opgesteld,
        wacht: vec!["reden".into()],
        termijn: Some("2026-10-09".parse().unwrap()),
        versie: 1,
        gemeld: 0,
        ingetrokken: false,
        sinds_ms: NOW,
        sealed: b"sealed".to_vec(),
        balie: None,
    }
}

async fn one(book: &dyn Verzuimboek, kenmerk: &str) -> MeldingRij {
    book.melding(kenmerk.into()).await.unwrap().unwrap()
}

pub(crate) async fn a_pupil_is_written_once_for_each_version(book: &dyn Verzuimboek) {
    assert!(book.bewaar(vec![row("a", 1)]).await.unwrap());
    assert!(!book.bewaar(vec![row("a", 1)]).await.unwrap(), "somebody was first");
    assert!(!book.bewaar(vec![row("a", 3)]).await.unwrap(), "a version is missing");
    assert!(book.bewaar(vec![row("a", 2)]).await.unwrap());
    let found = book.dossiers(vec!["a".into(), "unknown".into()]).await.unwrap();
    assert_eq!(found, [row("a", 2)]);
}

pub(crate) async fn rows_are_written_all_or_none(book: &dyn Verzuimboek) {
    assert!(book.bewaar(vec![row("a", 1), row("b", 1)]).await.unwrap());
    assert!(!book.bewaar(vec![row("c", 1), row("a", 2), row("b", 1)]).await.unwrap());
    let found = book.dossiers(vec!["a".into(), "b".into(), "c".into()]).await.unwrap();
    assert_eq!(found, [row("a", 1), row("b", 1)]);
}

pub(crate) async fn who_must_be_looked_at_is_read_by_its_day(book: &dyn Verzuimboek) {
    let on = |sleutel: &str, day| DossierRij {
        bekijk_op: day,
        ..row(sleutel, 1)
    };
    let rows = vec![
        on("later", Some(20_700)),
        on("never", None),
        on("today", Some(20_600)),
        on("now", Some(0)),
    ];
    assert!(book.bewaar(rows).await.unwrap());
    let found = async |day, limit| -> Vec<String> {
        let rows = book.te_bekijken(day, limit).await.unwrap();
        rows.into_iter().map(|row| row.sleutel).collect()
    };
    assert_eq!(found(20_600, 10).await, ["now", "today"]);
    assert_eq!(found(20_600, 1).await, ["now"]);
    assert_eq!(found(20_700, 10).await, ["now", "today", "later"]);
    assert!(book.bekeken("now".into(), 1, None, Vec::new()).await.unwrap());
    assert_eq!(found(20_600, 10).await, ["today"]);
}

pub(crate) async fn looking_writes_reports_unless_the_pupil_changed(book: &dyn Verzuimboek) {
    assert!(book.bewaar(vec![row("a", 1)]).await.unwrap());
    assert!(book.bewaar(vec![row("a", 2)]).await.unwrap());
    assert!(
        !book
            .bekeken("a".into(), 1, None, vec![report("m1", "a")])
            .await
            .unwrap()
    );
    assert!(book.meldingen_van("a".into()).await.unwrap().is_empty());
    let reports = vec![report("m1", "a"), report("m2", "a")];
    assert!(
        book.bekeken("a".into(), 2, Some(20_600), reports.clone())
            .await
            .unwrap()
    );
    assert_eq!(book.meldingen_van("a".into()).await.unwrap(), reports);
    let waits = MeldingRij {
        stand: MeldingStand::Wacht,
        termijn: None,
        versie: 2,
        sealed: b"other".to_vec(),
        ..report("m1", "a")
    };
    assert!(book.bekeken("a".into(), 2, None, vec![waits.clone()]).await.unwrap());
    assert_eq!(one(book, "m1").await, waits);
    assert_eq!(one(book, "m2").await, report("m2", "a"));
}

pub(crate) async fn a_report_is_handed_over_in_its_version(book: &dyn Verzuimboek) {
    assert!(book.bewaar(vec![row("a", 1)]).await.unwrap());
    let reports = vec![report("m1", "a"), report("m2", "a"), report("m3", "a")];
    assert!(book.bekeken("a".into(), 1, None, reports).await.unwrap());
    let found: Vec<_> = book.opgesteld(Some("m1".into()), 1).await.unwrap();
    assert_eq!(found, [report("m2", "a")]);
    assert!(!book.overgedragen("m1".into(), 2, Vec::new()).await.unwrap());
    assert!(book.overgedragen("m1".into(), 1, b"less".to_vec()).await.unwrap());
    assert!(!book.overgedragen("m1".into(), 1, Vec::new()).await.unwrap(), "once");
    let handed = one(book, "m1").await;
    assert_eq!(
        (handed.stand, handed.gemeld, handed.sealed),
        (MeldingStand::Onderweg, 1, b"less".to_vec())
    );
    assert_eq!(book.opgesteld(None, 10).await.unwrap().len(), 2);
}

pub(crate) async fn a_report_that_was_refused_waits_and_its_pupil_is_looked_at(book: &dyn Verzuimboek) {
    assert!(book.bewaar(vec![row("a", 1)]).await.unwrap());
    assert!(
        book.bekeken("a".into(), 1, None, vec![report("m1", "a")])
            .await
            .unwrap()
    );
    assert!(book.te_bekijken(20_000, 10).await.unwrap().is_empty());
    let refused = async |versie| {
        book.geweigerd("m1".into(), versie, "te-groot".into(), 20_001, b"less".to_vec())
            .await
    };
    assert!(!refused(2).await.unwrap(), "another version");
    assert!(refused(1).await.unwrap());
    assert!(!refused(1).await.unwrap(), "once");
    let waits = one(book, "m1").await;
    assert_eq!(
        (waits.stand, waits.wacht, waits.sealed, waits.gemeld),
        (MeldingStand::Wacht, vec!["te-groot".to_owned()], b"less".to_vec(), 0)
    );
    assert!(book.opgesteld(None, 10).await.unwrap().is_empty());
    assert!(book.te_bekijken(20_000, 10).await.unwrap().is_empty());
    assert_eq!(book.te_bekijken(20_001, 10).await.unwrap().len(), 1);
}

pub(crate) async fn what_comes_back_is_never_older(book: &dyn Verzuimboek) {
    assert!(book.bewaar(vec![row("a", 1)]).await.unwrap());
    assert!(
        book.bekeken("a".into(), 1, None, vec![report("m1", "a")])
            .await
            .unwrap()
    );
    let balie = |stand: &str, volgnummer| Balie {
        stand: stand.into(),
        volgnummer,
        sealed: b"nummer".to_vec(),
    };
    book.balie("m1".into(), balie("geregistreerd", 3)).await.unwrap();
    book.balie("m1".into(), balie("in-behandeling", 7)).await.unwrap();
    book.balie("m1".into(), balie("geregistreerd", 3)).await.unwrap();
    book.balie("unknown".into(), balie("geregistreerd", 9)).await.unwrap();
    assert_eq!(one(book, "m1").await.balie, Some(balie("in-behandeling", 7)));
    // A look does not touch it.
    assert!(
        book.bekeken("a".into(), 1, None, vec![report("m1", "a")])
            .await
            .unwrap()
    );
    assert_eq!(one(book, "m1").await.balie, Some(balie("in-behandeling", 7)));
}

pub(crate) async fn the_queue_is_of_its_parties_and_goes_on(book: &dyn Verzuimboek) {
    assert!(book.bewaar(vec![row("a", 1)]).await.unwrap());
    let other = MeldingRij {
        partij: partij(JEUGD),
        ..report("m2", "a")
    };
    let reports = vec![report("m1", "a"), other, report("m3", "a")];
    assert!(book.bekeken("a".into(), 1, None, reports).await.unwrap());
    let found = async |of: Option<Vec<_>>, na: Option<&str>, limit| -> Vec<String> {
        let rows = book.meldingen(of, na.map(str::to_owned), limit).await.unwrap();
        rows.into_iter().map(|row| row.kenmerk).collect()
    };
    assert_eq!(found(None, None, 10).await, ["m1", "m2", "m3"]);
    assert_eq!(found(Some(vec![partij(SCHOOL)]), None, 10).await, ["m1", "m3"]);
    assert_eq!(found(Some(Vec::new()), None, 10).await, Vec::<String>::new());
    assert_eq!(found(None, Some("m1"), 1).await, ["m2"]);
}
