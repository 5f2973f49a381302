//! The register of processing activities: made from the rules, complete for whatever the journal can name, and counted
//! from what really left.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

#[path = "support/region.rs"]
mod region;

use std::sync::LazyLock;

use sluis_rules::event::Kanaal;
use sluis_rules::ids::Taak;
use sluis_rules::journal::{Inhoud, Padgroep, Record, Stap};
use sluis_rules::register::{ONBEKEND, Opdracht, Register, Stromen, activiteit};
use sluis_rules::rulebook::Rulebook;
use sluis_rules::verstrekking::{Verstrekkingen, Zekerheid};

static RULES: LazyLock<Rulebook> = LazyLock::new(|| Rulebook::parse(&region::example()).unwrap());

const PREFIX: &str = "urn:sluis:verwerking:";
const SWV: &str = "00000099000000003000/samenwerkingsverband";
const NAAM: &str = "/bijdragen/*/inhoud/persoon/achternaam";
const JAAR: &str = "/bijdragen/*/inhoud/persoon/geboortejaar";

const KANALEN: [Kanaal; 6] = [
    Kanaal::Casusoverleg,
    Kanaal::Wettelijk,
    Kanaal::Betrokkene,
    Kanaal::Derde,
    Kanaal::Aggregaat,
    Kanaal::Beheer,
];

fn opdracht() -> Opdracht<'static> {
    Opdracht {
        voorvoegsel: PREFIX,
        organisatie: Some("00000099000000003000".parse().unwrap()),
        quarantaine_dagen: 30,
    }
}

fn record(nummer: u64, stap: Stap, effect: &str, verwerking: &str, inhoud: Inhoud) -> Record {
    Record {
        versie: 1,
        nummer,
        tijd_ms: 1_700_000_000_000 + nummer,
        stap,
        effect: effect.into(),
        trace_id: String::new(),
        span_id: String::new(),
        verwerking: format!("{PREFIX}{verwerking}"),
        inhoud,
        vorige: String::new(),
    }
}

fn besluit(nummer: u64, effect: &str, paden: &[(&str, &str)]) -> Record {
    let group = |(actie, pad): &(&str, &str)| Padgroep {
        bijdrage: Some(0),
        actie: (*actie).into(),
        regel: "r".into(),
        reden: String::new(),
        artikel: String::new(),
        paden: vec![(*pad).into()],
    };
    let inhoud = Inhoud {
        bericht: "hulpvraag".into(),
        casus: "cas-7f3a".into(),
        uitkomst: "geminimaliseerd".into(),
        ontvanger: SWV.into(),
        grondslag: "school-swv-wettelijke-taak".into(),
        paden: paden.iter().map(group).collect(),
        ..Inhoud::default()
    };
    record(nummer, Stap::Besluit, effect, "thuiszitterstafel", inhoud)
}

fn vertrek(nummer: u64, stap: Stap, effect: &str) -> Record {
    let without = besluit(nummer, effect, &[]);
    Record { stap, ..without }
}

fn register(records: &[Record]) -> Register {
    let mut tellen = Stromen::tel(&RULES);
    records.iter().for_each(|r| tellen.neem(r));
    Register::of(&RULES, &opdracht(), &tellen.klaar())
}

#[test]
fn whatever_the_journal_can_name_is_in_the_register() {
    let overleggen = RULES.overleggen().iter().map(|o| o.id.as_str()).chain([ONBEKEND]);
    let mut records = Vec::new();
    for overleg in overleggen {
        for kanaal in KANALEN {
            let n = records.len() as u64 + 1;
            records.push(record(
                n,
                Stap::Aanvaard,
                "e",
                activiteit(kanaal, overleg),
                Inhoud::default(),
            ));
        }
    }
    let made = register(&records);
    assert_eq!(made.open_einden, [], "an activity that nobody describes");
    let counted: u64 = made.verwerkingen.iter().map(|v| v.gestroomd.regels).sum();
    assert_eq!(counted, records.len() as u64);
    // And it can object.
    let stray = register(&[record(1, Stap::Aanvaard, "e", "verdwenen-tafel", Inhoud::default())]);
    assert_eq!(stray.open_einden.len(), 1);
    assert_eq!(stray.open_einden[0].verwerking, format!("{PREFIX}verdwenen-tafel"));
}

