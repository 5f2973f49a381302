//! From a signal to a report: composed without a person's hand when all that is needed is known, or told what is not.
//!
//! It follows the fields of the decree: who (by the pupil number alone, for DUO knows the rest), which school and
//! branch, who reports, kind, begin and end, days and hours, the presumed reason, and whether the municipality should
//! act. No name, no address, no illness, no free text: an explanation needs its own release and is asked for.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::dag::Dag;
use super::dossier::Verzuimdossier;
use super::reden::{Pgn, VermoedelijkeReden};
use super::registratie::{RegistratieId, Soort};
use super::signaal::{Regel, Signaal, Vervolg};
use crate::ids::Partij;

/// What the desk must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Handeling {
    /// A new report.
    Registreren,
    /// Another version of a report.
    Wijzigen,
    /// The report was not right.
    Intrekken,
}

impl Handeling {
    /// The word of the canonical schema.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registreren => "registreren",
            Self::Wijzigen => "wijzigen",
            Self::Intrekken => "intrekken",
        }
    }
}

/// Why a report is withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedenIntrekking {
    /// A registration was corrected.
    Gecorrigeerd,
    /// A registration was taken back.
    Ingetrokken,
}

/// What must be known and is not: a person is asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ontbreekt {
    /// The pupil number.
    Pgn,
    /// The presumed reason.
    Reden,
    /// Who reports on behalf of the school.
    Melder,
    /// It may be reported, and somebody must decide that it is.
    Besluit,
    /// It goes to rmc of the municipality where the student lives, which registrations do not tell.
    Gemeente,
}

impl Ontbreekt {
    /// The word in the queue.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Pgn => "pgn",
            Self::Reden => "reden",
            Self::Melder => "melder",
            Self::Besluit => "besluit",
            Self::Gemeente => "gemeente",
        }
    }
}

/// A school as it stands in a report, with who reports: configuration, not data of a pupil.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Melder {
    /// The name of the branch.
    pub school: String,
    /// Who reports.
    pub naam: String,
    /// Where that person is called.
    pub telefoon: String,
    /// And written to.
    pub email: String,
}

impl std::fmt::Debug for Melder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Melder(…)")
    }
}

/// What a report is written from.
pub struct Opdracht<'a> {
    /// The signal.
    pub signaal: &'a Signaal,
    /// The registrations it rests on.
    pub dossier: &'a Verzuimdossier,
    /// What the desk must do.
    pub handeling: Handeling,
    /// Why, when it is withdrawn.
    pub reden_intrekking: RedenIntrekking,
    /// Our reference of the report, the same in every version.
    pub kenmerk: &'a str,
    /// The number the desk gave it, when it is known.
    pub meldingsnummer: Option<&'a str>,
    /// The day of the report.
    pub datum: Dag,
    /// The school as a party.
    pub partij: Partij,
    /// The school as it stands in the report.
    pub melder: Option<&'a Melder>,
    /// Whether the municipality should act.
    pub actie_gemeente: bool,
    /// Whether what may be reported is reported.
    pub overig: bool,
}

impl std::fmt::Debug for Opdracht<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opdracht(…)")
    }
}

/// A report that was written.
pub struct Opgesteld {
    /// The canonical message.
    pub bericht: Vec<u8>,
    /// The reason is *anders*: an explanation is wanted. It is free text, so it is asked for and goes by its own release.
    pub vraagt_toelichting: bool,
}

impl std::fmt::Debug for Opgesteld {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opgesteld(…)")
    }
}

