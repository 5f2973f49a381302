//! The reckoning: what was acknowledged, against what the simulated systems, the mailboxes, quarantine and the journal
//! say. The simulators' own records are the witnesses; Sluis' journal must agree with them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use sluis_rules::journal::{Record, Stap, verify};
use sluis_simulators::zaaksysteem::Zaaksysteem;
use sluis_simulators::{Kind, Received};
use sluis_stations::ports::Store as _;
use sluis_store::{SqliteStore, StoreOptions};

use crate::corpus::{Fate, letter};

/// The journal of a store that nobody uses now, verified from its first record to its last.
pub(crate) async fn journal(store: &Path) -> Vec<Record> {
    let store = SqliteStore::open(store, StoreOptions::default()).unwrap();
    let mut bytes: Vec<Vec<u8>> = Vec::new();
    loop {
        let page = store.journal(bytes.len() as u64 + 1, 2000).await.unwrap();
        if page.is_empty() {
            break;
        }
        bytes.extend(page);
    }
    let (last, _) = verify(bytes.iter().map(Vec::as_slice)).unwrap();
    assert_eq!(last, bytes.len() as u64);
    bytes.iter().map(|b| serde_json::from_slice(b).unwrap()).collect()
}

/// What became of one effect, as the journal has it.
#[derive(Default)]
struct Story {
    receiver: String,
    case: String,
    accepted: Vec<u64>,
    departures: Vec<(u64, u64)>,
    delivered: Vec<u64>,
}

/// What stands in a mailbox or was fetched from it, by effect; the content where it was fetched.
pub(crate) type Mailbox = BTreeMap<String, Option<Vec<u8>>>;

/// Everything that the reckoning rests on.
pub(crate) struct Evidence<'a> {
    pub(crate) acknowledged: BTreeMap<usize, Vec<String>>,
    pub(crate) journal: &'a [Record],
    /// The systems by push, and for which parties they stand.
    pub(crate) systems: Vec<(&'a Zaaksysteem, Vec<&'static str>)>,
    /// By party.
    pub(crate) mailboxes: Vec<(&'static str, Mailbox)>,
    /// Lines of quarantine.
    pub(crate) aside: Vec<Value>,
}

/// Everything that is wrong; nothing is the only good answer.
pub(crate) fn reckon(evidence: &Evidence<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    let stories = stories(evidence.journal);
    let systems: Vec<System<'_>> = evidence.systems.iter().map(|(z, p)| System::of(z, p)).collect();
    let aside = aside(&evidence.aside, &mut wrong);
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for (n, effects) in &evidence.acknowledged {
        let letter = letter(*n);
        let mut fates: BTreeMap<&str, Fate> = letter.fates.iter().copied().collect();
        for effect in effects {
            if !known.insert(effect) {
                wrong.push(format!("effect {effect} belongs to two letters, one of them {n}"));
            }
            let Some(story) = stories.get(effect.as_str()) else {
                wrong.push(format!("letter {n}: effect {effect} is not in the journal"));
                continue;
            };
            if story.accepted.len() != 1 {
                wrong.push(format!("letter {n}: accepted {} times", story.accepted.len()));
            }
            let Some(fate) = fates.remove(story.receiver.as_str()) else {
                wrong.push(format!("letter {n}: also went to `{}`", story.receiver));
                continue;
            };
            let found = Found::of(effect, &systems, evidence, &aside);
            if let Err(why) = found.fits(fate, &story.receiver, &letter.mark) {
                wrong.push(format!("letter {n} for `{}`, effect {effect}: {why}", story.receiver));
            }
        }
        for (receiver, fate) in fates {
            wrong.push(format!("letter {n}: nothing for `{receiver}`, should be {fate:?}"));
        }
    }
    for system in &systems {
        system.against_journal(&stories, &known, &mut wrong);
    }
    order(&stories, &systems, &mut wrong);
    wrong
}

fn stories(journal: &[Record]) -> BTreeMap<&str, Story> {
    let mut all: BTreeMap<&str, Story> = BTreeMap::new();
    for record in journal {
        let story = all.entry(record.effect.as_str()).or_default();
        match record.stap {
            Stap::Aanvaard => {
                story.receiver.clone_from(&record.inhoud.ontvanger);
                story.case.clone_from(&record.inhoud.casus);
                story.accepted.push(record.nummer);
            }
            Stap::Vertrek => story.departures.push((record.nummer, record.tijd_ms)),
            Stap::Afgeleverd if !matches!(record.inhoud.toelichting.as_str(), "postbus" | "bevestigd") => {
                story.delivered.push(record.nummer);
            }
            _ => {}
        }
    }
    all
}

fn aside<'a>(lines: &'a [Value], wrong: &mut Vec<String>) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut all = BTreeMap::new();
    for line in lines {
        let effect = line["effect"].as_str().unwrap();
        let reasons: Vec<&str> = line["redenen"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        if reasons.is_empty() {
            wrong.push(format!("{effect} is in quarantine without a reason"));
        }
        if all.insert(effect, reasons).is_some() {
            wrong.push(format!("{effect} is in quarantine twice"));
        }
    }
    all
}

/// A system by push, as its own records have it.
struct System<'a> {
    parties: &'a [&'static str],
    effects: BTreeMap<String, u64>,
    conflicts: u64,
    /// The messages by key, in the order in which they came.
    posts: BTreeMap<String, Vec<Received>>,
}

