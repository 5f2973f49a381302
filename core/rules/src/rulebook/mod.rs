//! The rules of the covenant, loaded once into an immutable [`Rulebook`] with a content hash.
//!
//! [`Rulebook::parse`] takes texts, not files: reading is somebody else's work. It gives a rulebook or every finding,
//! never half a rulebook. Lookups take the same time for ten parties and a hundred thousand.

mod basis;
mod bounds;
pub(crate) mod channels;
mod check;
mod compile;
mod finding;
mod informatie;
mod klasse;
mod limits;
mod lint;
mod load;
mod overdracht;
mod pointer;
mod source;
mod spelling;
mod wider;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;

pub(crate) use channels::{Aan, Gevonden, Schakel};
pub use channels::{Stroom, Wetsvoorstel, WettelijkePartij};
pub use finding::{Finding, Place, Severity, line_column};
pub use informatie::{Bewaren, Contact, Informatie, Maatregel, Tekst};
pub use lint::{Artikelen, TableSource, tables};
pub use overdracht::Overdracht;
pub use source::{Source, Sources};

use crate::event::{Bericht, Kanaal};
use crate::facts::ToestemmingKind;
use crate::gegeven::{Actie, GegevenId, GegevenSet, Gegevens};
use crate::ids::{Brin, Partij, Taak};
use crate::minimise::Plan;
use crate::tree::{NodeId, Tree};

/// The covenant itself (19).
#[derive(Debug, Clone)]
pub struct Convenant {
    /// Name.
    pub naam: String,
    /// Version of the text the rules implement (17.2).
    pub versie: String,
    /// Signature date of that text.
    pub getekend_op: Date,
    /// The first day on which these rules may be used; none: as soon as they lie there.
    pub geldt_vanaf: Option<Date>,
    /// Article on its term.
    pub artikel: String,
    /// First term in years; a year at a time after that.
    pub looptijd_jaren: u8,
    /// Notice was given on this day: the next renewal does not happen.
    pub opzegging: Option<Date>,
    /// A statute took over on this day (19.3).
    pub vervallen_op: Option<Date>,
}

impl Convenant {
    /// The day from which the covenant no longer works, if that is known.
    #[must_use]
    pub fn einde(&self) -> Option<Date> {
        let by_notice = self.opzegging.and_then(|notice| {
            (i64::from(self.looptijd_jaren)..=200)
                .filter_map(|years| self.getekend_op.checked_add(years.years()).ok())
                .find(|end| *end > notice)
        });
        match (by_notice, self.vervallen_op) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }
}

/// A purpose (3.1).
#[derive(Debug, Clone)]
pub struct Doel {
    /// Its letter.
    pub id: String,
    /// What it is.
    pub omschrijving: String,
    /// Article.
    pub artikel: String,
}

/// A party of the region.
#[derive(Debug, Clone)]
pub struct PartijInfo {
    /// Name.
    pub naam: String,
    /// Sector of a school: po, so, vo, vso.
    pub sector: Option<String>,
    /// BRIN and branch of a school.
    pub brin: Option<Brin>,
    /// Signed.
    pub toegetreden_op: Option<Date>,
    /// Made known to the others.
    pub bekendgemaakt_op: Option<Date>,
}

/// Which elements need consent under a basis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ToestemmingNodig {
    /// None: a duty or a task.
    Geen,
    /// Those of a special category.
    Bijzonder,
    /// All.
    Alles,
}

/// A basis to disclose (4).
#[derive(Debug, Clone)]
pub struct Grondslag {
    /// Stable id.
    pub id: String,
    /// The statute.
    pub wet: String,
    /// Article of the covenant.
    pub artikel: String,
    /// Which elements need consent.
    pub toestemming: ToestemmingNodig,
    /// Which kind of consent.
    pub soort: ToestemmingKind,
    /// The elements whose category it covers.
    pub dekt: GegevenSet,
    /// Only when the recorded absence of the case is one of these; empty: always.
    pub alleen_bij: Vec<String>,
    /// Only for this statutory flow.
    pub stroom: Option<String>,
    /// Only with or without a bill.
    pub(crate) schakel: Schakel,
}

/// A participant of a consultation, with task and basis in writing (3.4).
#[derive(Debug, Clone)]
pub struct Deelnemer {
    /// Task.
    pub taak: Taak,
    /// Takes part only where recorded for the case.
    pub per_casus: bool,
    /// An expert, who receives nothing before the lead in the case was given to a party (S:1042).
    pub na_regierol: bool,
    /// What it does there.
    pub taakomschrijving: String,
    /// On what basis it takes part.
    pub grondslag: String,
    /// Article.
    pub artikel: String,
}

