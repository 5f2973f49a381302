//! The minimiser again, as plainly as it can be said: over values, in the order of the rules, without a thought for
//! speed. It shares nothing with the minimiser but the words of the dictionary.

use jiff::Unit;
use jiff::civil::Date;
use serde_json::Value;

use super::doc::Doc;
use super::spec::Spec;
use crate::gegeven::Actie;

/// The message is refused; why is not the model's business.
#[derive(Debug, PartialEq)]
pub struct Refused;

#[derive(Default, Debug, PartialEq, Clone)]
pub struct Counts {
    pub kept: usize,
    pub dropped: usize,
    pub generalised: usize,
    pub gaps: usize,
}

pub struct Outcome {
    pub text: String,
    pub counts: Counts,
    /// Which contributions of the input are left.
    pub left: Vec<usize>,
}

/// `permission(i, e)`: what contribution `i` may give of element `e`.
pub struct Model<'s> {
    pub spec: Spec<'s>,
    pub dag: Date,
    pub permission: &'s dyn Fn(usize, &str) -> Actie,
}

struct Here<'m, 's> {
    model: &'m Model<'s>,
    bijdrage: usize,
    counts: Counts,
}

impl Model<'_> {
    pub fn minimise(&self, message: &Doc) -> Result<Outcome, Refused> {
        let Doc::Object(members) = message else {
            return Err(Refused);
        };
        for name in self.spec.properties().keys() {
            if message.get(name).is_none_or(Doc::is_null) {
                return Err(Refused);
            }
        }
        let mut outcome = Outcome {
            text: String::new(),
            counts: Counts::default(),
            left: Vec::new(),
        };
        let mut out = Vec::new();
        for (key, value) in members {
            let Some(spec) = self.spec.property(key) else {
                outcome.counts.gaps += 1;
                continue;
            };
            if key != "bijdragen" {
                out.push((key.clone(), scalar(spec, value)?));
                continue;
            }
            let Doc::Array(items) = value else {
                return Err(Refused);
            };
            let mut texts = Vec::new();
            for (n, item) in items.iter().enumerate() {
                let mut here = Here {
                    model: self,
                    bijdrage: n,
                    counts: outcome.counts,
                };
                for name in ["inbrenger", "beroepsgeheim", "inhoud"] {
                    if item.get(name).is_none_or(Doc::is_null) {
                        return Err(Refused);
                    }
                }
                if let Some(text) = here.part(spec.items(), item)? {
                    texts.push(text);
                    outcome.left.push(n);
                }
                outcome.counts = here.counts;
            }
            out.push((key.clone(), format!("[{}]", texts.join(","))));
        }
        outcome.text = object(&out);
        Ok(outcome)
    }
}

impl Here<'_, '_> {
    fn action(&self, element: &str) -> Actie {
        (self.model.permission)(self.bijdrage, element)
    }

    /// The text of a part, when something classified is left in it.
    fn part(&mut self, spec: Spec<'_>, value: &Doc) -> Result<Option<String>, Refused> {
        match (spec.kind(), value) {
            ("object", Doc::Object(members)) => self.object(spec, members),
            ("array", Doc::Array(items)) => {
                let mut texts = Vec::new();
                for item in items.iter().filter(|i| !i.is_null()) {
                    if spec.items().gegeven().is_some() {
                        texts.extend(self.leaf(spec.items(), item)?);
                    } else {
                        texts.extend(self.part(spec.items(), item)?);
                    }
                }
                Ok((!texts.is_empty()).then(|| format!("[{}]", texts.join(","))))
            }
            _ => Err(Refused),
        }
    }

    fn leaf(&mut self, spec: Spec<'_>, value: &Doc) -> Result<Option<String>, Refused> {
        let permitted = match (self.action(spec.gegeven().unwrap()), spec.derived()) {
            (Actie::Permit, _) => true,
            (Actie::Generalise(wanted), Some((_, made))) => wanted.as_str() == made,
            _ => false,
        };
        if !permitted {
            self.counts.dropped += 1;
            return Ok(None);
        }
        self.counts.kept += 1;
        scalar(spec, value).map(Some)
    }

