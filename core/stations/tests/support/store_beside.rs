//! The other ports of the store in memory: messages by person, and administrative messages.

use sluis_rules::ids::Partij;
use sluis_rules::inzage::Plek;
use sluis_stations::ports::*;

use super::state::*;
use super::store::FakeStore;

impl PersoonStore for FakeStore {
    fn about(&self, keys: Vec<String>) -> Fut<'_, Result<About, PortError>> {
        self.answer(move |s| {
            let own = |e: &EffectId| s.personen.iter().any(|(k, of)| of == e && keys.contains(k));
            let cases: Vec<&String> = s
                .messages
                .iter()
                .filter(|(e, _)| own(e))
                .map(|(_, m)| &m.event.claim.casus)
                .collect();
            let mut all: Vec<_> = s
                .messages
                .iter()
                .filter(|(e, m)| own(e) || cases.contains(&&m.event.claim.casus))
                .collect();
            all.sort_by_key(|(_, m)| m.seq);
            let items = all.into_iter().map(|(e, m)| AboutItem {
                effect: e.clone(),
                event: m.event.clone(),
                at_ms: m.at_ms,
                plek: match m.place {
                    Place::Judge | Place::Deliver => Some(Plek::Onderweg),
                    Place::Mailbox => Some(Plek::Postbus),
                    Place::Quarantine(..) => Some(Plek::Aangehouden),
                    Place::Done => None,
                },
                via_casus: !own(e),
                ander: !own(e) && s.personen.iter().any(|(_, of)| *of == *e),
                records: s
                    .records
                    .iter()
                    .zip(&s.lines)
                    .filter(|(r, _)| r.effect == e.0)
                    .map(|(_, l)| l.clone())
                    .collect(),
            });
            About {
                items: items.collect(),
                before: 0,
                ..About::default()
            }
        })
    }

    fn record(&self, entry: Entry) -> Fut<'_, Result<(), PortError>> {
        self.answer(|s| s.write(entry))
    }
}

impl BeheerStore for FakeStore {
    fn untold(&self, limit: usize) -> Fut<'_, Result<Untold, PortError>> {
        let state = self.state();
        let rest = state.facts.iter().enumerate().skip(state.told as usize).take(limit);
        let untold = Untold {
            after: state.told,
            feiten: rest.map(|(n, f)| (n as u64 + 1, f.clone())).collect(),
        };
        Box::pin(async { Ok(untold) })
    }

    fn tell(&self, new: Vec<NewNotice>, cursor: Option<(u64, u64)>) -> Fut<'_, Result<Option<u64>, PortError>> {
        self.answer(move |s| {
            if let Some((from, to)) = cursor {
                if s.told != from {
                    return None;
                }
                s.told = to;
            }
            let mut kept = 0;
            for n in new {
                kept += u64::from(s.tell(n));
            }
            Some(kept)
        })
    }

    fn notices(&self, who: Partij, after: Option<String>, limit: usize) -> Fut<'_, Result<Vec<NoticeItem>, PortError>> {
        self.answer(move |s| {
            let skip = after
                .and_then(|a| s.notices.iter().position(|n| n.id == a && n.ontvanger == who))
                .map_or(0, |n| n + 1);
            let open = |n: &&NoticeItem| n.ontvanger == who && n.confirmed_ms.is_none();
            s.notices.iter().skip(skip).filter(open).take(limit).cloned().collect()
        })
    }

    fn told_of_kind(&self, soort: String) -> Fut<'_, Result<Vec<String>, PortError>> {
        let begin = format!("{{\"soort\":\"{soort}\"");
        self.answer(move |s| {
            let texts = s.notices.iter().map(|n| n.bericht.clone());
            texts.filter(|t| t.starts_with(&begin)).collect()
        })
    }

    fn notice(&self, who: Partij, id: String) -> Fut<'_, Result<Option<NoticeItem>, PortError>> {
        self.answer(move |s| s.notices.iter().find(|n| n.id == id && n.ontvanger == who).cloned())
    }

    fn notice_fetch(&self, who: Partij, id: String, entry: Entry) -> Fut<'_, Result<bool, PortError>> {
        self.answer(move |s| {
            let open = |n: &&mut NoticeItem| n.id == id && n.ontvanger == who && n.confirmed_ms.is_none();
            let Some(found) = s.notices.iter_mut().find(open) else {
                return false;
            };
            found.fetched_ms.get_or_insert(entry.tijd_ms);
            s.write(entry);
            true
        })
    }

    fn notice_confirm(&self, who: Partij, id: String, entry: Entry) -> Fut<'_, Result<bool, PortError>> {
        self.answer(move |s| {
            let fetched = |n: &&mut NoticeItem| {
                n.id == id && n.ontvanger == who && n.fetched_ms.is_some() && n.confirmed_ms.is_none()
            };
            let Some(found) = s.notices.iter_mut().find(fetched) else {
                return false;
            };
            found.confirmed_ms = Some(entry.tijd_ms);
            s.write(entry);
            true
        })
    }

    fn unconfirmed(&self, after: Option<String>, limit: usize) -> Fut<'_, Result<Vec<NoticeItem>, PortError>> {
        self.answer(move |s| {
            let mut open: Vec<NoticeItem> = s.notices.iter().filter(|n| n.confirmed_ms.is_none()).cloned().collect();
            open.sort_by(|a, b| (a.due_ms, &a.id).cmp(&(b.due_ms, &b.id)));
            let skip = after
                .and_then(|a| open.iter().position(|n| n.id == a))
                .map_or(0, |n| n + 1);
            open.into_iter().skip(skip).take(limit).collect()
        })
    }

    fn note(&self, entry: Entry) -> Fut<'_, Result<(), PortError>> {
        self.answer(move |s| s.write(entry))
    }

    fn unconfirmed_counts(&self, now: u64) -> Fut<'_, Result<(u64, u64), PortError>> {
        self.answer(move |s| {
            let open = s.notices.iter().filter(|n| n.confirmed_ms.is_none());
            let (mut all, mut late) = (0, 0);
            for n in open {
                all += 1;
                late += u64::from(n.due_ms < now);
            }
            (all, late)
        })
    }
}

