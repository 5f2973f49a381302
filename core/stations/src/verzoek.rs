//! Requests of the betrokkene (13.1.b–c): made, told to the others, held to their term, decided by two persons, carried out.
//!
//! A request is a line of a register. With it go, in one transaction, the facts that restrict its cases, the messages to
//! the others, and what is destroyed. The person is known by keyed digests beside it, as messages are.

use std::collections::BTreeSet;

use jiff::Span;
use jiff::civil::Date;
use serde::Deserialize;
use sluis_rules::facts::{Beperking, Dossier, Feit};
use sluis_rules::ids::{Partij, Taak};
use sluis_rules::inzage::{Vraag, Weigering};
use sluis_rules::journal::Stap as Journaalstap;
use sluis_rules::recht::{Recht, Stap, StapFout, Verzoek, VerzoekStand, Vrager, termijn};

use crate::beheer::{BeheerError, ELEMENT};
use crate::beheerbericht::{Aanzegging, Mededeling};
use crate::gateway::Gateway;
use crate::inzage::{InzageError, born_as_said, keys};
use crate::ports::{AccountRefusal, EffectId, Entry, FactsRead, NewNotice, NewPost, PortError, Post};
use crate::wie::Wie;

/// The register.
pub(crate) const VERZOEK: &str = "verzoek";

/// So often is a line read again when somebody else wrote it meanwhile.
const POGINGEN: u32 = 8;

/// A request as it comes in. Who it is about stands in the question, which is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NieuwVerzoek {
    /// What is asked.
    pub recht: Recht,
    /// Who asks, established before with proof of identity.
    pub vrager: Vrager,
    /// Received on this day, by whichever party: the month begins.
    pub ontvangen_op: Date,
    /// Elements of the dictionary, or prefixes such as `gezondheid.*`; empty: everything.
    #[serde(default)]
    pub gegevens: Vec<String>,
}

