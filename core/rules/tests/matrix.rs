//! The matrix says what the gates do: for every pair, phase, purpose and kind of message of every consultation, what
//! passes when all facts agree, and what passes when consent is missing, is what the cells say.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "support/outside.rs"]
mod outside;
#[path = "support/region.rs"]
mod region;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jiff::civil::{Date, date};
use sluis_rules::event::{Bericht, Kanaal};
use sluis_rules::facts::{Dossier, Feit};
use sluis_rules::gates::{Aanvraag, decide};
use sluis_rules::gegeven::{Actie, Beroepsgeheim, GegevenSet, Wijze};
use sluis_rules::ids::{Partij, Taak};
use sluis_rules::matrix::{
    Aard, BETROKKENE, Categorie, Cel, DERDE, Matrix, OVERDRACHT, Plek, Precisie, Stand, WETTELIJK, changes, markdown,
    per_categorie,
};
use sluis_rules::rulebook::{Casusoverleg, Rulebook};
use sluis_rules::scan::{BijdrageInventory, Inventory};

use outside::{facts_outside, region_by_statute, stranger};

const DAY: Date = date(2026, 11, 23);

fn example() -> &'static Rulebook {
    static RULES: OnceLock<Rulebook> = OnceLock::new();
    RULES.get_or_init(|| Rulebook::parse(&region::example()).expect("the example region"))
}

fn matrix() -> &'static Matrix {
    static MATRIX: OnceLock<Matrix> = OnceLock::new();
    MATRIX.get_or_init(|| Matrix::of(example()))
}

