//! The channels beside the consultations: what their files must not say, and bills as dated switches.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "support/region.rs"]
mod region;

use region::example;
use sluis_rules::event::Event;
use sluis_rules::facts::{Dossier, Feit};
use sluis_rules::gates::{Aanvraag, decide};
use sluis_rules::rulebook::{Finding, Rulebook, Sources};
use sluis_rules::scan::{self, Caps, Scratch};
use sluis_rules::verdict::{Reden, Verdict};

/// The rules after changes that must hit: file, what stands there, what comes in its place.
fn changed(changes: &[(&str, &str, &str)]) -> Sources {
    let mut sources = example();
    for (file, old, new) in changes {
        let source = sources.rules.iter_mut().find(|s| s.name == *file).unwrap();
        assert!(source.text.contains(old), "the change must hit: {old}");
        source.text = source.text.replacen(old, new, 1);
    }
    sources
}

fn refused(file: &str, old: &str, new: &str, word: &str) {
    let sources = changed(&[(file, old, new)]);
    let findings: Vec<Finding> = Rulebook::parse(&sources).err().unwrap_or_default();
    let found = findings.iter().find(|f| f.message.contains(word));
    let found = found.unwrap_or_else(|| panic!("{old} → {new} must be refused for `{word}`, found {findings:#?}"));
    assert_eq!(found.file, file);
    let text = &sources.rules.iter().find(|s| s.name == file).unwrap().text;
    // The caret stands under something.
    assert!(!text[found.span.clone()].is_empty());
    assert!(found.line_column(text).0 > 1 && !found.help.is_empty());
}

const REPORT: &str = "wettelijk/verzuimmelding.toml";

#[test]
fn a_rule_past_a_hard_limit_of_its_channel_is_refused() {
    let reason = "gegevens = [\"verzuim.vermoedelijke_reden\"]";
    for (element, word) in [
        ("verzuim.ziekmeldingen", "langste lijst"),
        ("gezondheid.diagnose", "langste lijst"),
        ("intern.notitie", "geen enkel kanaal"),
        ("persoon.strafblad", "geen enkel kanaal"),
        ("persoon.etniciteit", "geen enkel kanaal"),
        ("gezin.schulden", "geen enkel kanaal"),
    ] {
        refused(REPORT, reason, &format!("gegevens = [\"{element}\"]"), word);
    }
    let flow = "wettelijk/individuele-voorziening.toml";
    refused(
        flow,
        "[\"persoon.naam\", \"persoon.geboortedatum\"]",
        "[\"persoon.naam\", \"persoon.bsn\"]",
        "langste lijst",
    );
    refused(
        "derde.toml",
        "\"hulpvraag.vraag\"",
        "\"persoon.naam\"",
        "wijst iemand aan",
    );
    refused(
        "derde.toml",
        "\"hulpvraag.vraag\"",
        "\"vrij.toelichting\"",
        "vrije tekst",
    );
    refused("derde.toml", "\"hulpvraag.vraag\"", "\"persoon.geslacht\"", "5.1");
    refused("betrokkene.toml", "\"status.hulpvraag\"", "\"persoon.bsn\"", "BSN");
    refused(
        "betrokkene.toml",
        "\"status.hulpvraag\"",
        "\"vrij.verslag\"",
        "vrije tekst",
    );
}