/// Why nothing was done. Never holds what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerzoekError {
    /// The question, or who asks.
    #[error(transparent)]
    Geweigerd(#[from] Weigering),
    /// A field, who acts, or the store.
    #[error(transparent)]
    Beheer(#[from] BeheerError),
    /// The step does not follow what was done.
    #[error(transparent)]
    Stap(#[from] StapFout),
    /// There is no such request.
    #[error("there is no request by that id")]
    Onbekend,
}

impl From<InzageError> for VerzoekError {
    fn from(error: InzageError) -> Self {
        match error {
            InzageError::Geweigerd(why) => Self::Geweigerd(why),
            InzageError::Port(port) => port.into(),
        }
    }
}

impl From<PortError> for VerzoekError {
    fn from(error: PortError) -> Self {
        Self::Beheer(error.into())
    }
}

impl From<AccountRefusal> for VerzoekError {
    fn from(refusal: AccountRefusal) -> Self {
        Self::Beheer(BeheerError::Niet(refusal))
    }
}

fn lees(post: &Post) -> Result<Verzoek, PortError> {
    serde_json::from_str(&post.post).map_err(|_| PortError::Corrupt("the register", "a request cannot be read"))
}

/// Letters only: eight digits in a row could be a number of a person.
fn letters(digest: &str) -> String {
    let letter = |b: u8| match b {
        b'0'..=b'9' => char::from(b - b'0' + b'g'),
        other => char::from(other),
    };
    digest.bytes().take(24).map(letter).collect()
}

impl Gateway {
    /// Takes a request; the same again is the same one, as it stands by now. An objection or a restriction works from here
    /// on, in every case of the person.
    ///
    /// # Errors
    /// When the question cannot be read, who asks may not at that age, the day lies ahead, or it could not be kept.
    pub async fn make_request(&self, wie: &Wie, vraag: &Vraag, nieuw: &NieuwVerzoek) -> Result<Verzoek, VerzoekError> {
        wie.may_record()?;
        let dag = self.inner.clock.today();
        vraag.bevoegd(nieuw.vrager.rol(), dag)?;
        let ongeldig = |veld, wat| VerzoekError::Beheer(BeheerError::Ongeldig { veld, wat });
        if nieuw.ontvangen_op > dag {
            return Err(ongeldig(
                "ontvangen_op",
                "lies ahead: give the day on which it was received",
            ));
        }
        let rulebook = self.rulebook();
        if nieuw
            .gegevens
            .iter()
            .any(|g| rulebook.gegevens().matching(g).is_empty())
        {
            return Err(ongeldig("gegevens", ELEMENT));
        }
        let sealer = self.inner.sealer.as_ref();
        let sleutels = keys(sealer, &vraag.kenmerken()?);
        let found = self.inner.store.about(sleutels.clone()).await?;
        born_as_said(self.inner.store.as_ref(), sealer, &found.items, vraag, dag).await?;
        let (day, gegevens) = (nieuw.ontvangen_op.to_string(), nieuw.gegevens.join(","));
        let mut parts: Vec<&[u8]> = vec![
            nieuw.recht.as_str().as_bytes(),
            nieuw.vrager.as_str().as_bytes(),
            day.as_bytes(),
            gegevens.as_bytes(),
        ];
        parts.extend(sleutels.iter().map(String::as_bytes));
        let id = format!("vz-{}", letters(&sealer.keyed_id(VERZOEK, &parts)));
        if let Some((verzoek, _)) = self.request_now(&id).await? {
            return Ok(verzoek);
        }
        let own = || found.items.iter().filter(|i| !i.via_casus);
        let casussen: BTreeSet<&str> = own()
            .map(|i| i.event.claim.casus.as_str())
            .filter(|c| !c.is_empty())
            .collect();
        let loose = own().filter(|i| i.event.claim.casus.is_empty()).count();
        let verzoek = Verzoek {
            id,
            recht: nieuw.recht,
            vrager: nieuw.vrager,
            ontvangen_op: nieuw.ontvangen_op,
            uiterlijk: termijn(nieuw.ontvangen_op, 1),
            verlengd: None,
            gegevens: nieuw.gegevens.clone(),
            casussen: casussen.into_iter().map(str::to_owned).collect(),
            zonder_casus: u32::try_from(loose).unwrap_or(u32::MAX),
            derden_met_de_hand: 0,
            stand: VerzoekStand::Gevraagd,
            afgewezen_om: None,
            gewist: 0,
            beperkt_vanaf: nieuw.recht.houdt_tegen().then_some(dag),
            gesloten_op: None,
            door: vec![wie.account().to_owned()],
            op: dag,
        };
        let told = format!("verzoek om {} vastgelegd door {}", nieuw.recht.as_str(), wie.told());
        let cases = verzoek.casussen.clone();
        match self
            .keep_request(verzoek.clone(), 1, sleutels, &cases, Vec::new(), told)
            .await?
        {
            Some(kept) => Ok(kept),
            None => Ok(self.request_now(&verzoek.id).await?.ok_or(VerzoekError::Onbekend)?.0),
        }
    }

    /// Every request as it stands, the first made first.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn requests(&self) -> Result<Vec<Verzoek>, PortError> {
        let all = self.inner.store.posten(VERZOEK).await?;
        all.iter().map(lees).collect()
    }

    /// How a request came to stand as it does, oldest first; empty when there is none.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn request(&self, id: &str) -> Result<Vec<Verzoek>, PortError> {
        let all = self.inner.store.post(VERZOEK, id.to_owned()).await?;
        all.iter().map(lees).collect()
    }

    /// Takes a step of a request, and tells the others. Granting, refusing and lifting ask two persons.
    ///
    /// # Errors
    /// When there is no such request, the step does not follow, a second person is missing, or it could not be kept.
    pub async fn request_step(&self, wie: &Wie, id: &str, stap: Stap) -> Result<Verzoek, VerzoekError> {
        wie.may_record()?;
        let mut door = vec![wie.account().to_owned()];
        if stap.met_zijn_tweeen() {
            let twee = wie.twee()?;
            door.push(twee.tweede().id().to_owned());
        }
        let dag = self.inner.clock.today();
        for _ in 0..POGINGEN {
            let (had, versie) = self.request_now(id).await?.ok_or(VerzoekError::Onbekend)?;
            let mut new = had.na(stap, door.clone(), dag)?;
            let sleutels = self.inner.store.post_sleutels(VERZOEK, id.to_owned()).await?;
            let wissen = match (stap, new.recht) {
                (Stap::Toewijzen, Recht::Wissing) => self.content_of(sleutels).await?,
                _ => Vec::new(),
            };
            new.gewist = u32::try_from(wissen.len()).unwrap_or(u32::MAX);
            let told = format!(
                "verzoek om {}: {} door {}",
                new.recht.as_str(),
                stap.as_str(),
                wie.told()
            );
            let cases = new.casussen.clone();
            if let Some(kept) = self
                .keep_request(new, versie + 1, Vec::new(), &cases, wissen, told)
                .await?
            {
                return Ok(kept);
            }
        }
        Err(BeheerError::NietNu.into())
    }

    /// A message about a person came in for a case that no restriction knows yet: those that hold for the person hold there
    /// too, before the message is kept.
    pub(crate) async fn restrict_new_case(&self, personen: &[String], casus: &str) -> Result<(), PortError> {
        if casus.is_empty() || personen.is_empty() {
            return Ok(());
        }
        let found = self.inner.store.posten_van(VERZOEK, personen.to_vec()).await?;
        for post in &found {
            let mut verzoek = lees(post)?;
            if !verzoek.beperkt() || verzoek.casussen.iter().any(|c| c == casus) {
                continue;
            }
            verzoek.casussen.push(casus.to_owned());
            verzoek.beperkt_vanaf.get_or_insert(self.inner.clock.today());
            let told = format!("verzoek om {}: ook in een nieuwe casus", verzoek.recht.as_str());
            let only = [casus.to_owned()];
            // Somebody was first: what they wrote may not know this case.
            let kept = self
                .keep_request(verzoek, post.versie + 1, Vec::new(), &only, Vec::new(), told)
                .await;
            if kept
                .map_err(|_| PortError::Unavailable("the register", "a request could not be kept"))?
                .is_none()
            {
                return Err(PortError::Unavailable("the register", "somebody else wrote a request"));
            }
        }
        Ok(())
    }

    /// Says which requests should have been answered.
    pub(crate) async fn watch_requests(&self) {
        let dag = self.inner.clock.today();
        match self.requests().await {
            Ok(all) => {
                let te_laat = all.iter().filter(|v| v.te_laat(dag)).count();
                if te_laat > 0 {
                    tracing::warn!(
                        te_laat,
                        "requests of a betrokkene are past their term: see `sluis verzoek lijst`"
                    );
                }
            }
            Err(error) => self.port_failed(&error),
        }
    }

    async fn request_now(&self, id: &str) -> Result<Option<(Verzoek, u32)>, PortError> {
        let last = self.inner.store.post(VERZOEK, id.to_owned()).await?.pop();
        last.map(|post| Ok((lees(&post)?, post.versie))).transpose()
    }

    /// Keeps a version, restricts or lifts in these cases, and tells the others. `None`: somebody was first.
    async fn keep_request(
        &self,
        mut verzoek: Verzoek,
        versie: u32,
        sleutels: Vec<String>,
        cases: &[String],
        wissen: Vec<EffectId>,
        told: String,
    ) -> Result<Option<Verzoek>, VerzoekError> {
        let (mut notices, mut feiten) = (Vec::new(), Vec::new());
        let before = self.request_now(&verzoek.id).await?;
        // Extending, granting and closing change nothing of a restriction, and a fact too many has all judged again.
        let changes =
            before.is_none_or(|(had, _)| had.beperkt() != verzoek.beperkt() || had.casussen != verzoek.casussen);
        let mut derden = 0;
        for casus in cases {
            if changes && let Some(feit) = restriction(&verzoek, casus) {
                let note = format!("{} om {}", feit.soort(), verzoek.id);
                let entry = self.act(Journaalstap::Feit, "", Some(casus.as_str()), note);
                feiten.push((feit, entry));
            }
            // That the answer left is between who asked and who answers.
            if verzoek.gesloten_op.is_none() {
                derden += self.tell_of_request(&verzoek, versie, casus, &mut notices).await?;
            }
        }
        verzoek.derden_met_de_hand = verzoek.derden_met_de_hand.max(derden);
        let gewist = self.act(Journaalstap::Vernietigd, "", None, format!("wissing om {}", verzoek.id));
        let new = NewPost {
            soort: VERZOEK,
            id: verzoek.id.clone(),
            versie,
            sleutels,
            post: serde_json::to_string(&verzoek).map_err(|_| BeheerError::NietNu)?,
            entry: self.register_entry(&verzoek.id, told),
            notices,
            feiten,
            wissen,
            gewist: Some(gewist),
        };
        let kept = self.inner.store.boek(new).await.inspect_err(|e| self.port_failed(e))?;
        Ok(kept.map(|_| verzoek))
    }

    /// The record of a line of a register: found by its id.
    pub(crate) fn register_entry(&self, id: &str, told: String) -> Entry {
        self.act(Journaalstap::Feit, id, None, told)
    }

    /// Who takes part in a case, and who received something of it (13.2; AVG 19). How many derden there are, whom only a
    /// person can tell: they know the case by another name.
    pub(crate) async fn concerned(&self, casus: &str) -> Result<(BTreeSet<Partij>, u32), PortError> {
        let FactsRead { feiten, versie } = self.inner.store.facts(casus.to_owned()).await?;
        let (dag, rulebook) = (self.inner.clock.today(), self.rulebook());
        let stand = Dossier::build(&feiten, versie, casus, dag, rulebook.gegevens());
        let mut to: BTreeSet<Partij> = stand
            .casus
            .map(|c| c.deelnemers)
            .unwrap_or_default()
            .into_iter()
            .collect();
        let mut derden = BTreeSet::new();
        for got in self.inner.store.received(casus.to_owned()).await? {
            let Ok(partij) = got.ontvanger.parse::<Partij>() else {
                return Err(PortError::Corrupt("the ledger", "a receiver in it is no party"));
            };
            let by_derde = async || {
                let records = self.history_of(got.effect.as_str()).await?;
                let of = records.iter().find(|r| r.nummer == got.nummer);
                Ok::<bool, PortError>(of.is_none_or(|r| r.inhoud.kanaal == "derde"))
            };
            if partij.taak == Taak::Derde || by_derde().await? {
                derden.insert(partij);
            } else {
                to.insert(partij);
            }
        }
        // Who asked is answered by a person, and DUO has no part in a case.
        to.retain(|p| !matches!(p.taak, Taak::Betrokkene | Taak::Duo));
        Ok((to, u32::try_from(derden.len()).unwrap_or(u32::MAX)))
    }

    async fn tell_of_request(
        &self,
        verzoek: &Verzoek,
        versie: u32,
        casus: &str,
        notices: &mut Vec<NewNotice>,
    ) -> Result<u32, VerzoekError> {
        let (to, derden) = self.concerned(casus).await?;
        for ontvanger in to {
            notices.push(self.notice(&Aanzegging {
                aanleiding: format!("verzoek:{}:{versie}:{casus}", verzoek.id),
                ontvanger,
                mededeling: Mededeling::Recht {
                    casus: casus.to_owned(),
                    verzoek: verzoek.id.clone(),
                    recht: verzoek.recht.as_str().to_owned(),
                    stand: verzoek.stand.as_str().to_owned(),
                    gegevens: verzoek.gegevens.clone(),
                    uiterlijk: verzoek.uiterlijk,
                },
            })?);
        }
        Ok(derden)
    }

    /// Messages about the person whose content is still here: parked, in a mailbox, on their way. Not those of which a send
    /// was begun and the end is not known.
    async fn content_of(&self, sleutels: Vec<String>) -> Result<Vec<EffectId>, PortError> {
        let mut out = Vec::new();
        let mut doubt: BTreeSet<String> = BTreeSet::new();
        let found = self.inner.store.about(sleutels).await?;
        let cases: BTreeSet<&str> = found.items.iter().map(|i| i.event.claim.casus.as_str()).collect();
        for casus in cases.into_iter().filter(|c| !c.is_empty()) {
            doubt.extend(
                self.inner
                    .store
                    .in_doubt(casus.to_owned())
                    .await?
                    .into_iter()
                    .map(|e| e.0),
            );
        }
        for item in &found.items {
            if item.plek.is_some() && !item.ander && !doubt.contains(item.effect.as_str()) {
                out.push(item.effect.clone());
            }
        }
        Ok(out)
    }
}

/// What the request means for a case today: restricted, or no longer so since yesterday.
fn restriction(verzoek: &Verzoek, casus: &str) -> Option<Feit> {
    let vanaf = verzoek.beperkt_vanaf?;
    let lifted = matches!(verzoek.stand, VerzoekStand::Afgewezen | VerzoekStand::Opgeheven);
    Some(Feit::Beperking(Beperking {
        casus: casus.to_owned(),
        verzoek: verzoek.id.clone(),
        gegevens: verzoek.gegevens.clone(),
        vanaf,
        tot: lifted.then(|| verzoek.op.checked_sub(Span::new().days(1)).unwrap_or(verzoek.op)),
    }))
}