/// One party per task and side, so that a task can also send to itself.
fn party(side: u8, taak: Taak) -> Partij {
    format!("0000009900000000{side}000/{taak}").parse().unwrap()
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Consent {
    Everything,
    /// Only what lets a request be handled at all.
    Condition,
}

/// Where rules work: a consultation, or a handover from one to another.
struct Tafel {
    name: String,
    /// The table of the case: its phases, its applicant.
    first: &'static Casusoverleg,
    /// The table that receives: its purposes.
    second: &'static Casusoverleg,
}

impl Tafel {
    fn all() -> Vec<Self> {
        let rules = example();
        let find = |id: &str| rules.overleggen().iter().find(|o| o.id == id).unwrap();
        let of = |name: String, first, second| Self { name, first, second };
        let tables = rules.overleggen().iter().map(|o| of(o.id.clone(), o, o));
        let handovers = rules.overdrachten().iter();
        tables
            .chain(handovers.map(|h| {
                let name = format!("{OVERDRACHT}{}", h.id);
                of(name, find(&h.van_overleg), find(&h.naar_overleg))
            }))
            .collect()
    }
}

fn dossier(t: &Tafel, fase: &str, van: Partij, naar: Partij, verzuim: Option<&str>, consent: Consent) -> Dossier {
    let (o, doelen) = (t.first, &t.second.doelen);
    let rules = example();
    let stems: BTreeSet<String> = rules
        .gegevens()
        .iter()
        .map(|(_, g)| format!("{}.*", g.id.split('.').next().unwrap()))
        .collect();
    let listed: Vec<&String> = stems
        .iter()
        .filter(|s| consent == Consent::Everything || !["vrij.*", "bijlage.*"].contains(&s.as_str()))
        .collect();
    let asker = o.aanvragers.first().map_or(van, |t| party(3, *t));
    let mut facts = vec![
        serde_json::json!({"soort":"casus","casus":"c","casusoverleg":o.id,"doelen":doelen,
        "vanaf":"2026-01-01","verzuim":verzuim}),
    ];
    facts.push(serde_json::json!({"soort":"fase","casus":"c","fase":fase,"vanaf":"2026-01-01","herbeoordeeld":true}));
    let lead = party(4, o.deelnemers[0].taak);
    for p in [van, naar, asker, lead] {
        facts.push(serde_json::json!({"soort":"toetreding","partij":p,"ondertekend_op":"2026-01-01","bekendgemaakt_op":"2026-01-01"}));
        facts.push(serde_json::json!({"soort":"deelname","casus":"c","partij":p,"vanaf":"2026-01-01"}));
    }
    if t.first.id != t.second.id {
        facts.push(
            serde_json::json!({"soort":"overdracht","casus":"c","van_overleg":o.id,"naar_overleg":t.second.id,
            "ontvangers":[naar],"op":"2026-01-01","besluit_door":lead}),
        );
    }
    facts.push(serde_json::json!({"soort":"regierol","casus":"c","partij":lead,"vanaf":"2026-01-01"}));
    facts.push(
        serde_json::json!({"soort":"informering","casus":"c","door":van,"op":"2026-01-01","wijze":"gesprek",
        "bekend_bij_deelnemers":true}),
    );
    facts.push(
        serde_json::json!({"soort":"vrijgave","casus":"c","professional":"account-1","gegevens":stems,
        "ontvanger":naar,"op":"2026-01-01"}),
    );
    let mut consents = vec![("bijlage-3-voorwaarde", asker), ("bijlage-3-voorwaarde", van)];
    if consent == Consent::Everything {
        consents.extend([("grondslag", van), ("doorbreking-geheim", van)]);
    }
    for (n, (kind, who)) in consents.into_iter().enumerate() {
        facts.push(
            serde_json::json!({"soort":"toestemming","id":format!("t{n}"),"casus":"c","kind":kind,
            "verstrekker":who,"gegevens":listed,"doelen":doelen,"ontvangers":[naar],"schriftelijk_op":"2026-01-01"}),
        );
    }
    let facts: Vec<Feit> = serde_json::from_value(facts.into()).unwrap();
    Dossier::build(&facts, 1, "c", DAY, rules.gegevens())
}

/// A message that holds every element of its kind.
fn full(van: Partij, bericht: Bericht) -> Inventory {
    Inventory {
        bijdragen: vec![BijdrageInventory {
            inbrenger: van,
            beroepsgeheim: Beroepsgeheim::Geen,
            gegevens: example().tree(bericht).gegevens(),
            nodes: Default::default(),
        }],
        gaps: Vec::new(),
        gap_count: 0,
        raised: GegevenSet::EMPTY,
    }
}

/// What the cells say may pass.
#[allow(clippy::too_many_arguments, reason = "the coordinates of one decision")]
fn told(
    t: &Tafel,
    fase: &str,
    doel: &str,
    van: Taak,
    naar: Taak,
    bericht: Bericht,
    verzuim: Option<&str>,
    consent: Consent,
) -> Vec<(String, Precisie)> {
    let rules = example();
    let mut out = Vec::new();
    let mut set = GegevenSet::EMPTY;
    for (id, g) in rules.gegevens().iter() {
        let plek = Plek {
            overleg: t.name.as_str().into(),
            van,
            naar,
            fase: fase.into(),
            gegeven: g.id.as_str().into(),
        };
        let ways = matrix().cellen.get(&plek).into_iter().flat_map(|c| &c.varianten);
        let best = ways
            .filter(|v| v.bij.get(&bericht).is_some_and(|d| d.contains(doel)))
            .map(|v| &v.doorgang)
            .filter(|d| d.alleen_bij.is_empty() || verzuim.is_some_and(|v| d.alleen_bij.iter().any(|w| w == v)))
            .filter(|d| consent == Consent::Everything || !d.toestemming)
            .map(|d| d.precisie)
            .max();
        if let Some(precisie) = best {
            set.insert(id);
            out.push((g.id.clone(), precisie));
        }
    }
    if rules
        .tree(bericht)
        .required()
        .iter()
        .any(|group| group.and(set).is_empty())
    {
        out.clear();
    }
    out
}

#[test]
fn every_cell_is_what_the_gates_do() {
    let rules = example();
    let mut compared = 0;
    for t in Tafel::all() {
        let mut tasks = BTreeSet::new();
        for o in [t.first, t.second] {
            tasks.extend(o.deelnemers.iter().map(|d| d.taak));
            tasks.extend(o.aanvragers.iter().chain(&o.uitkomst_naar));
        }
        tasks.extend([Taak::Mbo, Taak::Derde]);
        for (van, naar) in tasks.iter().flat_map(|v| tasks.iter().map(move |n| (*v, *n))) {
            let (sender, receiver) = (party(1, van), party(2, naar));
            for fase in &t.first.fasen {
                for (verzuim, consent) in [
                    (None, Consent::Everything),
                    (None, Consent::Condition),
                    (Some("absoluut"), Consent::Everything),
                ] {
                    let dossier = dossier(&t, fase, sender, receiver, verzuim, consent);
                    for (doel, bericht) in t.second.doelen.iter().flat_map(|d| Bericht::ALL.map(|b| (d, b))) {
                        let vraag = Aanvraag {
                            kanaal: Kanaal::Casusoverleg,
                            casusoverleg: &t.second.id,
                            casus: "c",
                            fase,
                            doel,
                            grondslag: None,
                            afzender: sender,
                            ontvanger: receiver,
                            bericht,
                            afzender_bewezen: true,
                        };
                        let verdict = decide(rules, &dossier, &vraag, &full(sender, bericht), DAY);
                        let action = |id| verdict.plan.as_ref().map_or(Actie::Drop, |p| p.plan.action(id));
                        let present = rules.tree(bericht).gegevens();
                        let found: Vec<(String, Precisie)> = present
                            .and(verdict.masks[0])
                            .iter()
                            .map(|id| {
                                let precisie = match action(id) {
                                    Actie::Permit => Precisie::Heel,
                                    Actie::Generalise(Wijze::Dat) => Precisie::Dat,
                                    Actie::Generalise(w) => Precisie::Minder(w),
                                    Actie::Drop => panic!("a mask wider than its plan"),
                                };
                                (rules.gegevens().name(id).to_owned(), precisie)
                            })
                            .collect();
                        let told = told(&t, fase, doel, van, naar, bericht, verzuim, consent);
                        assert_eq!(
                            found,
                            told,
                            "{} {van} → {naar} {fase} {doel} {} {verzuim:?} {consent:?} {:?}",
                            t.name,
                            bericht.as_str(),
                            verdict.redenen().collect::<Vec<_>>()
                        );
                        compared += 1;
                    }
                }
            }
        }
    }
    assert!(compared > 10_000, "{compared}");
}

/// What a message may hold by one of the other channels, when all facts agree, is what its cells say.
#[test]
fn every_cell_of_the_other_channels_is_what_the_gates_do() {
    let rules = example();
    let mut compared = 0;
    let flows = rules
        .stromen()
        .iter()
        .map(|s| (format!("{WETTELIJK}{}", s.id), Kanaal::Wettelijk, None, s.id.as_str()));
    let told = rules.overleggen().iter().flat_map(|o| {
        let name = format!("{BETROKKENE}{}", o.id);
        o.doelen
            .iter()
            .map(move |d| (name.clone(), Kanaal::Betrokkene, Some(o), d.as_str()))
    });
    let home = &rules.overleggen()[0];
    let third = home
        .doelen
        .iter()
        .map(|d| (DERDE.to_owned(), Kanaal::Derde, Some(home), d.as_str()));
    for (name, kanaal, overleg, doel) in flows.chain(told).chain(third).collect::<Vec<_>>() {
        let receivers = match kanaal {
            Kanaal::Wettelijk => Taak::ALL.to_vec(),
            Kanaal::Betrokkene => vec![Taak::Betrokkene],
            _ => vec![Taak::Derde],
        };
        for (van, naar) in Taak::ALL.iter().flat_map(|v| receivers.iter().map(move |n| (*v, *n))) {
            let (sender, receiver) = (stranger(1, van), stranger(2, naar));
            let dossier = facts_outside(overleg, sender, receiver);
            for bericht in Bericht::ALL {
                let vraag = Aanvraag {
                    kanaal,
                    casusoverleg: overleg.map_or("", |o| &o.id),
                    casus: "c",
                    fase: overleg.map_or("", |o| &o.fasen[0]),
                    doel,
                    grondslag: None,
                    afzender: sender,
                    ontvanger: receiver,
                    bericht,
                    afzender_bewezen: true,
                };
                let verdict = decide(region_by_statute(), &dossier, &vraag, &full(sender, bericht), DAY);
                let present = rules.tree(bericht).gegevens();
                let found: Vec<String> = present
                    .and(verdict.masks[0])
                    .iter()
                    .map(|id| rules.gegevens().name(id).to_owned())
                    .collect();
                let fase = "altijd";
                let cells = rules.gegevens().iter().filter(|(_, g)| {
                    cell(&name, van, naar, fase, &g.id).is_some_and(|c| {
                        c.varianten
                            .iter()
                            .any(|v| v.bij.get(&bericht).is_some_and(|d| d.contains(doel)))
                    })
                });
                let told: Vec<String> = cells.map(|(_, g)| g.id.clone()).collect();
                assert_eq!(
                    found,
                    told,
                    "{name} {van} → {naar} {doel} {} {:?}",
                    bericht.as_str(),
                    verdict.redenen().collect::<Vec<_>>()
                );
                compared += usize::from(!told.is_empty());
            }
        }
    }
    assert!(compared > 30, "{compared}");
}

fn cell(overleg: &str, van: Taak, naar: Taak, fase: &str, gegeven: &str) -> Option<&'static Cel> {
    matrix().cellen.get(&Plek {
        overleg: overleg.into(),
        van,
        naar,
        fase: fase.into(),
        gegeven: gegeven.into(),
    })
}