#[test]
fn every_activity_that_gives_something_says_all_that_article_30_asks() {
    let made = register(&[]);
    assert_eq!(made.ontbreekt, Vec::<String>::new());
    let mut giving = 0;
    for v in made.verwerkingen.iter().filter(|v| !v.ontvangers.is_empty()) {
        giving += 1;
        assert!(!v.doeleinden.is_empty(), "{}: purposes", v.id);
        assert!(!v.betrokkenen.is_empty() && !v.categorieen.is_empty(), "{}", v.id);
        assert!(!v.grondslagen.is_empty(), "{}: bases", v.id);
        assert!(v.bewaartermijnen.len() > 1, "{}: retention", v.id);
        assert!(!v.doorgifte_buiten_eer);
        for o in &v.ontvangers {
            assert!(!o.van.is_empty() && !o.letters.is_empty(), "{}: {}", v.id, o.taak);
        }
    }
    assert_eq!(giving, 8, "five consultations, statutes, the betrokkene, third parties");
    assert!(!made.beveiliging.is_empty());
    // Kept to what the rules say: the desk never hands absence to anybody, the table does.
    let letters = |id: &str| -> String {
        let v = made.verwerkingen.iter().find(|v| v.id.ends_with(id)).unwrap();
        v.categorieen.iter().map(|c| c.letter).collect()
    };
    assert!(letters("thuiszitterstafel").contains('g') && !letters(":loket-voorschool").contains('b'));
}

#[test]
fn a_changed_rule_changes_the_register() {
    let before = register(&[]);
    let mut sources = region::example();
    let text = region::text(&mut sources, "derde.toml");
    *text = text.replace(
        "\"gezondheid.belastbaarheid\", \"gezondheid.aanpassing\"",
        "\"hulpvraag.vraag\"",
    );
    let rules = Rulebook::parse(&sources).unwrap_or_else(|f| panic!("{:?}", f[0].message));
    let after = Register::of(&rules, &opdracht(), &Stromen::default());
    let special = |r: &Register| {
        let v = r.verwerkingen.iter().find(|v| v.id.ends_with(":derde")).unwrap();
        v.categorieen.iter().any(|c| c.letter == 'e')
    };
    assert!(special(&before) && !special(&after));
    assert_ne!(before.regelboek, after.regelboek);
}

#[test]
fn what_is_not_written_is_reported_and_not_made_up() {
    let mut sources = region::example();
    sources.rules.retain(|s| s.name != "informatie.toml");
    let rules = Rulebook::parse(&sources).unwrap_or_else(|f| panic!("{:?}", f[0].message));
    let made = Register::of(&rules, &opdracht(), &Stromen::default());
    assert!(made.ontbreekt.iter().any(|o| o.contains("bewaartermijn van school")));
    assert!(made.ontbreekt.iter().any(|o| o.contains("verantwoordelijke")));
    assert!(made.ontbreekt.iter().any(|o| o.contains("beveiliging")));
}

#[test]
fn empty_texts_are_refused_and_superfluous_ones_told() {
    let cases = [
        ("[[doel]]\nid = \"z\"\nnl = \"x\"\nen = \"x\"\n", "`doel z`"),
        ("[[stroom]]\nid = \"toeleiding\"\nnl = \" \"\nen = \"x\"\n", "leeg"),
        (
            "[[contact]]\noin = \"00000099000000009999\"\nnaam = \"x\"\nemail = \"x\"\n",
            "`00000099000000009999`",
        ),
        (
            "[[contact]]\noin = \"00000099000000003000\"\nnaam = \"onbereikbaar\"\n",
            "leeg",
        ),
    ];
    for (text, says) in cases {
        let mut sources = region::example();
        *region::text(&mut sources, "informatie.toml") = format!("{text}# einde\n");
        let findings = match Rulebook::check(&sources) {
            Ok((_, warnings)) => warnings,
            Err(findings) => findings,
        };
        assert!(
            findings.iter().any(|f| f.message.contains(says)),
            "{text}: {findings:?}"
        );
    }
}

