//! What the store in memory holds, and what a commit means.

use std::collections::BTreeMap;

use sluis_rules::event::Event;
use sluis_rules::facts::Feit;
use sluis_rules::ids::Partij;
use sluis_rules::journal::{self, Record, Stap};
use sluis_stations::ports::*;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Judge,
    Deliver,
    Mailbox,
    Quarantine(Vec<String>, u64),
    Done,
}

pub struct Message {
    pub seq: u64,
    pub event: Event,
    pub koppeling: String,
    pub lane: String,
    pub accepted: Vec<u8>,
    pub minimised: Vec<u8>,
    pub place: Place,
    pub not_before: u64,
    pub claim: Option<(u64, u64)>,
    pub attempt: u32,
    pub departed: bool,
    /// Given out of the mailbox at least once.
    pub fetched: bool,
    pub at_ms: u64,
    /// When it was put aside last.
    pub aside_ms: u64,
    /// Somebody changed in whose mailbox it lies, beside its event.
    pub column: Option<Partij>,
}

#[derive(Default)]
pub struct State {
    pub messages: BTreeMap<EffectId, Message>,
    pub events: BTreeMap<String, (String, Vec<EffectId>)>,
    pub facts: Vec<Feit>,
    pub records: Vec<Record>,
    pub lines: Vec<Vec<u8>>,
    pub tokens: u64,
    /// Which key finds which message.
    pub personen: Vec<(String, EffectId)>,
    /// Administrative messages in the order they were told, and up to which fact was told.
    pub notices: Vec<NoticeItem>,
    pub told: u64,
    /// Lines of registers, with about whom they are.
    pub posten: Vec<(&'static str, Post, Vec<String>)>,
}

impl State {
    /// The effect ledger, read from the records: the slow way, which is surely right.
    pub fn received(&self, casus: &str) -> Vec<Received> {
        let mut out: Vec<Received> = Vec::new();
        let of = |r: &&Record| {
            matches!(r.stap, Stap::Vertrek | Stap::Opgehaald) && r.inhoud.casus == casus && r.inhoud.kanaal != "beheer"
        };
        for r in self.records.iter().filter(of) {
            let effect = EffectId(r.effect.clone());
            match out.iter_mut().find(|had| had.effect == effect) {
                Some(had) => had.toestemmingen.extend(r.inhoud.toestemmingen.clone()),
                None => out.push(Received {
                    effect,
                    ontvanger: r.inhoud.ontvanger.clone(),
                    toestemmingen: r.inhoud.toestemmingen.clone(),
                    nummer: r.nummer,
                    tijd_ms: r.tijd_ms,
                }),
            }
        }
        for had in &mut out {
            had.toestemmingen.sort();
            had.toestemmingen.dedup();
        }
        out
    }

    pub fn consent_cases(&self) -> Vec<String> {
        let of = |f: &Feit| matches!(f, Feit::Toestemming(_)).then(|| f.casus().unwrap().to_owned());
        let all: std::collections::BTreeSet<String> = self.facts.iter().filter_map(of).collect();
        all.into_iter().collect()
    }

    pub fn in_doubt(&self, casus: &str) -> Vec<EffectId> {
        let of = |(_, m): &(&EffectId, &Message)| m.departed && m.event.claim.casus == casus;
        self.messages.iter().filter(of).map(|(e, _)| e.clone()).collect()
    }

    /// What a withdrawal does beside what every fact does.
    pub fn withdrawn(&mut self, casus: &str, entry: &Entry) {
        let back: Vec<EffectId> = self
            .messages
            .iter()
            .filter(|(_, m)| m.place == Place::Mailbox && !m.fetched && m.event.claim.casus == casus)
            .map(|(e, _)| e.clone())
            .collect();
        back.iter().for_each(|e| self.move_to(e, Place::Judge));
        for effect in self.in_doubt(casus) {
            let mut entry = entry.clone();
            entry.effect = effect.0;
            entry.inhoud.toelichting = POSSIBLY.to_owned();
            self.write(entry);
        }
    }

    /// Keeps an administrative message; `false`: it was there.
    pub fn tell(&mut self, n: NewNotice) -> bool {
        if self.notices.iter().any(|had| had.id == n.id) {
            return false;
        }
        self.write(n.entry);
        self.notices.push(NoticeItem {
            id: n.id,
            ontvanger: n.ontvanger,
            bericht: n.bericht,
            at_ms: n.at_ms,
            due_ms: n.due_ms,
            fetched_ms: None,
            confirmed_ms: None,
        });
        true
    }