#[test]
fn known_cells_are_as_a_lawyer_expects() {
    use Taak::{Jeugd, Jgz, Leerplicht, Samenwerkingsverband, School};
    let tzt = |van, naar, fase, gegeven| cell("thuiszitterstafel", van, naar, fase, gegeven).map(Cel::stand);
    assert_eq!(tzt(School, Leerplicht, "intake", "persoon.naam"), Some(Stand::Ja));
    assert_eq!(
        tzt(School, Leerplicht, "intake", "persoon.postcode"),
        Some(Stand::Minder)
    );
    assert_eq!(tzt(Samenwerkingsverband, School, "intake", "persoon.bsn"), None);
    assert_eq!(tzt(School, Jgz, "beoordeling", "persoon.religie"), None);
    // Secret by its source, whole or not.
    let secret = matrix().cellen.iter().filter(|(p, _)| p.van == Jgz);
    for (plek, cel) in secret {
        assert!(cel.varianten.iter().all(|v| v.doorgang.toestemming), "{plek:?}");
    }
    // The outcome only, to who does not sit at the table.
    let outcome = matrix().cellen.iter();
    for (plek, cel) in outcome.filter(|(p, _)| &*p.overleg == "loket-onderwijs" && p.naar == School) {
        let kinds: BTreeSet<Bericht> = cel.varianten.iter().flat_map(|v| v.bij.keys().copied()).collect();
        assert!(kinds.is_subset(&[Bericht::Verslag, Bericht::Status].into()), "{plek:?}");
    }
    assert_eq!(
        cell(
            "loket-onderwijs",
            School,
            Jeugd,
            "beoordeling",
            "gezondheid.behandeling"
        )
        .map(Cel::stand),
        Some(Stand::Dat)
    );
}