/// Writes the canonical report.
///
/// # Errors
/// What is missing, in the order of the enum; never empty.
pub fn stel_op(o: &Opdracht<'_>) -> Result<Opgesteld, Vec<Ontbreekt>> {
    let withdrawn = o.handeling == Handeling::Intrekken;
    let reden = reden(o.signaal, o.dossier);
    let mut missing = Vec::new();
    let mut need = |is_there: bool, what| {
        if !is_there {
            missing.push(what);
        }
    };
    need(o.dossier.pgn().is_some(), Ontbreekt::Pgn);
    need(withdrawn || reden.is_some(), Ontbreekt::Reden);
    need(o.melder.is_some(), Ontbreekt::Melder);
    need(
        withdrawn || o.overig || o.signaal.vervolg != Vervolg::MagAlsOverig,
        Ontbreekt::Besluit,
    );
    need(o.signaal.vervolg != Vervolg::MeldenRmc, Ontbreekt::Gemeente);
    let (Some(pgn), Some(melder), true) = (o.dossier.pgn(), o.melder, missing.is_empty()) else {
        return Err(missing);
    };
    let inhoud = json!({
        "persoon": persoon(pgn),
        "school": school(o, melder, withdrawn),
        "verzuim": verzuim(o, reden, withdrawn),
    });
    let message = json!({
        "bericht": "hulpvraag", "versie": "1", "kenmerk": o.kenmerk, "datum": o.datum.to_string(),
        "bijdragen": [{ "inbrenger": o.partij.to_string(), "beroepsgeheim": "geen", "inhoud": inhoud }],
    });
    Ok(Opgesteld {
        bericht: message.to_string().into_bytes(),
        vraagt_toelichting: !withdrawn && reden == Some(VermoedelijkeReden::Anders),
    })
}

fn persoon(pgn: &Pgn) -> Value {
    let name = match pgn {
        Pgn::Bsn(_) => "bsn",
        Pgn::Onderwijsnummer(_) => "onderwijsnummer",
    };
    json!({ name: pgn.cijfers() })
}

fn school(o: &Opdracht<'_>, melder: &Melder, withdrawn: bool) -> Value {
    let brin = o.signaal.school.to_string();
    let (brin, branch) = brin.split_at_checked(4).unwrap_or_default();
    let mut school = json!({ "brin": brin, "vestiging": branch });
    if !withdrawn {
        put(&mut school, "naam", json!(melder.school));
        let contact = [
            ("naam", &melder.naam),
            ("telefoon", &melder.telefoon),
            ("email", &melder.email),
        ];
        let told = contact.into_iter().filter(|(_, text)| !text.is_empty());
        put(
            &mut school,
            "contact",
            Value::Object(told.map(|(name, text)| (name.to_owned(), json!(text))).collect()),
        );
    }
    school
}

fn verzuim(o: &Opdracht<'_>, reden: Option<VermoedelijkeReden>, withdrawn: bool) -> Value {
    let s = o.signaal;
    let mut melding = json!({ "handeling": o.handeling.as_str() });
    if let Some(number) = o.meldingsnummer {
        put(&mut melding, "meldingsnummer", json!(number));
    }
    // The limit is the end of what is reported (DUO); of an unbroken absence its last day so far.
    let einde = s.einde.unwrap_or(s.bereikt).max(s.bereikt);
    let mut out = json!({
        "soort": soort(s.regel),
        "periode": { "begin": s.begin.to_string(), "einde": einde.to_string() },
    });
    if withdrawn {
        put(
            &mut melding,
            "redenIntrekking",
            json!(match o.reden_intrekking {
                RedenIntrekking::Gecorrigeerd => "registratie-gecorrigeerd",
                RedenIntrekking::Ingetrokken => "registratie-ingetrokken",
            }),
        );
    } else {
        put(&mut melding, "actieGemeenteGewenst", json!(o.actie_gemeente));
        put(
            &mut out,
            "vermoedelijkeReden",
            json!(reden.map(VermoedelijkeReden::as_str)),
        );
        let (days, quarters) = dagen(o);
        put(&mut out, "ongeoorloofd", Value::Array(days));
        if quarters > 0 {
            put(&mut out, "omvang", json!({ "uren": uren(quarters) }));
        }
    }
    put(&mut out, "melding", melding);
    out
}

fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}