    fn object(&mut self, spec: Spec<'_>, members: &[(String, Doc)]) -> Result<Option<String>, Refused> {
        let mut out: Vec<(String, String)> = Vec::new();
        let mut classified = false;
        for (key, value) in members {
            let Some(below) = spec.property(key) else {
                self.counts.gaps += 1;
                continue;
            };
            if value.is_null() {
                continue;
            }
            // A field that has generalisations, under an element that is to be generalised.
            let made = spec.made_from(key);
            if let Some(Actie::Generalise(wijze)) = made.first().map(|(_, _, element)| self.action(element)) {
                let leaf = below.gegeven().is_some();
                if leaf || wijze.as_str() == "dat" {
                    let target = made.iter().find(|(_, way, _)| *way == wijze.as_str());
                    let Some((name, _, _)) = target else {
                        self.counts.dropped += 1;
                        continue;
                    };
                    match (below.kind(), value) {
                        ("object", Doc::Object(_)) | ("array", Doc::Array(_)) => {}
                        _ if leaf => drop(scalar(below, value)?),
                        _ => return Err(Refused),
                    }
                    match self.generalise(wijze.as_str(), value) {
                        Some(text) => {
                            if out.iter().any(|(k, _)| k == name) {
                                return Err(Refused);
                            }
                            out.push(((*name).to_owned(), text));
                            classified = true;
                            self.counts.generalised += 1;
                        }
                        None => self.counts.dropped += 1,
                    }
                    continue;
                }
            }
            let text = match below.gegeven() {
                Some("geen") => Some(scalar(below, value)?),
                Some(_) => {
                    let text = self.leaf(below, value)?;
                    classified |= text.is_some();
                    text
                }
                None if below.elements().all(|e| self.action(e) == Actie::Drop) => {
                    self.counts.dropped += 1;
                    None
                }
                None => {
                    let text = self.part(below, value)?;
                    classified |= text.is_some();
                    text
                }
            };
            if let Some(text) = text {
                if out.iter().any(|(k, _)| k == key) {
                    return Err(Refused);
                }
                out.push((key.clone(), text));
            }
        }
        Ok(classified.then(|| object(&out)))
    }

    fn generalise(&self, wijze: &str, value: &Doc) -> Option<String> {
        let scalar = value.value();
        let date = |text: &str| text.parse::<Date>().ok().filter(|_| text.len() == 10);
        match wijze {
            "jaar" => {
                let text = scalar.as_str()?;
                date(text).map(|_| Value::from(&text[..4]).to_string())
            }
            "leeftijd" => {
                let born = date(scalar.as_str()?)?;
                let years = self.model.dag.since((Unit::Year, born)).ok()?.get_years();
                (born <= self.model.dag && years <= 130).then(|| years.to_string())
            }
            "pc4" => {
                let text: Vec<char> = scalar.as_str()?.chars().filter(|c| *c != ' ').collect();
                let spaces = scalar.as_str()?.matches(' ').count();
                let well = text.len() == 6
                    && text[0] != '0'
                    && text[..4].iter().all(char::is_ascii_digit)
                    && text[4..].iter().all(char::is_ascii_alphabetic)
                    && (spaces == 0 || spaces == 1 && scalar.as_str()?.chars().nth(4) == Some(' '));
                well.then(|| Value::from(text[..4].iter().collect::<String>()).to_string())
            }
            "dat" => Some(
                match value {
                    Doc::Array(items) => !items.is_empty(),
                    Doc::Object(members) => !members.is_empty(),
                    Doc::Scalar(_) => scalar != Value::Null && scalar != "" && scalar != false,
                }
                .to_string(),
            ),
            // Made with a key, and there is none here.
            "schuilnaam" => None,
            _ => unreachable!(),
        }
    }
}

/// A scalar of the right type, as it is written.
fn scalar(spec: Spec<'_>, value: &Doc) -> Result<String, Refused> {
    let is = value.value();
    let plain = |raw: &str| {
        let decimals = raw.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        raw.len() <= 12 && decimals <= 2 && !raw.contains(['e', 'E'])
    };
    let fits = match spec.kind() {
        "string" => is.is_string(),
        "boolean" => is.is_boolean(),
        _ => is.is_number() && matches!(value, Doc::Scalar(raw) if plain(raw)),
    };
    match value {
        Doc::Scalar(raw) if fits && spec.constant().is_none_or(|c| is == c) => Ok(raw.clone()),
        _ => Err(Refused),
    }
}

fn object(members: &[(String, String)]) -> String {
    let member = |(k, v): &(String, String)| format!("\"{k}\":{v}");
    format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
}