#[test]
fn free_text_stands_apart_from_its_letter() {
    let all = per_categorie(matrix());
    assert!(all.keys().any(|p| p.categorie == Categorie::Vrij));
    assert!(all.keys().all(|p| p.categorie != Categorie::Buiten));
    // No free text without consent: it may hold anything.
    for (plek, stand) in all.iter().filter(|(p, _)| p.categorie == Categorie::Vrij) {
        assert!(*stand <= Stand::Toestemming || plek.van == Taak::Betrokkene, "{plek:?}");
    }
    for text in ["a", "i", "vrij", "buiten"] {
        assert_eq!(text.parse::<Categorie>().unwrap().to_string(), text);
    }
    assert!(["j", "", "ab", "-"].iter().all(|t| t.parse::<Categorie>().is_err()));
}

fn after(file: &str, old: &str, new: &str) -> Rulebook {
    let mut sources = region::example();
    let source = sources.rules.iter_mut().find(|s| s.name == file).unwrap();
    assert!(source.text.contains(old), "the change must hit: {old}");
    source.text = source.text.replacen(old, new, 1);
    Rulebook::parse(&sources).unwrap_or_else(|f| panic!("{f:?}"))
}

#[test]
fn a_change_is_wider_narrower_or_only_another_reason() {
    assert!(changes(matrix(), matrix()).is_empty());
    let id = "id = \"lvs-beoordeling-geboortedatum-samenwerkingsverband\"";
    let narrower = Matrix::of(&after(
        "casusoverleg/loket-voorschool.toml",
        &format!(
            "{id}\nvan = [\"kinderopvang\"]\nnaar = [\"samenwerkingsverband\"]\nberichten = [\"hulpvraag\"]\nfasen = [\"beoordeling\"]\ndoelen = [\"b\", \"c\", \"e\"]\ngegevens = [\"persoon.geboortedatum\"]\nactie = \"toestaan\""
        ),
        &format!(
            "{id}\nvan = [\"kinderopvang\"]\nnaar = [\"samenwerkingsverband\"]\nberichten = [\"hulpvraag\"]\nfasen = [\"beoordeling\"]\ndoelen = [\"b\", \"c\"]\ngegevens = [\"persoon.geboortedatum\"]\nactie = \"toestaan\""
        ),
    ));
    let one = |a: &Matrix, b: &Matrix| -> Vec<(Aard, String)> {
        changes(a, b)
            .iter()
            .map(|v| (v.aard, v.plek.gegeven.to_string()))
            .collect()
    };
    let what = "persoon.geboortedatum".to_owned();
    assert_eq!(one(matrix(), &narrower), [(Aard::Smaller, what.clone())]);
    assert_eq!(one(&narrower, matrix()), [(Aard::Ruimer, what.clone())]);
    let renamed = Matrix::of(&after("casusoverleg/loket-voorschool.toml", id, "id = \"lvs-anders\""));
    assert_eq!(one(matrix(), &renamed), [(Aard::Onderbouwing, what)]);
    let stricter = Matrix::of(&after(
        "grondslagen.toml",
        "toestemming = \"bijzonder\"\nsoort = \"grondslag\"\nletters = [\"a\", \"b\", \"c\", \"d\", \"f\", \"g\", \"h\", \"i\"]",
        "toestemming = \"alles\"\nsoort = \"grondslag\"\nletters = [\"a\", \"b\", \"c\", \"d\", \"f\", \"g\", \"h\", \"i\"]",
    ));
    let found = changes(matrix(), &stricter);
    assert!(!found.is_empty());
    for v in found {
        assert_eq!(
            (v.aard, v.plek.van, v.plek.naar),
            (Aard::Smaller, Taak::Leerplicht, Taak::School)
        );
    }
}

#[test]
fn the_document_is_the_same_every_time_and_stays_readable() {
    let text = markdown(example(), matrix());
    assert_eq!(text, markdown(example(), &Matrix::of(example())));
    assert!(text.lines().count() < 4000);
    for o in example().overleggen() {
        assert!(text.contains(&format!("(`{}`)", o.id)));
    }
    // Every row has as many columns as its table.
    let mut columns = 0;
    for line in text.lines() {
        let bars = line.matches('|').count();
        if !line.starts_with('|') {
            columns = 0;
        } else if columns == 0 {
            columns = bars;
        }
        assert_eq!(bars, columns, "{line}");
    }
}
