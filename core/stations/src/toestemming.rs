//! The consent register: what may be recorded of it, the age sealed at rest, and what ends soon.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use sluis_rules::facts::{Einde, Feit, LeeftijdFeit, Toestemming, ToestemmingGeldig, ToestemmingKind};
use sluis_rules::facts::{register, verkeerde_persoon};
use sluis_rules::gegeven::GegevenSet;
use sluis_rules::ids::Partij;
use sluis_rules::journal::hex;
use sluis_rules::rulebook::Rulebook;

use crate::beheer::BeheerError;
use crate::gateway::Gateway;
use crate::ports::{FactsRead, PortError, Sealer};
use crate::redenen;
use crate::wie::Wie;

/// One consent of the register, as it stands today. No date of birth, and no day that would tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registerpost {
    /// What was recorded.
    pub toestemming: Toestemming,
    /// What it is worth today.
    pub stand: ToestemmingGeldig,
    /// How it ends within thirty days, and after how many; none when it does not. Of one that is outgrown the days tell a
    /// birthday: they are for counting, and never shown.
    pub eindigt: Option<(Einde, u16)>,
}

impl Registerpost {
    /// What it is worth today, as one word: the same in the interface and on the command line.
    #[must_use]
    pub const fn woord(&self) -> &'static str {
        match self.stand {
            ToestemmingGeldig::Aanwezig => "geldig",
            ToestemmingGeldig::Verlopen => "verlopen",
            ToestemmingGeldig::LeeftijdOnbekend => "leeftijd-onbekend",
            ToestemmingGeldig::Onvoldoende => "verkeerde-persoon",
            ToestemmingGeldig::Ontgroeid => "te-vernieuwen",
            ToestemmingGeldig::Tegenstrijdig => "tegenstrijdig",
            ToestemmingGeldig::MensBeslist => "mens-beslist",
            ToestemmingGeldig::Ingetrokken => "ingetrokken",
        }
    }

    /// After how many days it expires, when that is within thirty. Of one that is outgrown nothing: the day on which that
    /// happens is a birthday.
    #[must_use]
    pub fn dagen(&self) -> Option<u16> {
        let expires = self.eindigt.filter(|(how, _)| *how == Einde::Verloopt);
        expires.map(|(_, days)| days)
    }
}

/// The register of a case on a day, from its facts as they are kept: the ages are opened here.
///
/// # Errors
/// When the keys cannot be used.
pub fn toestemmingen(
    sealer: &dyn Sealer,
    mut feiten: Vec<Feit>,
    casus: &str,
    dag: Date,
) -> Result<Vec<Registerpost>, PortError> {
    open_ages(sealer, &mut feiten)?;
    let lines = register(&feiten, casus, dag);
    Ok(lines
        .into_iter()
        .map(|line| Registerpost {
            toestemming: line.toestemming.clone(),
            stand: line.stand,
            eindigt: line.eindigt,
        })
        .collect())
}

/// Where a sealed age belongs: the case, so that it cannot be read as another's.
fn context(casus: &str) -> String {
    serde_json::to_string(&("leeftijd", casus)).unwrap_or_default()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let nibble = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    pairs
        .iter()
        .map(|[high, low]| Some(nibble(*high)? << 4 | nibble(*low)?))
        .collect()
}