#[test]
fn a_flow_runs_only_where_a_statute_does() {
    refused(
        REPORT,
        "naar = [\"duo\", \"leerplicht\"]",
        "naar = [\"jgz\"]",
        "geen wet",
    );
    refused(REPORT, "id = \"verzuimmelding\"", "id = \"melding\"", "bestand");
    refused(REPORT, "vereist = [[", "vereist = [] # [[", "lege melding");
    refused(
        REPORT,
        "vereist = [[\"persoon.bsn\"",
        "vereist = [[\"persoon.bns\"",
        "woordenboek",
    );
    refused(REPORT, "berichten = [\"hulpvraag\"]", "doelen = [\"a\"]", "past niet");
    refused(
        REPORT,
        "berichten = [\"hulpvraag\"]",
        "berichten = []",
        "noemt geen berichten",
    );
    refused(REPORT, "id = \"vm-leerling\"", "id = \"tl-dat\"", "bestaat al");
    refused(
        REPORT,
        "wet = \"Leerplichtwet 21a\"",
        "wet = \"Leerplichtwet 21a\"\nook_onder_geheim = true",
        "jeugdhulpaanbieder",
    );
    let bases = "grondslagen.toml";
    refused(bases, "stroom = \"verzuimmelding\"", "", "noemt haar stroom niet");
    refused(
        bases,
        "stroom = \"verzuimmelding\"",
        "stroom = \"zomaar\"",
        "bestaat niet",
    );
    refused(
        bases,
        "stroom = \"verzuimmelding\"",
        "letters = [\"a\"]\nstroom = \"verzuimmelding\"",
        "eigen lijst",
    );
    refused(
        bases,
        "artikel = \"4.3\"\ntoestemming = \"geen\"",
        "artikel = \"4.3\"\ntoestemming = \"alles\"",
        "geen toestemming",
    );
    refused(
        bases,
        "naar = [\"derde\"]",
        "naar = [\"school\"]",
        "alleen naar een derde",
    );
    refused(
        "convenant.toml",
        "taak = \"duo\"",
        "taak = \"derde\"",
        "wettelijke kanaal",
    );
    refused(
        "convenant.toml",
        "oin = \"00000099000000002900\"",
        "oin = \"00000099000000002000\"",
        "staat er in deze taak al",
    );
    refused(
        "betrokkene.toml",
        "kanaal = \"betrokkene\"",
        "kanaal = \"derde\"",
        "niet dat van het bestand",
    );
    refused(
        "betrokkene.toml",
        "overleggen = [\"vot\"]",
        "overleggen = [\"tov\"]",
        "bestaat niet",
    );
    refused(
        "betrokkene.toml",
        "van = [\"kinderopvang\"]",
        "van = [\"leerplicht\"]",
        "doet niet mee",
    );
    refused(
        "derde.toml",
        "doelen = [\"b\", \"e\"]",
        "doelen = [\"z\"]",
        "bestaat niet",
    );
}

#[test]
fn a_bill_is_a_dated_switch_that_somebody_must_name_right() {
    let flow = "wettelijk/verzuimregister-swv.toml";
    let with = "alleen_met = \"terugdringen-verzuim\"";
    refused(flow, with, "alleen_met = \"terugdringen\"", "bestaat niet");
    refused(
        flow,
        with,
        "alleen_met = \"wams\"\nvervalt_met = \"wams\"",
        "werkt nooit",
    );
    refused(
        "wetsvoorstellen.toml",
        "id = \"wams\"",
        "id = \"wams\"\naan = true",
        "zonder dag",
    );
    refused(
        "wetsvoorstellen.toml",
        "id = \"wams\"",
        "id = \"terugdringen-verzuim\"",
        "twee keer",
    );
}

/// What the example region decides on a day about a report of the school to leerplicht.
fn on(sources: &Sources, dag: &str) -> (Rulebook, Verdict) {
    let rules = Rulebook::parse(sources).unwrap_or_else(|f| panic!("{f:#?}"));
    let body = br#"{"specversion":"1.0","id":"e-1","source":"urn:nld:oin:00000099000000001000:systeem:proef",
        "type":"nl.onderwijs-jeugd.hulpvragen.hulpvraag.v1","kanaal":"wettelijk","casus":"mel-1","doel":"verzuimmelding",
        "afzender":"00000099000000001000/school","ontvanger":"00000099000000002000/leerplicht",
        "data":{"bericht":"hulpvraag","versie":"1","kenmerk":"ba714faf-16cf-56da-8276-66b0c808cdd4","datum":"2026-11-02",
        "bijdragen":[{"inbrenger":"00000099000000001000/school","beroepsgeheim":"geen","inhoud":{
        "persoon":{"bsn":"999900006"},"verzuim":{"soort":"relatief","ongeoorloofd":[{"volgnummer":1,"begin":"2026-10-19","uren":18}],
        "vermoedelijkeReden":"werk"}}}]}}"#;
    let (event, data) = Event::parse(body).unwrap();
    let dag = dag.parse().unwrap();
    let scratch = &mut Scratch::default();
    let inventory = scan::inventory(rules.tree(event.bericht), data, &Caps::default(), scratch).unwrap();
    let facts: Vec<Feit> = Vec::new();
    let dossier = Dossier::build(&facts, 0, &event.claim.casus, dag, rules.gegevens());
    let vraag = Aanvraag {
        kanaal: event.claim.kanaal,
        casusoverleg: &event.claim.casusoverleg,
        casus: &event.claim.casus,
        fase: &event.claim.fase,
        doel: &event.claim.doel,
        grondslag: None,
        afzender: event.claim.afzender,
        ontvanger: event.claim.ontvanger.unwrap(),
        bericht: event.bericht,
        afzender_bewezen: true,
    };
    let verdict = decide(&rules, &dossier, &vraag, &inventory, dag);
    (rules, verdict)
}

