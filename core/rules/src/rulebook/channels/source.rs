//! The form of the files beside the consultations.

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use super::super::source::{ActieWord, day_opt};
use crate::event::{Bericht, Kanaal};
use crate::gegeven::Wijze;
use crate::ids::{Oin, Taak};

/// `wettelijk/<stroom>.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct StroomFile {
    pub id: Spanned<String>,
    pub naam: String,
    pub wet: String,
    pub artikel: String,
    pub van: Vec<Spanned<Taak>>,
    pub naar: Vec<Spanned<Taak>>,
    pub vereist: Spanned<Vec<Vec<Spanned<String>>>>,
    #[serde(default)]
    pub ook_onder_geheim: Option<Spanned<bool>>,
    #[serde(default)]
    pub regel: Vec<KanaalRegel>,
}

/// `betrokkene.toml` and `derde.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct KanaalFile {
    pub kanaal: Spanned<Kanaal>,
    #[serde(default)]
    pub regel: Vec<KanaalRegel>,
}

/// A rule of a channel: `naar` only by statute, `overleggen` only for the betrokkene, `doelen` only for a derde.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct KanaalRegel {
    pub id: Spanned<String>,
    pub van: Vec<Spanned<Taak>>,
    #[serde(default)]
    pub naar: Option<Vec<Spanned<Taak>>>,
    #[serde(default)]
    pub overleggen: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    pub doelen: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    pub berichten: Option<Vec<Bericht>>,
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

/// `[[wettelijk_partij]]` in `convenant.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct WettelijkePartijBlock {
    pub oin: Spanned<Oin>,
    pub taak: Spanned<Taak>,
    pub naam: String,
    pub wet: String,
}

/// `wetsvoorstellen.toml`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct WetsvoorstellenFile {
    #[serde(default)]
    pub wetsvoorstel: Vec<WetsvoorstelBlock>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct WetsvoorstelBlock {
    pub id: Spanned<String>,
    pub naam: String,
    pub artikel: String,
    #[serde(default, deserialize_with = "day_opt")]
    pub van_kracht_op: Option<Date>,
    #[serde(default)]
    pub aan: Option<Spanned<bool>>,
}

impl WetsvoorstelBlock {
    /// The day from which it works: switched on, with its day.
    pub(super) fn vanaf(&self) -> Option<Date> {
        self.van_kracht_op.filter(|_| self.is_aan())
    }

    pub(super) fn is_aan(&self) -> bool {
        self.aan.as_ref().is_some_and(|aan| *aan.get_ref())
    }
}