/// Opens the ages among these facts; one that cannot be opened stays sealed.
pub(crate) fn open_ages(sealer: &dyn Sealer, feiten: &mut [Feit]) -> Result<(), PortError> {
    for feit in feiten {
        let Feit::Leeftijd(leeftijd) = feit else { continue };
        let Some(sealed) = leeftijd.verzegeld.as_deref() else {
            continue;
        };
        let sealed = unhex(sealed).unwrap_or_default();
        match sealer.open(&context(&leeftijd.casus), &sealed) {
            Ok(opened) => {
                leeftijd.geboren = std::str::from_utf8(opened.bytes()).ok().and_then(|t| t.parse().ok());
            }
            Err(PortError::Corrupt(..)) => leeftijd.geboren = None,
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

fn refused(reden: &'static str, veld: &'static str) -> BeheerError {
    BeheerError::Geweigerd { reden, veld }
}

impl Gateway {
    /// The facts of a case, with the age opened: for deciding, never for showing. An age that cannot be opened stays
    /// sealed, and then nobody knows it: what rests on it does not pass.
    pub(crate) async fn facts_of(&self, casus: &str) -> Result<FactsRead, PortError> {
        let mut read = self.inner.store.facts(casus.to_owned()).await?;
        open_ages(self.inner.sealer.as_ref(), &mut read.feiten)?;
        Ok(read)
    }

    /// Whether a fact was recorded before, whatever was recorded after it: an age by the date of birth, not by its seal.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn was_recorded(&self, feit: &Feit) -> Result<bool, PortError> {
        let read = self.facts_of(feit.casus().unwrap_or_default()).await?;
        Ok(read.feiten.iter().any(|had| match (had, feit) {
            (Feit::Leeftijd(had), Feit::Leeftijd(new)) => {
                (&had.casus, had.vanaf, had.geboren) == (&new.casus, new.vanaf, new.geboren)
            }
            (had, new) => had == new,
        }))
    }

    fn seal_age(&self, leeftijd: &LeeftijdFeit) -> Result<LeeftijdFeit, BeheerError> {
        let wrong = BeheerError::Ongeldig {
            veld: "geboren",
            wat: "is needed, and is a day in the past: the age is sealed here, and never taken sealed",
        };
        let today = self.inner.clock.today();
        // From a day to come it would not work today, and nobody would see that.
        if leeftijd.vanaf > today {
            return Err(BeheerError::Ongeldig {
                veld: "vanaf",
                wat: "is the day on which it was recorded: today, or a day in the past",
            });
        }
        let geboren = leeftijd
            .geboren
            .filter(|day| leeftijd.verzegeld.is_none() && sluis_rules::leeftijd::leeftijd(*day, today).is_some())
            .ok_or(wrong)?;
        let sealed = self
            .inner
            .sealer
            .seal(&context(&leeftijd.casus), geboren.to_string().as_bytes())?;
        Ok(LeeftijdFeit {
            geboren: None,
            verzegeld: Some(hex(&sealed)),
            ..leeftijd.clone()
        })
    }

    /// Makes facts about the person ready to be kept: checks consents against everything that is known, fills in who
    /// records, seals the age, and leaves out what is there already. The facts that are left, in their order.
    ///
    /// # Errors
    /// A consent that cannot be one, with its own reason; a step for two persons that is taken by one.
    pub(crate) async fn prepare(&self, wie: &Wie, feiten: Vec<Feit>) -> Result<Vec<Feit>, BeheerError> {
        let about = |f: &Feit| matches!(f, Feit::Toestemming(_) | Feit::Leeftijd(_) | Feit::Doorbreking(_));
        if !feiten.iter().any(about) {
            return Ok(feiten);
        }
        let cases: BTreeSet<String> = feiten
            .iter()
            .filter(|f| about(f))
            .filter_map(|f| f.casus().map(str::to_owned))
            .collect();
        let mut known: BTreeMap<String, Vec<Feit>> = BTreeMap::new();
        for casus in cases {
            let read = self.facts_of(&casus).await.inspect_err(|e| self.port_failed(e))?;
            known.insert(casus, read.feiten);
        }
        let (rulebook, today) = (self.rulebook(), self.inner.clock.today());
        let mut out = Vec::with_capacity(feiten.len());
        for feit in &feiten {
            let casus = feit.casus().unwrap_or_default();
            let before = known.get(casus).map(Vec::as_slice).unwrap_or_default();
            match feit {
                Feit::Toestemming(t) => {
                    let all = || before.iter().chain(&feiten);
                    if consents(all()).any(|other| other.id == t.id && other.casus == t.casus && !other.zelfde_als(t)) {
                        return Err(refused(redenen::TOESTEMMING_TEGENSTRIJDIG, "id"));
                    }
                    if consents(before.iter().chain(&out)).any(|other| other.casus == t.casus && other.zelfde_als(t)) {
                        continue;
                    }
                    fit(t, all(), &rulebook, today)?;
                    out.push(Feit::Toestemming(Toestemming {
                        vastgelegd_door: Some(wie.account().to_owned()),
                        ..t.clone()
                    }));
                }
                Feit::Leeftijd(l) => {
                    let sealed = self.seal_age(l)?;
                    // Left out only when it is what holds today: the last of those that began last.
                    let holds = before
                        .iter()
                        .filter_map(|f| if let Feit::Leeftijd(l) = f { Some(l) } else { None })
                        .filter(|had| had.vanaf <= today)
                        .max_by_key(|had| had.vanaf);
                    if holds.is_some_and(|had| had.geboren == l.geboren && had.vanaf >= l.vanaf) {
                        continue;
                    }
                    out.push(Feit::Leeftijd(sealed));
                }
                Feit::Doorbreking(d) => {
                    let covered = d
                        .gegevens
                        .iter()
                        .fold(GegevenSet::EMPTY, |all, p| all.or(rulebook.gegevens().matching(p)));
                    let special = !covered.and(rulebook.gegevens().bijzonder()).is_empty();
                    let tweede = match (wie.twee(), special) {
                        (Ok(two), _) => Some(two.tweede().id().to_owned()),
                        (Err(error), true) => return Err(BeheerError::Niet(error)),
                        (Err(_), false) => None,
                    };
                    // Who agreed is who logged in, never who is named.
                    if d.tweede.is_some() && d.tweede != tweede || tweede.as_deref() == Some(d.professional.as_str()) {
                        return Err(BeheerError::Niet(crate::ports::AccountRefusal::ZelfdePersoon));
                    }
                    if before.iter().any(|f| {
                        matches!(f, Feit::Doorbreking(had) if had.id == d.id && had.tweede == tweede && {
                            let mut same = d.clone();
                            same.tweede.clone_from(&had.tweede);
                            same == *had
                        })
                    }) {
                        continue;
                    }
                    out.push(Feit::Doorbreking(sluis_rules::facts::Doorbreking {
                        tweede,
                        ..d.clone()
                    }));
                }
                _ => out.push(feit.clone()),
            }
        }
        Ok(out)
    }

    /// The consents of a case as they stand today, in order of recording.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn consents(&self, casus: &str) -> Result<Vec<Registerpost>, PortError> {
        let feiten = self.inner.store.facts(casus.to_owned()).await?.feiten;
        toestemmingen(self.inner.sealer.as_ref(), feiten, casus, self.inner.clock.today())
    }

    /// Consents that end within thirty days (expire, or are outgrown), of the cases after `na` in order of their names: at
    /// least `minstens` where there are so many, for a case is not split. The last case that was looked at, when there
    /// are more.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn ending_soon(
        &self,
        na: Option<&str>,
        minstens: usize,
    ) -> Result<(Vec<Registerpost>, Option<String>), PortError> {
        let mut cases = self.inner.store.consent_cases().await?;
        cases.sort();
        let mut out = Vec::new();
        let mut cases = cases
            .into_iter()
            .skip_while(|casus| na.is_some_and(|na| casus.as_str() <= na))
            .peekable();
        while let Some(casus) = cases.next() {
            out.extend(self.consents(&casus).await?.into_iter().filter(|p| p.eindigt.is_some()));
            if out.len() >= minstens && cases.peek().is_some() {
                return Ok((out, Some(casus)));
            }
        }
        Ok((out, None))
    }

    /// Counts what ends soon, and says it: whoever must act needs weeks, not a blocked message.
    pub(crate) async fn watch_consents(&self) {
        match self.ending_soon(None, usize::MAX).await {
            Ok((soon, _)) => {
                let aantal = u64::try_from(soon.len()).unwrap_or(u64::MAX);
                self.inner.ending.store(aantal, std::sync::atomic::Ordering::Relaxed);
                if aantal > 0 {
                    tracing::warn!(aantal, "consents end within thirty days: see /v1/toestemmingen");
                }
            }
            Err(error) => self.port_failed(&error),
        }
    }
}

