//! The facts a recorded decision rested on, read as they stood then: up to the fact it names, on its own day.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use jiff::civil::Date;
use sluis_rules::facts::{Dossier, Feit};
use sluis_rules::recorded::Vergelijker;
use sluis_store::JournalReader;

use crate::cli::Failure;
use crate::cli::explain::read_facts;

/// So many dossiers are kept; decisions about one case come near each other.
const KEPT: usize = 20_000;

type Numbered = Vec<(u64, Feit)>;

/// Facts of a file: per case, and those about parties.
#[derive(Default)]
pub(super) struct Bestand {
    zaken: HashMap<String, Numbered>,
    partijen: Numbered,
}

impl Bestand {
    /// Reads a JSON array; the number of a fact is its place, from 1.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let mut out = Self::default();
        for (nummer, feit) in (1..).zip(read_facts(path)?) {
            match feit.casus() {
                Some(casus) => out.zaken.entry(casus.to_owned()).or_default().push((nummer, feit)),
                None => out.partijen.push((nummer, feit)),
            }
        }
        Ok(out)
    }
}

/// Where the facts of a case are read.
pub(super) enum Feiten<'f> {
    Bestand(&'f Bestand),
    Opslag(Box<JournalReader>),
}

/// Both rulebooks read the same facts; the second dossier is there only when the dictionaries differ.
type Pair = (Dossier, Option<Dossier>);

struct Zaak<'f> {
    feiten: Cow<'f, [(u64, Feit)]>,
    dossiers: Vec<(u64, Date, Pair)>,
}

/// Dossiers as they stood, made once for each case, version and day.
pub(super) struct Dossiers<'f, 'v> {
    feiten: Feiten<'f>,
    vergelijker: &'v Vergelijker<'v>,
    partijen: Numbered,
    zaken: HashMap<String, Zaak<'f>>,
    kept: usize,
}

impl<'f, 'v> Dossiers<'f, 'v> {
    pub(super) fn new(feiten: Feiten<'f>, vergelijker: &'v Vergelijker<'v>) -> anyhow::Result<Self> {
        let partijen = match &feiten {
            Feiten::Bestand(file) => file.partijen.clone(),
            Feiten::Opslag(store) => store.facts(None)?,
        };
        Ok(Self {
            feiten,
            vergelijker,
            partijen,
            zaken: HashMap::new(),
            kept: 0,
        })
    }

    /// The dossier of a case on a day, from the facts up to that number, for the older and the newer rules.
    pub(super) fn of(
        &mut self,
        casus: &str,
        tot_en_met: Option<u64>,
        dag: Date,
    ) -> anyhow::Result<(&Dossier, &Dossier)> {
        let versie = tot_en_met.unwrap_or(u64::MAX);
        if self.kept >= KEPT {
            self.zaken.clear();
            self.kept = 0;
        }
        if !self.zaken.contains_key(casus) {
            let feiten = match &self.feiten {
                Feiten::Bestand(file) => Cow::Borrowed(file.zaken.get(casus).map_or(&[][..], Vec::as_slice)),
                Feiten::Opslag(store) => Cow::Owned(store.facts(Some(casus))?),
            };
            let zaak = Zaak {
                feiten,
                dossiers: Vec::new(),
            };
            self.zaken.insert(casus.to_owned(), zaak);
        }
        let zaak = self.zaken.get_mut(casus).ok_or_else(|| anyhow::anyhow!("no case"))?;
        let at = zaak.dossiers.iter().position(|(v, d, _)| *v == versie && *d == dag);
        let at = match at {
            Some(at) => at,
            None => {
                let counts = |(nummer, _): &&(u64, Feit)| *nummer <= versie;
                let build = |gegevens| {
                    let all = self
                        .partijen
                        .iter()
                        .filter(counts)
                        .chain(zaak.feiten.iter().filter(counts));
                    Dossier::build(all.map(|(_, feit)| feit), versie, casus, dag, gegevens)
                };
                let v = self.vergelijker;
                let second = (!v.same_dictionary()).then(|| build(v.nieuw().gegevens()));
                let pair = (build(v.oud().gegevens()), second);
                zaak.dossiers.push((versie, dag, pair));
                self.kept += 1;
                zaak.dossiers.len() - 1
            }
        };
        let (_, _, (first, second)) = zaak.dossiers.get(at).ok_or_else(|| anyhow::anyhow!("no dossier"))?;
        Ok((first, second.as_ref().unwrap_or(first)))
    }
}
