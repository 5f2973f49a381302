//! The post of a region: many cases, many letters, each with what must become of it for each receiver.

use serde_json::{Value, json};

use crate::canary::{SONG, base64};
use crate::home::{JEUGD, JGZ, LEERPLICHT, SCHOOL, SWV};

/// From this day everything holds: long ago, whatever the clock of the machine says.
const SINCE: &str = "2025-01-06";

/// Cases in which everything is in order, in which nobody was informed, and that are closed.
const IN_ORDER: usize = 180;
const NOT_INFORMED: usize = 10;
const CLOSED: usize = 10;

/// What must become of a letter for one receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// In its system, once in effect.
    Pushed,
    /// In its mailbox, once.
    Mailbox,
    /// In quarantine, with this among the reasons.
    Aside(&'static str),
}

/// One event, and what is expected of it.
pub(crate) struct Letter {
    /// In a field that every receiver may have: who gets the letter gets this.
    pub(crate) mark: String,
    pub(crate) body: Vec<u8>,
    /// The connection that may send it.
    pub(crate) sender: &'static str,
    /// Receiver and fate; an empty receiver when there is none to know.
    pub(crate) fates: Vec<(&'static str, Fate)>,
}

/// The facts of all cases.
pub(crate) fn facts() -> Vec<Value> {
    let in_order = (0..IN_ORDER).flat_map(|n| case(&format!("cas-k{n:03}"), true, false));
    let silent = (0..NOT_INFORMED).flat_map(|n| case(&format!("cas-n{n:03}"), false, false));
    let closed = (0..CLOSED).flat_map(|n| case(&format!("cas-d{n:03}"), true, true));
    in_order.chain(silent).chain(closed).collect()
}

/// The facts of one case in which everyone of the table takes part.
pub(crate) fn case(casus: &str, informed: bool, closed: bool) -> Vec<Value> {
    let mut all = vec![
        json!({"soort": "casus", "casus": casus, "casusoverleg": "thuiszitterstafel", "doelen": ["a", "b"],
            "vanaf": SINCE, "verzuim": "langdurig-relatief"}),
        json!({"soort": "fase", "casus": casus, "fase": "intake", "vanaf": SINCE, "herbeoordeeld": true}),
    ];
    for partij in [SCHOOL, LEERPLICHT, JEUGD, SWV, JGZ] {
        all.push(json!({"soort": "deelname", "casus": casus, "partij": partij, "vanaf": SINCE}));
    }
    if informed {
        all.push(informing(casus));
    }
    if closed {
        all.push(json!({"soort": "sluiting", "casus": casus, "op": "2025-03-03", "reden": "jaar-terug"}));
    }
    all
}

/// That young person and parents were told.
pub(crate) fn informing(casus: &str) -> Value {
    json!({"soort": "informering", "casus": casus, "door": SCHOOL, "op": SINCE, "wijze": "gesprek",
        "bekend_bij_deelnemers": true})
}

/// The letter of this number: always the same one.
pub(crate) fn letter(n: usize) -> Letter {
    // Every kind of letter in every case.
    let casus = format!("cas-k{:03}", (n % 20 * 9 + n / 20) % IN_ORDER);
    let from_school = |to, purpose, casus: &str, fates| request(n, casus, purpose, to, fates);
    match n % 20 {
        0..=5 => from_school(Some(LEERPLICHT), "a", &casus, vec![(LEERPLICHT, Fate::Pushed)]),
        6 => from_school(Some(JEUGD), "a", &casus, vec![(JEUGD, Fate::Pushed)]),
        7..=10 => from_school(Some(SWV), "b", &casus, vec![(SWV, Fate::Pushed)]),
        11..=13 => from_school(Some(JGZ), "a", &casus, vec![(JGZ, Fate::Mailbox)]),
        14..=15 => status(n, &casus),
        16 => {
            let casus = format!("cas-n{:03}", n / 20 % NOT_INFORMED);
            let fate = (LEERPLICHT, Fate::Aside("niet-geinformeerd"));
            from_school(Some(LEERPLICHT), "a", &casus, vec![fate])
        }
        17 => from_school(
            Some(SWV),
            "f",
            &casus,
            vec![(SWV, Fate::Aside("doel-niet-van-overleg"))],
        ),
        18 if n % 40 == 18 => {
            let casus = format!("cas-d{:03}", n / 20 % CLOSED);
            from_school(Some(JGZ), "a", &casus, vec![(JGZ, Fate::Aside("casus-gesloten"))])
        }
        // Nobody knows this case, so nobody knows to whom it should go.
        18 => from_school(None, "a", "cas-onbekend", vec![("", Fate::Aside("casus-onbekend"))]),
        _ => {
            let fates = vec![
                (LEERPLICHT, Fate::Pushed),
                (JEUGD, Fate::Pushed),
                (SWV, Fate::Pushed),
                (JGZ, Fate::Mailbox),
            ];
            from_school(None, "a", &casus, fates)
        }
    }
}

/// A request of the school, with canaries in everything that no receiver may have.
pub(crate) fn request(
    n: usize,
    casus: &str,
    purpose: &str,
    to: Option<&'static str>,
    fates: Vec<(&'static str, Fate)>,
) -> Letter {
    let content = json!({
        "taal": "nl",
        "persoon": {
            "voornamen": "Noor", "achternaam": "Oefenveld", "roepnaam": mark(n), "geboortedatum": "2012-03-14",
            "leerlingnummer": format!("{SONG}{:03}", n % 1000),
            "contact": {"email": format!("{SONG}@voorbeeld.example")},
            "herkomst": {"religie": SONG, "etniciteit": format!("{SONG}{n}")},
            "justitie": {"politiecontact": format!("ooit {SONG}")}
        },
        "hulpvraag": {
            "vraag": "doorbraak", "aanleidingen": ["langdurig-verzuim"], "urgentie": "hoog",
            "dossiernummer": format!("{SONG}-{n}"),
            "toelichting": {"categorie": "onderwijs", "bron": "school", "tekst": format!("Vrije tekst, {SONG} erin.")}
        },
        "verzuim": {"soort": "langdurig-relatief", "thuiszitSinds": "2026-09-07"},
        "bijlagen": [{"naam": format!("{SONG}.pdf"), "soort": "opp", "mediatype": "application/pdf",
            "categorie": "onderwijs", "bron": "school", "inhoud": base64(&format!("brief: {SONG}"))}],
        "intern": {"notities": [{"op": "2026-09-11", "tekst": format!("{SONG} {n}")}], "signalen": [SONG]},
        format!("veld{SONG}"): {"diep": [SONG, {SONG: n}]}
    });
    letter_of(
        n,
        "hulpvraag",
        "hulpvragen",
        SCHOOL,
        "school",
        casus,
        purpose,
        to,
        content,
        fates,
    )
}

/// A request of the youth doctor about the first case, under the secrecy of the profession.
pub(crate) fn letter_from_doctor(n: usize, to: &'static str, content: Value) -> Letter {
    let letter = letter_of(
        n,
        "hulpvraag",
        "hulpvragen",
        JGZ,
        "jgz",
        "cas-0",
        "a",
        Some(to),
        content,
        Vec::new(),
    );
    let text = String::from_utf8(letter.body).unwrap();
    let body = text
        .replace("\"beroepsgeheim\":\"geen\"", "\"beroepsgeheim\":\"wgbo\"")
        .into_bytes();
    Letter { body, ..letter }
}

/// A status of the consultation for the school; everything the schema knows may pass, the rest never.
fn status(n: usize, casus: &str) -> Letter {
    let content = json!({
        "taal": "nl",
        "persoon": {"voornamen": "Noor", "achternaam": "Oefenveld", "roepnaam": mark(n)},
        "hulpvraag": {"stand": "in-behandeling", "sinds": "2026-11-20"},
        format!("veld{SONG}"): SONG
    });
    let fates = vec![(SCHOOL, Fate::Mailbox)];
    letter_of(
        n,
        "status",
        "statussen",
        SWV,
        "verband",
        casus,
        "a",
        Some(SCHOOL),
        content,
        fates,
    )
}

/// The mark of a letter, in letters only: a name has no digits.
pub(crate) fn mark(n: usize) -> String {
    let digits = format!("{n:06}");
    let letters = digits.bytes().map(|digit| char::from(digit - b'0' + b'a'));
    letters.fold("Merk-".to_owned(), |mark, letter| mark + &letter.to_string())
}

#[allow(
    clippy::too_many_arguments,
    reason = "the parts of one letter, named at both places that call"
)]
fn letter_of(
    n: usize,
    kind: &str,
    kinds: &str,
    from: &'static str,
    sender: &'static str,
    casus: &str,
    purpose: &str,
    to: Option<&'static str>,
    content: Value,
    fates: Vec<(&'static str, Fate)>,
) -> Letter {
    let id = format!("proef-{n:06}");
    let (oin, _) = from.split_once('/').unwrap();
    let mut event = json!({
        "specversion": "1.0", "id": id, "source": format!("urn:nld:oin:{oin}:systeem:proef"),
        "type": format!("nl.onderwijs-jeugd.{kinds}.{kind}.v1"), "time": "2026-11-23T09:00:00Z",
        "datacontenttype": "application/json", "kanaal": "casusoverleg", "casusoverleg": "thuiszitterstafel",
        "casus": casus, "fase": "intake", "doel": purpose, "afzender": from,
        "data": {
            "bericht": kind, "versie": "1", "kenmerk": format!("01930000-0000-7000-8000-{n:012x}"), "datum": "2026-11-23",
            "bijdragen": [{"inbrenger": from, "beroepsgeheim": "geen", "inhoud": content}]
        }
    });
    if let Some(to) = to {
        event["ontvanger"] = json!(to);
    }
    Letter {
        mark: mark(n),
        body: event.to_string().into_bytes(),
        sender,
        fates,
    }
}