impl RegisterStore for FakeStore {
    fn posten(&self, soort: &'static str) -> Fut<'_, Result<Vec<Post>, PortError>> {
        self.answer(move |s| {
            let mut out: Vec<Post> = Vec::new();
            for (_, post, _) in s.posten.iter().filter(|(of, ..)| *of == soort) {
                match out.iter_mut().find(|had| had.id == post.id) {
                    Some(had) => *had = post.clone(),
                    None => out.push(post.clone()),
                }
            }
            out
        })
    }

    fn post(&self, soort: &'static str, id: String) -> Fut<'_, Result<Vec<Post>, PortError>> {
        self.answer(move |s| {
            let of = s.posten.iter().filter(|(of, p, _)| *of == soort && p.id == id);
            of.map(|(_, p, _)| p.clone()).collect()
        })
    }

    fn posten_van(&self, soort: &'static str, sleutels: Vec<String>) -> Fut<'_, Result<Vec<Post>, PortError>> {
        self.answer(move |s| {
            let mut out: Vec<Post> = Vec::new();
            let about = |id: &String| {
                let mut all = s.posten.iter();
                all.any(|(of, p, keys)| *of == soort && p.id == *id && keys.iter().any(|k| sleutels.contains(k)))
            };
            for (_, post, _) in s.posten.iter().filter(|(of, p, _)| *of == soort && about(&p.id)) {
                out.retain(|had| had.id != post.id);
                out.push(post.clone());
            }
            out
        })
    }

    fn post_sleutels(&self, soort: &'static str, id: String) -> Fut<'_, Result<Vec<String>, PortError>> {
        self.answer(move |s| {
            let of = s.posten.iter().filter(|(of, p, _)| *of == soort && p.id == id);
            of.flat_map(|(_, _, keys)| keys.clone()).collect()
        })
    }

    fn boek(&self, new: NewPost) -> Fut<'_, Result<Option<u32>, PortError>> {
        self.answer(move |s| {
            let same = |(of, p, _): &(&'static str, Post, Vec<String>)| {
                *of == new.soort && p.id == new.id && p.versie == new.versie
            };
            if s.posten.iter().any(same) {
                return None;
            }
            let post = Post {
                id: new.id,
                versie: new.versie,
                post: new.post,
            };
            s.posten.push((new.soort, post, new.sleutels));
            s.write(new.entry);
            for (feit, entry) in new.feiten {
                s.write(entry);
                s.record(feit);
            }
            new.notices.into_iter().for_each(|n| {
                s.tell(n);
            });
            let mut gewist = 0;
            for effect in new.wissen {
                let Some(m) = s.messages.get_mut(&effect) else { continue };
                if m.place == Place::Done || m.departed {
                    continue;
                }
                m.place = Place::Done;
                m.claim = None;
                m.accepted.clear();
                m.minimised.clear();
                gewist += 1;
                let entry = new.gewist.clone().expect("a record for what is destroyed");
                s.write(Entry {
                    effect: effect.0,
                    ..entry
                });
            }
            Some(gewist)
        })
    }
}
