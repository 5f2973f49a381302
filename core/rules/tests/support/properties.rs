//! What must hold of a minimiser for every message, plan and mask. The subject is a parameter, so that the same suite
//! can be shown to catch broken ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use serde_json::Value;

use super::doc::Doc;
use super::generate::{Rules, Tape, anything, message, write};
use super::model::{Counts, Model, Outcome, Refused};
use super::spec::{Spec, remember};
use crate::gegeven::{Actie, GegevenId, GegevenSet, Gegevens, Wijze};
use crate::minimise::Plan;
use crate::tree::Tree;

/// The day of the decision in all of these.
pub const DAG: Date = jiff::civil::date(2026, 11, 23);

/// A minimiser: what it makes and what it counts, or that it refuses.
pub type Subject = fn(&Plan, &[GegevenSet], Date, &[u8]) -> Option<(Vec<u8>, Counts, usize)>;

pub struct Setting {
    pub schema: Value,
    pub gegevens: Gegevens,
    pub tree: Arc<Tree>,
    pub subject: Subject,
}

impl Setting {
    pub fn new(schema: &str, gegevens: Gegevens, subject: Subject) -> Self {
        Self {
            tree: Arc::new(Tree::compile(schema, &gegevens).unwrap()),
            schema: remember(&serde_json::from_str(schema).unwrap()),
            gegevens,
            subject,
        }
    }

    /// Messages out of tapes of up to `tape` bytes, `rounds` plans for each of `cases` messages.
    pub fn run(&self, cases: u32, rounds: usize, tape: usize) -> Result<(), String> {
        let config = Config {
            cases,
            failure_persistence: None,
            max_shrink_iters: 4096,
            ..Config::default()
        };
        let tapes = proptest::collection::vec(proptest::num::u8::ANY, 0..tape);
        let law = |tape: Vec<u8>| self.laws(&tape, rounds).map_err(TestCaseError::fail);
        match TestRunner::new(config).run(&tapes, law) {
            Ok(()) => Ok(()),
            Err(TestError::Fail(why, tape)) => {
                let spec = Spec::new(&self.schema);
                let text = write(&message(spec, &mut Tape::new(&tape)), &mut Tape::new(&[]));
                Err(format!("{why}\nthe message: {text}"))
            }
            Err(other) => Err(other.to_string()),
        }
    }

    fn laws(&self, tape: &[u8], rounds: usize) -> Result<(), String> {
        let mut tape = Tape::new(tape);
        let doc = message(Spec::new(&self.schema), &mut tape);
        let text = write(&doc, &mut tape);
        for _ in 0..rounds {
            let rules = Rules::generate(&self.gegevens, &mut tape);
            let made = self.same_as_the_model(&doc, &text, &rules)?;
            self.blind_to_what_is_forbidden(&doc, &rules, made.as_ref(), &mut tape)?;
            if let Some(made) = made {
                self.within_what_is_permitted(&doc, &rules, &made)?;
                self.changes_nothing_twice(&rules, &made)?;
                self.narrower_never_yields_more(&text, &rules, &made, &mut tape)?;
            }
        }
        Ok(())
    }

    fn minimise(&self, rules: &Rules, text: &str) -> Option<(String, Counts, usize)> {
        let plan = Plan::new(&self.tree, |id| {
            rules.actions.get(usize::from(id.0)).copied().unwrap_or_default()
        });
        let id = |n: &usize| GegevenId(u8::try_from(*n).unwrap());
        let masks: Vec<GegevenSet> = rules.masks.iter().map(|m| m.iter().map(id).collect()).collect();
        let (bytes, counts, left) = (self.subject)(&plan, &masks, DAG, text.as_bytes())?;
        Some((String::from_utf8(bytes).unwrap(), counts, left))
    }

    fn element(&self, name: &str) -> usize {
        usize::from(self.gegevens.find(name).unwrap().0)
    }