impl<'a> System<'a> {
    fn of(z: &Zaaksysteem, parties: &'a [&'static str]) -> Self {
        let mut posts: BTreeMap<String, Vec<Received>> = BTreeMap::new();
        for received in z.received() {
            if received.kind == Kind::Request && received.method == "POST" {
                let key = received.header("idempotency-key").unwrap_or_default();
                posts.entry(key).or_default().push(received);
            }
        }
        Self {
            parties,
            effects: z.effects(),
            conflicts: z.conflicts(),
            posts,
        }
    }

    /// Nothing came that was not acknowledged, nothing before its departure was written down, and not more often.
    fn against_journal(&self, stories: &BTreeMap<&str, Story>, known: &BTreeSet<&str>, wrong: &mut Vec<String>) {
        if self.conflicts != 0 {
            wrong.push(format!("{} times one key with another body", self.conflicts));
        }
        for (key, posts) in &self.posts {
            let Some(story) = stories.get(key.as_str()).filter(|_| known.contains(key.as_str())) else {
                wrong.push(format!("a system got {key}, which was never acknowledged"));
                continue;
            };
            let departed = story.departures.first().map_or(u64::MAX, |(_, at_ms)| *at_ms);
            if posts[0].at_ms < departed {
                wrong.push(format!(
                    "{key} left {} ms before its record",
                    departed.saturating_sub(posts[0].at_ms)
                ));
            }
            if posts.len() > story.departures.len() {
                let (sent, written) = (posts.len(), story.departures.len());
                wrong.push(format!(
                    "{key} was sent {sent} times, and its departure written down {written} times"
                ));
            }
            let (Some(departed), [delivered]) = (story.departures.first(), story.delivered.as_slice()) else {
                wrong.push(format!(
                    "{key}: delivered {} times in the journal",
                    story.delivered.len()
                ));
                continue;
            };
            if departed.0 >= *delivered {
                wrong.push(format!("{key}: delivered before it departed"));
            }
        }
    }
}

/// Where one effect is.
struct Found<'a> {
    systems: Vec<(&'a System<'a>, u64, &'a [Received])>,
    mailboxes: Vec<(&'static str, Option<&'a [u8]>)>,
    aside: Option<&'a [&'a str]>,
}

impl<'a> Found<'a> {
    fn of(
        effect: &str,
        systems: &'a [System<'a>],
        evidence: &'a Evidence<'_>,
        aside: &'a BTreeMap<&'a str, Vec<&'a str>>,
    ) -> Self {
        let pushed = systems.iter().filter_map(|system| {
            let posts = system.posts.get(effect)?;
            Some((
                system,
                system.effects.get(effect).copied().unwrap_or(0),
                posts.as_slice(),
            ))
        });
        let boxes = evidence.mailboxes.iter();
        Self {
            systems: pushed.collect(),
            mailboxes: boxes
                .filter_map(|(party, all)| Some((*party, all.get(effect)?.as_deref())))
                .collect(),
            aside: aside.get(effect).map(Vec::as_slice),
        }
    }

    fn fits(&self, fate: Fate, receiver: &str, mark: &str) -> Result<(), String> {
        let has_mark = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(mark);
        let nowhere_else = match fate {
            Fate::Pushed => self.mailboxes.is_empty() && self.aside.is_none(),
            Fate::Mailbox => self.systems.is_empty() && self.aside.is_none(),
            Fate::Aside(_) => self.systems.is_empty() && self.mailboxes.is_empty(),
        };
        if !nowhere_else {
            return Err(format!(
                "should be {fate:?}, and is elsewhere too; aside {:?}",
                self.aside
            ));
        }
        match fate {
            Fate::Pushed => match self.systems.as_slice() {
                [(system, 1, posts)] if system.parties.contains(&receiver) => {
                    let other = posts.iter().any(|post| !has_mark(&post.body));
                    if other {
                        Err("its content is that of another letter".into())
                    } else {
                        Ok(())
                    }
                }
                [(_, 1, _)] => Err("in the system of another".into()),
                [(_, times, _)] => Err(format!("{times} times in effect")),
                all => Err(format!("in {} systems", all.len())),
            },
            Fate::Mailbox => match self.mailboxes.as_slice() {
                [(party, content)] if *party == receiver => {
                    if content.is_some_and(|bytes| !has_mark(bytes)) {
                        return Err("its content is that of another letter".into());
                    }
                    Ok(())
                }
                all => Err(format!("in {} mailboxes", all.len())),
            },
            Fate::Aside(reason) => match self.aside {
                Some(reasons) if reasons.contains(&reason) => Ok(()),
                found => Err(format!("should be in quarantine for {reason}, is {found:?}")),
            },
        }
    }
}

/// Within a case and for one receiver, what was accepted first arrives first.
fn order(stories: &BTreeMap<&str, Story>, systems: &[System<'_>], wrong: &mut Vec<String>) {
    for system in systems {
        let mut arrivals: Vec<(u64, &str)> = system
            .posts
            .iter()
            .map(|(key, posts)| (posts[0].number, key.as_str()))
            .collect();
        arrivals.sort_unstable();
        let mut last: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for (_, key) in arrivals {
            let Some(story) = stories.get(key) else { continue };
            let accepted = story.accepted.first().copied().unwrap_or(0);
            let before = last.insert((&story.case, &story.receiver), accepted).unwrap_or(0);
            if before > accepted {
                wrong.push(format!("{key} overtook an earlier letter of its case"));
            }
        }
    }
}