#[test]
fn only_what_left_was_given() {
    let went = |records: &[Record]| {
        let mut all = Verstrekkingen::new(&RULES);
        records.iter().for_each(|r| all.neem(r));
        all.alle()
    };
    let decided = besluit(
        1,
        "e1",
        &[("doorgelaten", NAAM), ("gegeneraliseerd", JAAR), ("weggelaten", NAAM)],
    );
    // Decided and laid in a mailbox: nobody has it.
    assert_eq!(went(&[decided.clone(), vertrek(2, Stap::Afgeleverd, "e1")]), []);
    // Fetched: somebody has it, also when it is never confirmed.
    let fetched = went(&[
        decided.clone(),
        vertrek(2, Stap::Afgeleverd, "e1"),
        vertrek(3, Stap::Opgehaald, "e1"),
    ]);
    assert_eq!((fetched.len(), fetched[0].zekerheid), (1, Zekerheid::Zeker));
    let name = |id| RULES.gegevens().name(id).to_owned();
    assert_eq!(fetched[0].geheel.iter().map(name).collect::<Vec<_>>(), ["persoon.naam"]);
    assert_eq!(
        fetched[0].minder.iter().map(name).collect::<Vec<_>>(),
        ["persoon.geboortedatum"]
    );
    assert!(fetched[0].volledig);
    // Sent, and the end is not known: possibly, until it is.
    let sent = [decided.clone(), vertrek(2, Stap::Vertrek, "e1")];
    assert_eq!(went(&sent)[0].zekerheid, Zekerheid::Mogelijk);
    let mut known = sent.to_vec();
    known.push(vertrek(3, Stap::Afgeleverd, "e1"));
    assert_eq!(went(&known)[0].zekerheid, Zekerheid::Zeker);
    // Made narrower at the last moment: only that went.
    let mut narrow = vertrek(2, Stap::Vertrek, "e1");
    narrow.inhoud.paden = besluit(2, "e1", &[("doorgelaten", NAAM)]).inhoud.paden;
    let narrowed = went(&[decided, narrow]);
    assert!(narrowed[0].minder.is_empty() && narrowed[0].geheel.len() == 1);
    // A path that these rules do not have is said, not passed over.
    assert!(
        !went(&[
            besluit(1, "e", &[("doorgelaten", "/weg")]),
            vertrek(2, Stap::Vertrek, "e")
        ])[0]
            .volledig
    );
}

#[test]
fn what_flowed_is_counted_per_receiver() {
    let made = register(&[
        besluit(1, "e1", &[("doorgelaten", NAAM)]),
        vertrek(2, Stap::Vertrek, "e1"),
        vertrek(3, Stap::Afgeleverd, "e1"),
        besluit(4, "e2", &[("doorgelaten", NAAM)]),
        vertrek(5, Stap::Vertrek, "e2"),
    ]);
    let v = made
        .verwerkingen
        .iter()
        .find(|v| v.id.ends_with("thuiszitterstafel"))
        .unwrap();
    let g = &v.gestroomd;
    assert_eq!((g.regels, g.besluiten, g.geblokkeerd, g.ontvangers.len()), (5, 2, 0, 1));
    let o = &g.ontvangers[0];
    assert_eq!(
        (o.berichten, o.onzeker, o.letters.iter().collect::<String>()),
        (2, 1, "a".into())
    );
    assert_eq!(o.naam.as_deref(), Some("Samenwerkingsverband Voorbeeldeiland"));
    assert!(v.ontvangers.iter().any(|o| o.taak == Taak::Samenwerkingsverband));
}