    fn same_as_the_model(&self, doc: &Doc, text: &str, rules: &Rules) -> Result<Option<Outcome>, String> {
        let model = Model {
            spec: Spec::new(&self.schema),
            dag: DAG,
            permission: &|n, element| rules.permission(n, self.element(element)),
        };
        match (model.minimise(doc), self.minimise(rules, text)) {
            (Err(Refused), None) => Ok(None),
            (Ok(want), Some((got, counts, left))) => {
                hold(
                    got == want.text,
                    "another output than the model",
                    &[text, &got, &want.text],
                )?;
                let counted = format!("{counts:?} {:?}", want.counts);
                hold(
                    counts == want.counts && left == want.left.len(),
                    "counted otherwise",
                    &[text, &counted],
                )?;
                Ok(Some(want))
            }
            (Ok(want), None) => hold(false, "refused, not by the model", &[text, &want.text]).map(|()| None),
            (Err(Refused), Some((got, ..))) => hold(false, "refused by the model only", &[text, &got]).map(|()| None),
        }
    }

    /// Every classified leaf of the output is permitted, and stands in the input or is made by a declared way.
    fn within_what_is_permitted(&self, doc: &Doc, rules: &Rules, made: &Outcome) -> Result<(), String> {
        let output = Doc::parse(&made.text);
        let inputs = doc.get("bijdragen").unwrap().items();
        for (item, n) in output.get("bijdragen").unwrap().items().iter().zip(&made.left) {
            let had = inputs[*n].leaves();
            for (path, raw) in item.leaves() {
                let spec = self.spec_at(&path);
                let Some(element) = spec.gegeven().filter(|e| *e != "geen") else {
                    continue;
                };
                let stands = had.contains(&(path.clone(), raw.clone()));
                let fits = match (rules.permission(*n, self.element(element)), spec.derived()) {
                    (Actie::Permit, _) => stands,
                    (Actie::Generalise(wanted), Some((_, way))) => wanted.as_str() == way,
                    _ => false,
                };
                hold(fits, "more than is permitted", &[&path, &made.text])?;
            }
        }
        Ok(())
    }

    fn spec_at(&self, path: &str) -> Spec<'_> {
        let root = Spec::new(&self.schema).property("bijdragen").unwrap().items();
        path.split('/').skip(1).fold(root, |spec, step| match step {
            "*" => spec.items(),
            name => spec.property(name).unwrap(),
        })
    }

    fn changes_nothing_twice(&self, rules: &Rules, made: &Outcome) -> Result<(), String> {
        let again = Rules {
            masks: made.left.iter().map(|n| rules.masks[*n].clone()).collect(),
            ..rules.clone()
        };
        let twice = self.minimise(&again, &made.text).map(|(text, ..)| text);
        hold(
            twice.as_ref() == Some(&made.text),
            "minimising twice changes it",
            &[&made.text, &format!("{twice:?}")],
        )
    }

    fn narrower_never_yields_more(
        &self,
        text: &str,
        rules: &Rules,
        made: &Outcome,
        tape: &mut Tape<'_>,
    ) -> Result<(), String> {
        let mut narrow = rules.clone();
        for action in &mut narrow.actions {
            if tape.chance(25) {
                *action = Actie::Drop;
            }
        }
        for mask in &mut narrow.masks {
            mask.retain(|_| !tape.chance(10));
        }
        let Some((less, ..)) = self.minimise(&narrow, text) else {
            return hold(false, "a narrower plan is refused", &[text]);
        };
        let mut more: BTreeMap<(String, String), usize> = BTreeMap::new();
        for leaf in Doc::parse(&made.text).leaves() {
            *more.entry(leaf).or_default() += 1;
        }
        for leaf in Doc::parse(&less).leaves() {
            match more.get_mut(&leaf) {
                Some(left) if *left > 0 => *left -= 1,
                _ => return hold(false, "a narrower plan yields more", &[text, &less, &made.text]),
            }
        }
        Ok(())
    }

    /// Changes only what is forbidden – values, shapes, number, presence – and sees the same bytes.
    fn blind_to_what_is_forbidden(
        &self,
        doc: &Doc,
        rules: &Rules,
        made: Option<&Outcome>,
        tape: &mut Tape<'_>,
    ) -> Result<(), String> {
        let Doc::Object(mut members) = doc.clone() else {
            return Ok(());
        };
        for (key, value) in &mut members {
            if let ("bijdragen", Doc::Array(items)) = (key.as_str(), &mut *value) {
                let spec = Spec::new(&self.schema).property("bijdragen").unwrap().items();
                for (n, item) in items.iter_mut().enumerate() {
                    let allows = |element: &str| rules.permission(n, self.element(element));
                    *item = disturb(spec, item, &allows, tape);
                }
            }
        }
        members.push(("nooit gezien".to_owned(), anything(tape, 2)));
        let other = Doc::Object(members).text();
        let seen = self.minimise(rules, &other).map(|(text, ..)| text);
        let want = made.map(|m| m.text.clone());
        let (a, b) = (format!("{want:?}"), format!("{seen:?}"));
        hold(
            seen == want,
            "what is forbidden can be seen",
            &[&doc.text(), &other, &a, &b],
        )
    }
}

