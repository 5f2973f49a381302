//! What everybody writes first: parse to `serde_json::Value`, filter the tree, serialise. It follows the same plan and
//! gives the same JSON, without the checks that `serde_json` does not make: the last of two equal keys wins, and there are
//! no caps. Nobody's straw man: the filter is compiled once, moves values instead of copying them, and looks nothing up
//! by path.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Map, Value};
use sluis_rules::gegeven::{Actie, Gegevens, Wijze};

/// What happens at a place, compiled from the schema and the plan.
pub enum Filter {
    Copy,
    /// Copied when something about somebody is left beside it.
    Structure,
    Drop,
    /// Replaced by its sibling of that name.
    Made(String, Wijze),
    Object(BTreeMap<String, Filter>),
    Array(Box<Filter>),
}

impl Filter {
    pub fn compile(root: &Value, here: &Value, plan: &dyn Fn(&str) -> Actie) -> Self {
        if let Some(target) = here.get("$ref").and_then(Value::as_str) {
            return Self::compile(root, root.pointer(target.strip_prefix('#').unwrap()).unwrap(), plan);
        }
        match here["type"].as_str().unwrap() {
            "object" => {
                let properties = here["properties"].as_object().unwrap();
                let mut fields: BTreeMap<String, Self> = properties
                    .iter()
                    .map(|(name, below)| (name.clone(), Self::compile(root, below, plan)))
                    .collect();
                for (name, below) in properties {
                    let Some(derived) = below.get("x-afgeleid") else {
                        continue;
                    };
                    if let Actie::Generalise(wijze) = plan(below["x-gegeven"].as_str().unwrap())
                        && derived["wijze"] == wijze.as_str()
                    {
                        fields.insert(
                            derived["van"].as_str().unwrap().to_owned(),
                            Self::Made(name.clone(), wijze),
                        );
                    }
                }
                let about = |f: &Self| !matches!(f, Self::Drop | Self::Structure);
                if fields.values().any(about) {
                    Self::Object(fields)
                } else {
                    Self::Drop
                }
            }
            "array" => match Self::compile(root, &here["items"], plan) {
                Self::Drop | Self::Structure => Self::Drop,
                item => Self::Array(Box::new(item)),
            },
            _ => match here["x-gegeven"].as_str().unwrap() {
                "geen" => Self::Structure,
                element => match (plan(element), here.get("x-afgeleid")) {
                    (Actie::Permit, _) => Self::Copy,
                    (Actie::Generalise(wijze), Some(derived)) if derived["wijze"] == wijze.as_str() => Self::Copy,
                    _ => Self::Drop,
                },
            },
        }
    }

    /// The message as it may leave: the envelope stays whatever happens.
    pub fn message(&self, message: Value, dag: Date) -> Value {
        let (Self::Object(fields), Value::Object(map)) = (self, message) else {
            return Value::Null;
        };
        let keep = |(key, value): (String, Value)| match fields.get(&key)? {
            Self::Structure => Some((key, value)),
            below => {
                let value = below.apply(value, dag).unwrap_or_else(|| Value::Array(Vec::new()));
                Some((key, value))
            }
        };
        Value::Object(map.into_iter().filter_map(keep).collect())
    }

    fn apply(&self, value: Value, dag: Date) -> Option<Value> {
        match (self, value) {
            (_, Value::Null) | (Self::Drop | Self::Made(..), _) => None,
            (Self::Copy | Self::Structure, value) => Some(value),
            (Self::Array(item), Value::Array(values)) => {
                let left: Vec<Value> = values.into_iter().filter_map(|v| item.apply(v, dag)).collect();
                (!left.is_empty()).then_some(Value::Array(left))
            }
            (Self::Object(fields), Value::Object(map)) => {
                let mut left = Map::new();
                let mut about = false;
                for (key, value) in map {
                    match fields.get(&key) {
                        None => {}
                        Some(Self::Made(name, wijze)) => {
                            if let Some(made) = generalise(*wijze, &value, dag) {
                                left.insert(name.clone(), made);
                                about = true;
                            }
                        }
                        Some(below) => {
                            if let Some(value) = below.apply(value, dag) {
                                about |= !matches!(below, Self::Structure);
                                left.insert(key, value);
                            }
                        }
                    }
                }
                about.then_some(Value::Object(left))
            }
            _ => None,
        }
    }
}

fn generalise(wijze: Wijze, value: &Value, dag: Date) -> Option<Value> {
    match wijze {
        Wijze::Dat => Some(Value::Bool(match value {
            Value::Array(items) => !items.is_empty(),
            Value::Object(map) => !map.is_empty(),
            Value::String(text) => !text.is_empty(),
            other => *other != false,
        })),
        Wijze::Pc4 => value.as_str()?.get(..4).map(Value::from),
        Wijze::Jaar => value.as_str()?.get(..4).map(Value::from),
        // Made with a key, which this naive reading has not.
        Wijze::Schuilnaam => None,
        Wijze::Leeftijd => {
            let born: Date = value.as_str()?.parse().ok()?;
            let had = (dag.month(), dag.day()) >= (born.month(), born.day());
            Some(Value::from(dag.year() - born.year() - i16::from(!had)))
        }
    }
}

/// The plan of the bench: about 40 % of the values are kept, two elements are generalised.
pub fn plan(element: &str) -> Actie {
    const PERMIT: [&str; 30] = [
        "persoon.naam",
        "persoon.roepnaam",
        "persoon.bsn",
        "persoon.woonplaats",
        "persoon.gemeente",
        "ouder.naam",
        "ouder.relatie",
        "ouder.gezag",
        "school.naam",
        "school.brin",
        "school.vestiging",
        "school.onderwijssoort",
        "school.leerjaar",
        "hulpvraag.vraag",
        "hulpvraag.aanleiding",
        "hulpvraag.urgentie",
        "hulpvraag.gewenste_uitkomst",
        "hulpvraag.leefgebieden",
        "onderwijs.belemmering",
        "onderwijs.behoefte",
        "onderwijs.extra_ondersteuning",
        "verzuim.soort",
        "verzuim.ongeoorloofd",
        "verzuim.omvang",
        "verzuim.thuiszit_sinds",
        "verzuim.contact_leerplicht",
        "gezondheid.belemmering",
        "gezondheid.belastbaarheid",
        "interventie.school.soort",
        "interventie.school.stand",
    ];
    match element {
        "persoon.geboortedatum" => Actie::Generalise(Wijze::Leeftijd),
        "gezin.ondersteuning_thuis" => Actie::Generalise(Wijze::Dat),
        element if PERMIT.contains(&element) => Actie::Permit,
        _ => Actie::Drop,
    }
}

/// Every element of the plan is in the dictionary: a plan for nothing would be fast.
pub fn prove(gegevens: &Gegevens) {
    assert_eq!(gegevens.iter().filter(|(_, g)| plan(&g.id) != Actie::Drop).count(), 32);
}