/// A rule block, as an explanation cites it.
#[derive(Debug, Clone)]
pub struct Regel {
    /// Stable id.
    pub id: String,
    /// Articles.
    pub artikelen: Vec<String>,
    /// Why, in Dutch.
    pub omdat: String,
}

/// A consultation (Bijlage 3).
#[derive(Debug, Clone)]
pub struct Casusoverleg {
    /// Stable id.
    pub id: String,
    /// Name.
    pub naam: String,
    /// Version of the description.
    pub versie: String,
    /// Where it is described.
    pub artikel: String,
    /// Who convenes.
    pub convener: Taak,
    /// Its purposes.
    pub doelen: Vec<String>,
    /// Its phases, in order.
    pub fasen: Vec<String>,
    /// Who receives the outcome.
    pub uitkomst_naar: Vec<Taak>,
    /// Whether a request without consent is not handled at all.
    pub toestemming_voorwaarde: bool,
    /// The phase that goes on with the betrokkene after the arrangement ended and the case was closed (5.6).
    pub na_sluiting: Option<String>,
    /// Who takes part.
    pub deelnemers: Vec<Deelnemer>,
    /// Who may ask.
    pub aanvragers: Vec<Taak>,
}

/// A place for free text, with the places beside it where its author says what it is about and whose words it holds.
#[derive(Debug, Clone)]
pub(crate) struct FreeText {
    pub text: NodeId,
    pub declared: Vec<NodeId>,
    pub gegeven: GegevenId,
}

/// What is looked up for one decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct PlanKey {
    pub overleg: u8,
    pub fase: u8,
    pub doel: u8,
    pub van: Taak,
    pub naar: Taak,
    pub bericht: Bericht,
}

/// The rules of one (consultation, phase, purpose, from, to, message), compiled.
#[derive(Debug)]
pub struct CompiledPlan {
    /// What the minimiser does.
    pub plan: Plan,
    /// Elements that pass, whole or generalised.
    pub permitted: GegevenSet,
    /// Elements that pass only generalised.
    pub generalised: GegevenSet,
    /// Per element the rule that lets it pass.
    rule_of: Box<[Option<u16>]>,
    /// Generalised elements that a recorded necessity lets pass whole (5.4).
    pub opheffen: GegevenSet,
    /// The plan for each choice of them, made beforehand: deciding makes no plans.
    opgeheven: Box<[(GegevenSet, Arc<Self>)]>,
}

impl CompiledPlan {
    /// The rule that lets an element pass.
    #[must_use]
    pub fn rule(&self, id: GegevenId) -> Option<u16> {
        self.rule_of.get(usize::from(id.0)).copied().flatten()
    }

    /// The plan in which these elements pass whole; none when no rule says that this may be lifted.
    pub(crate) fn lifted(&self, set: GegevenSet) -> Option<&Arc<Self>> {
        self.opgeheven.iter().find(|(s, _)| *s == set).map(|(_, plan)| plan)
    }
}

/// The rules, immutable, with the hash of everything they were made from.
#[derive(Debug)]
pub struct Rulebook {
    pub(crate) hash: Arc<str>,
    pub(crate) convenant: Convenant,
    pub(crate) gegevens: Gegevens,
    pub(crate) doelen: Vec<Doel>,
    pub(crate) partijen: HashMap<Partij, PartijInfo>,
    pub(crate) grondslagen: Vec<Grondslag>,
    pub(crate) basis_of: HashMap<(Kanaal, Taak, Taak), Vec<u16>>,
    pub(crate) overleggen: Vec<Casusoverleg>,
    /// Handovers; the plans of the first have the place after the last consultation.
    pub(crate) overdrachten: Vec<Overdracht>,
    pub(crate) regels: Vec<Regel>,
    pub(crate) informatie: Informatie,
    pub(crate) trees: [Arc<Tree>; 4],
    pub(crate) schemas: [String; 4],
    pub(crate) plans: HashMap<PlanKey, Arc<CompiledPlan>>,
    pub(crate) free_texts: [Vec<FreeText>; 4],
    pub(crate) kanalen: channels::Kanalen,
}