/// The same value with everything forbidden in it changed, removed or added.
fn disturb(spec: Spec<'_>, doc: &Doc, allows: &dyn Fn(&str) -> Actie, tape: &mut Tape<'_>) -> Doc {
    match (spec.kind(), doc) {
        ("object", Doc::Object(members)) => {
            let mut out: Vec<(String, Doc)> = Vec::new();
            for (key, value) in members {
                match spec.property(key) {
                    Some(below) if !forbidden(spec, key, allows) => {
                        out.push((key.clone(), disturb_unless_made(spec, key, below, value, allows, tape)));
                    }
                    // No contribution is without content, whatever may be seen of it.
                    _ if key == "inhoud" => {
                        let other = if value.is_null() {
                            return doc.clone();
                        } else {
                            anything(tape, 3)
                        };
                        out.push((
                            key.clone(),
                            if other.is_null() {
                                Doc::Object(Vec::new())
                            } else {
                                other
                            },
                        ));
                    }
                    _ if tape.chance(60) => {}
                    _ => out.push((key.clone(), anything(tape, 2))),
                }
            }
            let kept: Vec<String> = out.iter().map(|(k, _)| k.clone()).collect();
            for name in spec.properties().keys() {
                if name != "inhoud" && !kept.contains(name) && forbidden(spec, name, allows) && tape.chance(25) {
                    let at = tape.below(out.len() + 1);
                    out.insert(at, (name.clone(), anything(tape, 2)));
                }
            }
            Doc::Object(out)
        }
        ("array", Doc::Array(items)) => {
            Doc::Array(items.iter().map(|i| disturb(spec.items(), i, allows, tape)).collect())
        }
        _ => doc.clone(),
    }
}

/// Whether nothing of this field may show, not even by a generalisation.
fn forbidden(spec: Spec<'_>, key: &str, allows: &dyn Fn(&str) -> Actie) -> bool {
    let below = spec.property(key).unwrap();
    let leaf = below.gegeven().is_some();
    if leaf && below.elements().next().is_none() {
        return false;
    }
    let made = |wijze: Wijze| spec.made_from(key).iter().any(|(_, way, _)| *way == wijze.as_str());
    below.elements().all(|element| match allows(element) {
        Actie::Permit => false,
        Actie::Drop => true,
        Actie::Generalise(wijze) if leaf => {
            !made(wijze) && below.derived().is_none_or(|(_, way)| way != wijze.as_str())
        }
        Actie::Generalise(_) => false,
    })
}

fn disturb_unless_made(
    spec: Spec<'_>,
    key: &str,
    below: Spec<'_>,
    value: &Doc,
    allows: &dyn Fn(&str) -> Actie,
    tape: &mut Tape<'_>,
) -> Doc {
    let told = spec
        .made_from(key)
        .iter()
        .any(|(.., element)| matches!(allows(element), Actie::Generalise(_)));
    // What is told of it is declared: its value stands still. Of a part only that there is something.
    if told {
        value.clone()
    } else {
        disturb(below, value, allows, tape)
    }
}

fn hold(holds: bool, what: &str, shown: &[&str]) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(format!("{what}:\n{}", shown.join("\n")))
    }
}