    pub fn write(&mut self, entry: Entry) {
        let before = self.lines.last().map_or(journal::GENESIS, |l| journal::hash(l));
        let record = entry.into_record(self.lines.len() as u64 + 1, journal::hex(&before));
        self.lines.push(record.seal().unwrap().0);
        self.records.push(record);
    }

    pub fn versie(&self, casus: &str) -> u64 {
        let of = |f: &Feit| f.casus().is_none_or(|c| c == casus);
        self.facts.iter().rposition(of).map_or(0, |n| n as u64 + 1)
    }

    pub fn move_to(&mut self, effect: &EffectId, place: Place) {
        let m = self.messages.get_mut(effect).unwrap();
        (m.place, m.claim, m.attempt, m.not_before) = (place, None, 0, 0);
    }

    pub fn record(&mut self, feit: Feit) {
        let back: Vec<EffectId> = self
            .messages
            .iter()
            .filter(|(_, m)| feit.casus().is_none_or(|c| c == m.event.claim.casus))
            .filter(|(_, m)| match m.place {
                Place::Quarantine(..) => true,
                Place::Deliver => !m.departed,
                _ => false,
            })
            .map(|(e, _)| e.clone())
            .collect();
        back.iter().for_each(|e| self.move_to(e, Place::Judge));
        self.facts.push(feit);
    }

    fn holds(&self, claim: &Claim) -> bool {
        self.messages
            .get(&claim.effect)
            .and_then(|m| m.claim)
            .is_some_and(|(token, _)| token == claim.token)
    }

    pub fn commit(&mut self, step: Step) -> Committed {
        if !self.holds(&step.claim) {
            return Committed::ClaimLost;
        }
        if step
            .facts
            .as_ref()
            .is_some_and(|(casus, versie)| self.versie(casus) != *versie)
        {
            return Committed::FactsChanged;
        }
        let now = step.journal.last().map_or(0, |e| e.tijd_ms);
        step.journal.into_iter().for_each(|e| self.write(e));
        let effect = &step.claim.effect;
        let retry = |m: &mut Message, at_ms: u64, departed: bool| {
            (m.claim, m.not_before, m.departed) = (None, at_ms, departed);
        };
        match step.next {
            Next::Deliver { sealed } => {
                self.messages.get_mut(effect).unwrap().minimised = sealed;
                self.move_to(effect, Place::Deliver);
            }
            Next::Mailbox { sealed } => {
                self.messages.get_mut(effect).unwrap().minimised = sealed;
                self.move_to(effect, Place::Mailbox);
            }
            Next::Judge => self.move_to(effect, Place::Judge),
            Next::Done => {
                self.move_to(effect, Place::Done);
                let m = self.messages.get_mut(effect).unwrap();
                (m.accepted, m.minimised, m.departed) = (Vec::new(), Vec::new(), false);
            }
            Next::Quarantine { redenen, until_ms } => {
                self.move_to(effect, Place::Quarantine(redenen, until_ms));
                self.messages.get_mut(effect).unwrap().aside_ms = now;
            }
            Next::Retry { at_ms } => retry(self.messages.get_mut(effect).unwrap(), at_ms, false),
            Next::Unknown { at_ms } => retry(self.messages.get_mut(effect).unwrap(), at_ms, true),
            Next::Depart => self.messages.get_mut(effect).unwrap().departed = true,
        }
        Committed::Yes
    }

    pub fn ready(&self, station: Station, now: u64, without: &[Partij]) -> Vec<EffectId> {
        let place = if station == Station::Judge {
            Place::Judge
        } else {
            Place::Deliver
        };
        let open = |m: &Message| matches!(m.place, Place::Judge | Place::Deliver);
        let mut all: Vec<(&EffectId, &Message)> = self
            .messages
            .iter()
            .filter(|(_, m)| m.place == place && m.not_before <= now && m.claim.is_none_or(|(_, until)| until <= now))
            .filter(|(_, m)| !m.event.claim.ontvanger.is_some_and(|p| without.contains(&p)))
            .filter(|(_, m)| {
                !self
                    .messages
                    .values()
                    .any(|o| o.lane == m.lane && o.seq < m.seq && open(o))
            })
            .collect();
        all.sort_by_key(|(_, m)| m.seq);
        all.into_iter().map(|(e, _)| e.clone()).collect()
    }
}

pub fn in_mailbox(m: &Message, who: Partij) -> bool {
    m.place == Place::Mailbox && m.column.or(m.event.claim.ontvanger) == Some(who)
}

pub fn item(effect: &EffectId, m: &Message) -> MailboxItem {
    MailboxItem {
        effect: effect.clone(),
        event: m.event.clone(),
        koppeling: m.koppeling.clone(),
        sealed: m.minimised.clone(),
        since_ms: m.at_ms,
    }
}
