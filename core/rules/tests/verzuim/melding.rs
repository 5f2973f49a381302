//! What is stored of a pupil, and the report that is written from it.

use serde_json::Value;
use sluis_rules::verzuim::{
    Detector, Fout, Handeling, Ingelezen, InleesAfnemer, Inlezer, Kalenders, Kolom, Melder, Ontbreekt, Opdracht,
    RedenIntrekking, Regel, RegelFout, Regio, Signaal, SignaalBewaard, Toegevoegd, Uitkomst, Verzuimdossier, Vorm,
    Wetsvoorstellen, stel_op,
};

use crate::dag;

const KENMERK: &str = "018f3a2c-0000-7000-8000-000000000001";

fn kalenders() -> Kalenders {
    let mut all = crate::kalenders();
    all.anders(Regio::Midden);
    all
}

/// Puts lines into one dossier; what became of each.
struct Into<'k> {
    kalenders: &'k Kalenders,
    dossier: Verzuimdossier,
    outcomes: Vec<Result<Toegevoegd, (Option<Kolom>, Fout)>>,
}

impl InleesAfnemer for Into<'_> {
    fn regel(&mut self, line: &Ingelezen<'_>) {
        let today = dag("2026-11-23");
        let outcome = self
            .dossier
            .voeg_toe(&line.opgave, &line.registratie, line.reden, self.kalenders, today);
        self.outcomes.push(outcome);
    }

    fn fout(&mut self, fout: &RegelFout) {
        self.outcomes.push(Err((fout.kolom, fout.fout)));
    }
}

fn read<'k>(kalenders: &'k Kalenders, text: &str) -> Into<'k> {
    let mut into = Into {
        kalenders,
        dossier: Verzuimdossier::default(),
        outcomes: Vec::new(),
    };
    Inlezer::nieuw(Vorm::Ndjson).einde(text.as_bytes(), &mut into).unwrap();
    into
}