/// The specification in days and hours: one row a day, or a period; and the quarters of an hour together. Illness and
/// authorised absence are no part of a report.
fn dagen(o: &Opdracht<'_>) -> (Vec<Value>, u32) {
    let mut days: std::collections::BTreeMap<(Dag, Dag), (u32, bool)> = std::collections::BTreeMap::new();
    for (reg, _) in o.dossier.met(&o.signaal.bewijs) {
        if !matches!(reg.soort, Soort::Ongeoorloofd | Soort::Luxe) {
            continue;
        }
        let day = days.entry((reg.datum, reg.tot.unwrap_or(reg.datum))).or_default();
        day.0 = day.0.saturating_add(reg.kwartieren.into());
        day.1 |= reg.hele_dag;
    }
    let total = days
        .values()
        .fold(0_u32, |sum, (quarters, _)| sum.saturating_add(*quarters));
    let rows = (1_u32..=100).zip(days).map(|(n, ((begin, einde), (quarters, whole)))| {
        let mut row = Map::new();
        row.insert("volgnummer".to_owned(), json!(n));
        row.insert("begin".to_owned(), json!(begin.to_string()));
        row.insert("einde".to_owned(), json!(einde.to_string()));
        if quarters > 0 {
            row.insert("uren".to_owned(), uren(quarters));
        }
        row.insert("alleLessen".to_owned(), json!(whole));
        Value::Object(row)
    });
    (rows.collect(), total)
}

/// Quarters as hours; whole ones without a point, as a sender would write them.
fn uren(quarters: u32) -> Value {
    if quarters.is_multiple_of(4) {
        json!(quarters / 4)
    } else {
        json!(f64::from(quarters) / 4.0)
    }
}

const fn soort(regel: Regel) -> &'static str {
    match regel {
        Regel::RelatiefUren => "relatief",
        Regel::Luxe => "luxe",
        // Both are of eighteen and over.
        Regel::LangdurigSchool | Regel::LangdurigMbo => "doorstroompunt",
        _ => "overig",
    }
}

/// The reason: of a holiday it is known, otherwise the one that was registered last.
fn reden(signaal: &Signaal, dossier: &Verzuimdossier) -> Option<VermoedelijkeReden> {
    let told = dossier.met(&signaal.bewijs).filter_map(|(_, reden)| reden).last();
    told.or((signaal.regel == Regel::Luxe).then_some(VermoedelijkeReden::Vakantie))
}

/// A signal as it is kept beside its report, to be laid beside what the rules find later. Kept sealed.
#[derive(Serialize, Deserialize)]
pub struct SignaalBewaard {
    regel: String,
    school: String,
    begin: i32,
    bereikt: i32,
    einde: Option<i32>,
    vervolg: Vervolg,
    termijn: Option<i32>,
    bewijs: Vec<u64>,
}

impl std::fmt::Debug for SignaalBewaard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignaalBewaard(…)")
    }
}

impl SignaalBewaard {
    /// The form in which a signal is kept.
    #[must_use]
    pub fn van(s: &Signaal) -> Self {
        Self {
            regel: s.regel.id().to_owned(),
            school: s.school.to_string(),
            begin: s.begin.0,
            bereikt: s.bereikt.0,
            einde: s.einde.map(|day| day.0),
            vervolg: s.vervolg,
            termijn: s.termijn.map(|day| day.0),
            bewijs: s.bewijs.iter().map(|id| id.0).collect(),
        }
    }

    /// The signal again; none when the rule is not known any more. The bills that touched it are not kept.
    #[must_use]
    pub fn signaal(&self) -> Option<Signaal> {
        Some(Signaal {
            regel: Regel::ALL.into_iter().find(|regel| regel.id() == self.regel)?,
            school: self.school.parse().ok()?,
            begin: Dag(self.begin),
            bereikt: Dag(self.bereikt),
            einde: self.einde.map(Dag),
            vervolg: self.vervolg,
            termijn: self.termijn.map(Dag),
            bewijs: self.bewijs.iter().copied().map(RegistratieId).collect(),
            wetsvoorstellen: &[],
        })
    }
}