fn passes(rules: &Rulebook, verdict: &Verdict, element: &str) -> bool {
    verdict.masks[0].contains(rules.gegevens().find(element).unwrap())
}

const REASON: &str = "id = \"vm-reden\"";

#[test]
fn a_rule_lapses_on_the_day_of_the_bill_and_not_before() {
    let waits = (REPORT, REASON, "id = \"vm-reden\"\nvervalt_met = \"wams\"");
    let law = (
        "wetsvoorstellen.toml",
        "id = \"wams\"",
        "id = \"wams\"\naan = true\nvan_kracht_op = \"2026-11-10\"",
    );
    let element = "verzuim.vermoedelijke_reden";
    let off = changed(&[waits]);
    let (rules, verdict) = on(&off, "2030-01-01");
    assert!(passes(&rules, &verdict, element), "off by default, for ever");
    assert_eq!(verdict.wetsvoorstellen.len(), 1, "and named all the same");
    assert!(!verdict.wetsvoorstellen[0].aan);

    let sources = changed(&[waits, law]);
    let (rules, verdict) = on(&sources, "2026-11-09");
    assert!(passes(&rules, &verdict, element) && !verdict.wetsvoorstellen[0].aan);
    let (rules, verdict) = on(&sources, "2026-11-10");
    assert!(!passes(&rules, &verdict, element) && verdict.wetsvoorstellen[0].aan);
    assert!(
        passes(&rules, &verdict, "verzuim.soort"),
        "the rest of the report goes on"
    );

    let (_, untouched) = on(&changed(&[law]), "2026-11-10");
    assert!(
        untouched.wetsvoorstellen.is_empty(),
        "a bill that nothing depends on is not named"
    );
}

#[test]
fn a_basis_waits_for_a_bill_and_two_bills_have_days_of_their_own() {
    let basis = (
        "grondslagen.toml",
        "id = \"lpw-21a\"",
        "id = \"lpw-21a\"\nalleen_met = \"wams\"",
    );
    let rule = (
        REPORT,
        REASON,
        "id = \"vm-reden\"\nalleen_met = \"terugdringen-verzuim\"",
    );
    let first = (
        "wetsvoorstellen.toml",
        "id = \"wams\"",
        "id = \"wams\"\naan = true\nvan_kracht_op = \"2026-11-10\"",
    );
    let second = (
        "wetsvoorstellen.toml",
        "id = \"terugdringen-verzuim\"",
        "id = \"terugdringen-verzuim\"\naan = true\nvan_kracht_op = \"2026-12-01\"",
    );
    let sources = changed(&[basis, rule, first, second]);
    let element = "verzuim.vermoedelijke_reden";
    let (_, before) = on(&sources, "2026-11-09");
    assert!(before.redenen().any(|r| r == Reden::GeenGrondslag));
    let (rules, between) = on(&sources, "2026-11-30");
    assert!(!between.is_blocked() && !passes(&rules, &between, element));
    let (rules, after) = on(&sources, "2026-12-01");
    assert!(passes(&rules, &after, element));
    assert_eq!(after.wetsvoorstellen.len(), 2);
}

#[test]
fn a_channel_without_its_files_lets_nothing_pass() {
    let mut sources = example();
    sources.rules.retain(|s| !s.name.starts_with("wettelijk/"));
    let bases = sources.rules.iter_mut().find(|s| s.name == "grondslagen.toml").unwrap();
    let kept: Vec<&str> = bases
        .text
        .split("[[grondslag]]")
        .filter(|block| !block.contains("kanaal = \"wettelijk\""))
        .collect();
    bases.text = kept.join("[[grondslag]]");
    let (_, verdict) = on(&sources, "2026-11-09");
    assert!(verdict.is_blocked());
    assert!(verdict.redenen().any(|r| r == Reden::KanaalZonderRegels));
}