fn consents<'f>(feiten: impl Iterator<Item = &'f Feit>) -> impl Iterator<Item = &'f Toestemming> {
    feiten.filter_map(|f| if let Feit::Toestemming(t) = f { Some(t) } else { None })
}

/// Whether a consent can be one: it covers something, was given, by the right persons, and names parties that are known.
fn fit<'f>(
    t: &Toestemming,
    feiten: impl Iterator<Item = &'f Feit> + Clone,
    rulebook: &Rulebook,
    today: Date,
) -> Result<(), BeheerError> {
    let purposes = |d: &String| rulebook.doelen().iter().any(|known| known.id == *d);
    if t.gegevens.is_empty() || t.doelen.is_empty() || !t.doelen.iter().all(purposes) {
        let veld = if t.gegevens.is_empty() { "gegevens" } else { "doelen" };
        return Err(refused(redenen::TOESTEMMING_DEKT_NIETS, veld));
    }
    if t.door.is_empty() {
        return Err(refused(redenen::TOESTEMMING_ZONDER_ONDERTEKENAAR, "door"));
    }
    if t.schriftelijk_op > today || t.door.iter().any(|o| o.op > t.schriftelijk_op) {
        return Err(refused(redenen::TOESTEMMING_IN_TOEKOMST, "schriftelijk_op"));
    }
    let by_fact = |p: &Partij| {
        feiten.clone().any(|f| match f {
            Feit::Toetreding(x) => x.partij == *p,
            Feit::Deelname(x) => x.partij == *p,
            _ => false,
        })
    };
    let known = |p: &Partij| rulebook.partij(p).is_some() || by_fact(p);
    if !known(&t.verstrekker) {
        return Err(refused(redenen::TOESTEMMING_PARTIJ_ONBEKEND, "verstrekker"));
    }
    // A derde is nobody's party: that is what it is.
    if t.kind != ToestemmingKind::Derde && !t.ontvangers.iter().all(known) {
        return Err(refused(redenen::TOESTEMMING_PARTIJ_ONBEKEND, "ontvangers"));
    }
    if verkeerde_persoon(feiten, t, today).is_some() {
        return Err(refused(redenen::TOESTEMMING_VERKEERDE_PERSOON, "door"));
    }
    Ok(())
}