fn line(number: u64, date: &str, rest: &str) -> String {
    format!(r#"{{"registratie":{number},"leerling":"L","brin":"99ZA00","datum":"{date}",{rest}}}"#) + "\n"
}

const PUPIL: &str = r#""geboortedatum":"2012-05-01","sector":"vo","pgn":"999900006","reden":"werk""#;

fn sixteen() -> String {
    let rest = r#""soort":"ongeoorloofd","uren":8,"hele_dag":true"#;
    line(1, "2026-11-02", &format!("{rest},{PUPIL}")) + &line(2, "2026-11-03", rest)
}

fn signals(kalenders: &Kalenders, dossier: &Verzuimdossier) -> Vec<Signaal> {
    let mut out = Uitkomst::default();
    let mut detector = Detector::nieuw(kalenders, Wetsvoorstellen::default(), dag("2026-11-23"));
    detector.leerling(dossier.leerling().unwrap(), dossier.registraties(), &mut out);
    assert!(out.afgewezen.is_empty());
    out.signalen
}

fn melder() -> Melder {
    Melder {
        school: "De Proefboom".into(),
        naam: "Kees Proefstra".into(),
        telefoon: "0187000000".into(),
        email: String::new(),
    }
}

fn written(
    dossier: &Verzuimdossier,
    signaal: &Signaal,
    change: impl FnOnce(&mut Opdracht<'_>),
) -> Result<(Value, bool), Vec<Ontbreekt>> {
    let melder = melder();
    let mut opdracht = Opdracht {
        signaal,
        dossier,
        handeling: Handeling::Registreren,
        reden_intrekking: RedenIntrekking::Gecorrigeerd,
        kenmerk: KENMERK,
        meldingsnummer: None,
        datum: dag("2026-11-23"),
        partij: "00000099000000001000/school".parse().unwrap(),
        melder: Some(&melder),
        actie_gemeente: true,
        overig: false,
    };
    change(&mut opdracht);
    stel_op(&opdracht).map(|made| (serde_json::from_slice(&made.bericht).unwrap(), made.vraagt_toelichting))
}

fn find(all: &[Signaal], regel: Regel) -> &Signaal {
    all.iter().find(|s| s.regel == regel).unwrap()
}

#[test]
fn a_report_holds_the_fields_of_the_decree_and_fits_the_canonical_schema() {
    let kalenders = kalenders();
    // Ill on a day between: that is not reported.
    let text = sixteen() + &line(3, "2026-11-04", r#""soort":"ziek","tot":"2026-11-05""#);
    let dossier = read(&kalenders, &text).dossier;
    let all = signals(&kalenders, &dossier);
    let (report, asks) = written(&dossier, find(&all, Regel::RelatiefUren), |_| {}).unwrap();
    assert!(!asks);
    let expected = serde_json::json!({
        "bericht": "hulpvraag", "versie": "1", "kenmerk": KENMERK, "datum": "2026-11-23",
        "bijdragen": [{ "inbrenger": "00000099000000001000/school", "beroepsgeheim": "geen", "inhoud": {
            "persoon": { "bsn": "999900006" },
            "school": { "brin": "99ZA", "vestiging": "00", "naam": "De Proefboom",
                "contact": { "naam": "Kees Proefstra", "telefoon": "0187000000" } },
            "verzuim": {
                "soort": "relatief", "periode": { "begin": "2026-11-02", "einde": "2026-11-03" },
                "ongeoorloofd": [
                    { "volgnummer": 1, "begin": "2026-11-02", "einde": "2026-11-02", "uren": 8, "alleLessen": true },
                    { "volgnummer": 2, "begin": "2026-11-03", "einde": "2026-11-03", "uren": 8, "alleLessen": true }],
                "omvang": { "uren": 16 }, "vermoedelijkeReden": "werk",
                "melding": { "handeling": "registreren", "actieGemeenteGewenst": true }
            }
        } }]
    });
    assert_eq!(report, expected);
}

#[test]
fn a_withdrawal_says_which_report_and_no_more() {
    let kalenders = kalenders();
    let dossier = read(&kalenders, &sixteen()).dossier;
    let all = signals(&kalenders, &dossier);
    let (report, _) = written(&dossier, find(&all, Regel::RelatiefUren), |o| {
        o.handeling = Handeling::Intrekken;
        o.meldingsnummer = Some("VM-1");
    })
    .unwrap();
    let inhoud = &report["bijdragen"][0]["inhoud"];
    assert_eq!(
        inhoud["school"],
        serde_json::json!({ "brin": "99ZA", "vestiging": "00" })
    );
    assert_eq!(
        inhoud["verzuim"],
        serde_json::json!({
            "soort": "relatief", "periode": { "begin": "2026-11-02", "einde": "2026-11-03" },
            "melding": { "handeling": "intrekken", "meldingsnummer": "VM-1", "redenIntrekking": "registratie-gecorrigeerd" }
        })
    );
}

#[test]
fn what_is_missing_is_told_all_at_once() {
    let kalenders = kalenders();
    let bare = sixteen().replace(r#","pgn":"999900006","reden":"werk""#, "");
    let dossier = read(&kalenders, &bare).dossier;
    let all = signals(&kalenders, &dossier);
    let missing = written(&dossier, find(&all, Regel::RelatiefUren), |o| o.melder = None).unwrap_err();
    assert_eq!(missing, [Ontbreekt::Pgn, Ontbreekt::Reden, Ontbreekt::Melder]);
    // Of a holiday the reason is known.
    let luxe = line(
        1,
        "2026-11-05",
        &format!(r#""soort":"luxe","tot":"2026-11-06",{PUPIL}"#),
    )
    .replace(r#","reden":"werk""#, "");
    let dossier = read(&kalenders, &luxe).dossier;
    let all = signals(&kalenders, &dossier);
    let (report, _) = written(&dossier, find(&all, Regel::Luxe), |_| {}).unwrap();
    let verzuim = &report["bijdragen"][0]["inhoud"]["verzuim"];
    assert_eq!(
        (verzuim["soort"].as_str(), verzuim["vermoedelijkeReden"].as_str()),
        (Some("luxe"), Some("vakantie"))
    );
    assert_eq!(verzuim["periode"]["einde"], "2026-11-06");
    // What may be reported and need not waits for somebody's decision.
    let consulted = sixteen().replace(r#""uren":8"#, r#""uren":2"#) + &line(3, "2026-11-04", r#""soort":"overleg""#);
    let dossier = read(&kalenders, &consulted).dossier;
    let all = signals(&kalenders, &dossier);
    let overig = find(&all, Regel::Overig);
    assert_eq!(written(&dossier, overig, |_| {}).unwrap_err(), [Ontbreekt::Besluit]);
    assert!(written(&dossier, overig, |o| o.overig = true).is_ok());
    // Another reason wants an explanation: the report goes without, and it is asked for.
    let other = sixteen().replace("werk", "anders");
    let dossier = read(&kalenders, &other).dossier;
    let all = signals(&kalenders, &dossier);
    let (report, asks) = written(&dossier, find(&all, Regel::RelatiefUren), |_| {}).unwrap();
    assert!(asks && report["bijdragen"][0]["inhoud"]["verzuim"].get("toelichting").is_none());
}

#[test]
fn a_dossier_and_a_signal_come_back_as_they_were_stored() {
    let kalenders = kalenders();
    let text = sixteen()
        + &line(
            3,
            "2026-11-04",
            r#""soort":"ziek","vermoeden":true,"startkwalificatie":"2026-07-01""#,
        )
        + &line(
            4,
            "2026-11-03",
            r#""soort":"ongeoorloofd","uren":7.75,"vervangt":2,"reden":"schoolangst""#,
        );
    let dossier = read(&kalenders, &text).dossier;
    assert_eq!(dossier.registraties().len(), 4);
    assert_eq!(Verzuimdossier::lees(&dossier.bytes()).unwrap(), dossier);
    assert_eq!(
        Verzuimdossier::lees(&Verzuimdossier::default().bytes()).unwrap(),
        Verzuimdossier::default()
    );
    for wrong in [
        &b""[..],
        b"{}",
        br#"{"v":2,"geboren":null,"sector":null,"start":null,"pgn":null,"r":[]}"#,
    ] {
        assert!(Verzuimdossier::lees(wrong).is_err());
    }
    for signaal in signals(&kalenders, &dossier) {
        let stored = serde_json::to_string(&SignaalBewaard::van(&signaal)).unwrap();
        let back = serde_json::from_str::<SignaalBewaard>(&stored)
            .unwrap()
            .signaal()
            .unwrap();
        assert_eq!(back, signaal);
    }
    assert_eq!(format!("{dossier:?}"), "Verzuimdossier(…)");
}

#[test]
fn lines_are_refused_one_by_one_and_change_nothing() {
    let kalenders = kalenders();
    let rest = r#""soort":"ongeoorloofd","uren":2"#;
    let text = line(1, "2026-11-02", rest)
        + &sixteen()
        + &line(
            1,
            "2026-11-02",
            r#""soort":"ongeoorloofd","uren":8,"hele_dag":true,"reden":"werk""#,
        )
        + &line(2, "2026-11-03", rest)
        + &line(3, "2026-10-20", rest)
        + &line(4, "2027-11-02", rest)
        + &line(5, "2026-11-04", &format!(r#"{rest},"vervangt":99"#))
        + &line(6, "2026-11-04", &format!(r#"{rest},"geboortedatum":"2012-05-02""#))
        + &line(7, "2026-11-04", &format!(r#"{rest},"pgn":"999990342""#))
        + &line(8, "2026-11-04", &format!(r#"{rest},"reden":"ziek""#))
        + &line(9, "2026-11-04", &format!(r#"{rest},"sector":"vso""#))
        + r#"{"leerling":"L","brin":"99ZA00","datum":"2026-11-04","soort":"ziek"}"#;
    let into = read(&kalenders, &text);
    let said: Vec<String> = into
        .outcomes
        .iter()
        .map(|outcome| match outcome {
            Ok(Toegevoegd::Nieuw) => "nieuw".to_owned(),
            Ok(Toegevoegd::Herhaling) => "herhaling".to_owned(),
            Err((kolom, fout)) => format!("{} {}", kolom.map_or("-", |k| k.naam()), fout.slug()),
        })
        .collect();
    let expected = [
        "geboortedatum ontbreekt",
        "nieuw",
        "nieuw",
        "herhaling",
        "- dubbel",
        "- geen-schooldag",
        "- buiten-kalender",
        "- vervangt-niets",
        "geboortedatum andere-leerling",
        "pgn andere-leerling",
        "reden vorm",
        "nieuw",
        "registratie ontbreekt",
    ];
    assert_eq!(said, expected);
    assert_eq!(into.dossier.registraties().len(), 3);
}

#[test]
fn it_is_looked_at_again_when_a_day_can_change_it() {
    let kalenders = kalenders();
    let today = dag("2026-11-23");
    let dossier = |text: &str| read(&kalenders, text).dossier;
    assert_eq!(dossier(&sixteen()).weer_op(today), None);
    let ahead = sixteen() + &line(3, "2026-12-03", r#""soort":"luxe","tot":"2026-12-04""#);
    assert_eq!(dossier(&ahead).weer_op(today), Some(dag("2026-12-03")));
    let ill = ahead + &line(4, "2026-11-20", r#""soort":"ziek""#);
    assert_eq!(dossier(&ill).weer_op(today), Some(dag("2026-11-24")));
}
