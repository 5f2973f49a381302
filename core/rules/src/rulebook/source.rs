//! The form in which a lawyer writes the rules: TOML, every key known, every value with its place in the file.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use crate::gegeven::{Gegeven, Wijze};
use crate::ids::{Brin, Oin, Taak};

/// One file of the rules: its name as findings show it, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Name, relative to the directory of the rules, e.g. `casusoverleg/thuiszitterstafel.toml`.
    pub name: String,
    /// The text.
    pub text: String,
}

/// All files of a rulebook.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// `convenant.toml`, `doelen.toml`, `grondslagen.toml`, `gegevens.toml`, `casusoverleg/*.toml`; and where there are
    /// any `wettelijk/*.toml`, `betrokkene.toml`, `derde.toml`, `wetsvoorstellen.toml`,
    /// `informatie.toml`.
    pub rules: Vec<Source>,
    /// `<message>.v1.json`, the canonical schemas.
    pub schemas: Vec<Source>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConvenantFile {
    pub convenant: ConvenantBlock,
    #[serde(default)]
    pub partij: Vec<PartijBlock>,
    #[serde(default)]
    pub wettelijk_partij: Vec<super::channels::source::WettelijkePartijBlock>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConvenantBlock {
    pub naam: String,
    pub versie: String,
    #[serde(deserialize_with = "day")]
    pub getekend_op: Date,
    #[serde(default, deserialize_with = "day_opt")]
    pub geldt_vanaf: Option<Date>,
    pub artikel: String,
    pub looptijd_jaren: u8,
    #[serde(default, deserialize_with = "day_opt")]
    pub opzegging: Option<Date>,
    #[serde(default, deserialize_with = "day_opt")]
    pub vervallen_op: Option<Date>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartijBlock {
    pub oin: Spanned<Oin>,
    pub taak: Spanned<Taak>,
    pub naam: String,
    #[serde(default)]
    pub sector: Option<Spanned<String>>,
    #[serde(default)]
    pub brin: Option<String>,
    #[serde(default)]
    pub vestiging: Option<String>,
    #[serde(default, deserialize_with = "day_opt")]
    pub toegetreden_op: Option<Date>,
    #[serde(default, deserialize_with = "day_opt")]
    pub bekendgemaakt_op: Option<Date>,
}

impl PartijBlock {
    /// BRIN with its branch, when both are there and well formed.
    pub(super) fn brin(&self) -> Option<Brin> {
        format!("{}{}", self.brin.as_deref()?, self.vestiging.as_deref().unwrap_or("00"))
            .parse()
            .ok()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DoelenFile {
    pub doel: Vec<DoelBlock>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DoelBlock {
    pub id: Spanned<String>,
    pub omschrijving: String,
    pub artikel: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GegevensFile {
    pub gegeven: Vec<Spanned<Gegeven>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GrondslagenFile {
    pub grondslag: Vec<GrondslagBlock>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GrondslagBlock {
    pub id: Spanned<String>,
    pub kanaal: crate::event::Kanaal,
    pub van: Vec<Spanned<Taak>>,
    pub naar: Vec<Spanned<Taak>>,
    pub wet: String,
    pub artikel: String,
    pub toestemming: super::ToestemmingNodig,
    #[serde(default = "basis")]
    pub soort: crate::facts::ToestemmingKind,
    #[serde(default)]
    pub letters: Option<Vec<Spanned<char>>>,
    #[serde(default)]
    pub alleen_bij: Option<Vec<String>>,
    #[serde(default)]
    pub stroom: Option<Spanned<String>>,
    #[serde(default)]
    pub alleen_met: Option<Spanned<String>>,
    #[serde(default)]
    pub vervalt_met: Option<Spanned<String>>,
}

const fn basis() -> crate::facts::ToestemmingKind {
    crate::facts::ToestemmingKind::Grondslag
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OverlegFile {
    pub id: Spanned<String>,
    pub naam: String,
    pub versie: String,
    pub artikel: String,
    pub convener: Spanned<Taak>,
    pub doelen: Vec<Spanned<String>>,
    pub fasen: Vec<Spanned<String>>,
    #[serde(default)]
    pub uitkomst_naar: Vec<Spanned<Taak>>,
    pub toestemming_voorwaarde: bool,
    #[serde(default)]
    pub na_sluiting: Option<Spanned<String>>,
    #[serde(default)]
    pub deelnemer: Vec<DeelnemerBlock>,
    #[serde(default)]
    pub aanvrager: Vec<AanvragerBlock>,
    #[serde(default)]
    pub regel: Vec<RegelBlock>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeelnemerBlock {
    pub taak: Spanned<Taak>,
    #[serde(default)]
    pub per_casus: bool,
    #[serde(default)]
    pub na_regierol: bool,
    pub taakomschrijving: String,
    pub grondslag: String,
    pub artikel: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AanvragerBlock {
    pub taak: Spanned<Taak>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RegelBlock {
    pub id: Spanned<String>,
    pub van: Vec<Spanned<Taak>>,
    pub naar: Vec<Spanned<Taak>>,
    #[serde(default)]
    pub berichten: Option<Vec<crate::event::Bericht>>,
    pub fasen: Vec<Spanned<String>>,
    pub doelen: Vec<Spanned<String>>,
    pub gegevens: Vec<Spanned<String>>,
    pub actie: Spanned<ActieWord>,
    #[serde(default)]
    pub wijze: Option<Spanned<Wijze>>,
    #[serde(default)]
    pub opheffen: Option<Spanned<bool>>,
    pub artikelen: Vec<String>,
    pub omdat: String,
    #[serde(default)]
    pub alleen_met: Option<Spanned<String>>,
    #[serde(default)]
    pub vervalt_met: Option<Spanned<String>>,
}

impl RegelBlock {
    /// Whether this block and another are never in force together: one waits for a bill that ends the other.
    pub(super) fn never_with(&self, o: &Self) -> bool {
        let ends = |a: &Option<Spanned<String>>, b: &Option<Spanned<String>>| {
            a.as_ref()
                .is_some_and(|a| b.as_ref().is_some_and(|b| a.get_ref() == b.get_ref()))
        };
        ends(&self.alleen_met, &o.vervalt_met) || ends(&self.vervalt_met, &o.alleen_met)
    }

    /// Whether this block is in force whenever another is.
    pub(super) fn whenever(&self, o: &Self) -> bool {
        let same = |a: &Option<Spanned<String>>, b: &Option<Spanned<String>>| {
            a.as_ref()
                .is_none_or(|a| b.as_ref().is_some_and(|b| a.get_ref() == b.get_ref()))
        };
        same(&self.alleen_met, &o.alleen_met) && same(&self.vervalt_met, &o.vervalt_met)
    }
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum ActieWord {
    Toestaan,
    Generaliseren,
}

/// A day is written as a TOML date or as a text.
fn day<'de, D: Deserializer<'de>>(d: D) -> Result<Date, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Day {
        Text(Date),
        Toml(toml::value::Datetime),
    }
    match Day::deserialize(d)? {
        Day::Text(d) => Ok(d),
        Day::Toml(t) => t
            .to_string()
            .parse()
            .map_err(|_| serde::de::Error::custom("not a day: write 2024-01-31")),
    }
}

pub(super) fn day_opt<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Date>, D::Error> {
    day(d).map(Some)
}