impl Rulebook {
    /// Loads the rules, or says everything that is wrong with them.
    ///
    /// # Errors
    /// Every finding, in the order of the files.
    pub fn parse(sources: &Sources) -> Result<Self, Vec<Finding>> {
        load::load(sources, load::Wanted::Rulebook).map(|(rulebook, _)| rulebook)
    }

    /// The same, with the warnings of a second reader: what loads, and what somebody should look at all the same.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn check(sources: &Sources) -> Result<(Self, Vec<Finding>), Vec<Finding>> {
        load::load(sources, load::Wanted::Warnings)
    }

    /// SHA-256 over all files, hex: the version that every verdict names.
    #[must_use]
    pub const fn hash(&self) -> &Arc<str> {
        &self.hash
    }

    /// The covenant.
    #[must_use]
    pub const fn convenant(&self) -> &Convenant {
        &self.convenant
    }

    /// The data dictionary.
    #[must_use]
    pub const fn gegevens(&self) -> &Gegevens {
        &self.gegevens
    }

    /// The purposes.
    #[must_use]
    pub fn doelen(&self) -> &[Doel] {
        &self.doelen
    }

    /// A party of the region.
    #[must_use]
    pub fn partij(&self, partij: &Partij) -> Option<&PartijInfo> {
        self.partijen.get(partij)
    }

    /// All parties, in order of their ids.
    #[must_use]
    pub fn partijen(&self) -> Vec<(&Partij, &PartijInfo)> {
        let mut all: Vec<_> = self.partijen.iter().collect();
        all.sort_by_key(|(p, _)| **p);
        all
    }

    /// The consultations.
    #[must_use]
    pub fn overleggen(&self) -> &[Casusoverleg] {
        &self.overleggen
    }

    /// A basis by its place.
    #[must_use]
    pub fn grondslag(&self, index: u16) -> Option<&Grondslag> {
        self.grondslagen.get(usize::from(index))
    }

    /// A rule by its place.
    #[must_use]
    pub fn regel(&self, index: u16) -> Option<&Regel> {
        self.regels.get(usize::from(index))
    }

    /// All rules.
    #[must_use]
    pub fn regels(&self) -> &[Regel] {
        &self.regels
    }

    /// The compiled schema of a kind of message.
    #[must_use]
    pub fn tree(&self, bericht: Bericht) -> &Arc<Tree> {
        let [hulpvraag, actie, verslag, status] = &self.trees;
        match bericht {
            Bericht::Hulpvraag => hulpvraag,
            Bericht::Actie => actie,
            Bericht::Verslag => verslag,
            Bericht::Status => status,
        }
    }

    /// The text of the schema of a kind of message.
    #[must_use]
    pub fn schema_text(&self, bericht: Bericht) -> &str {
        let [hulpvraag, actie, verslag, status] = &self.schemas;
        match bericht {
            Bericht::Hulpvraag => hulpvraag,
            Bericht::Actie => actie,
            Bericht::Verslag => verslag,
            Bericht::Status => status,
        }
    }

    /// The places for free text in a kind of message.
    pub(crate) fn free_texts(&self, bericht: Bericht) -> &[FreeText] {
        let [hulpvraag, actie, verslag, status] = &self.free_texts;
        match bericht {
            Bericht::Hulpvraag => hulpvraag,
            Bericht::Actie => actie,
            Bericht::Verslag => verslag,
            Bericht::Status => status,
        }
    }

    /// The consultation of that id with its place.
    pub(crate) fn find_overleg(&self, id: &str) -> Option<(u8, &Casusoverleg)> {
        (0u8..).zip(&self.overleggen).find(|(_, o)| o.id == id)
    }

    /// The plan of a consultation, phase and purpose for a sender, a receiver and a message, while no bill is on.
    #[must_use]
    pub fn plan(
        &self,
        overleg: &str,
        fase: &str,
        doel: &str,
        van: Taak,
        naar: Taak,
        bericht: Bericht,
    ) -> Option<&Arc<CompiledPlan>> {
        let (overleg, o) = self.find_overleg(overleg)?;
        let fase = (0u8..).zip(&o.fasen).find(|(_, f)| *f == fase)?.0;
        let doel = (0u8..).zip(&o.doelen).find(|(_, d)| *d == doel)?.0;
        self.plans.get(&PlanKey {
            overleg,
            fase,
            doel,
            van,
            naar,
            bericht,
        })
    }
}

/// The wider of two actions: a whole value is wider than its generalisation. Two generalisations of one element at
/// once are refused when the rules are loaded.
pub(crate) fn wider(a: Actie, b: Actie) -> Actie {
    a.max(b)
}
