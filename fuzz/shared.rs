//! What a fuzzer and a replay have in common: an input is the name of a file on the first line and its text after it, put
//! in the place of that file of the example region. And what holds of every rulebook that loads, whatever it was made of.

use sluis_rules::event::Bericht;
use sluis_rules::gegeven::GegevenSet;
use sluis_rules::ids::Taak;
use sluis_rules::rulebook::{Finding, Rulebook, Source, Sources};

macro_rules! files {
    ($($dir:literal : $($name:literal)*);*) => {
        [$($(($name, include_str!(concat!($dir, $name)))),*),*]
    };
}

const RULES: [(&str, &str); 26] = files!("../config/convenant/":
    "convenant.toml" "doelen.toml" "gegevens.toml" "grondslagen.toml" "artikelen.toml"
    "casusoverleg/thuiszitterstafel.toml" "casusoverleg/loket-onderwijs.toml" "casusoverleg/loket-voorschool.toml"
    "casusoverleg/schoolondersteuning.toml" "casusoverleg/vot.toml"
    "overdracht/loket-onderwijs-thuiszitterstafel.toml" "overdracht/loket-voorschool-vot.toml"
    "overdracht/schoolondersteuning-thuiszitterstafel.toml" "overdracht/vot-schoolondersteuning.toml"
    "betrokkene.toml" "derde.toml" "wetsvoorstellen.toml" "informatie.toml"
    "wettelijk/individuele-voorziening.toml" "wettelijk/toeleiding.toml" "wettelijk/verwijdering-mbo.toml"
    "wettelijk/verzuimmelding-mbo.toml" "wettelijk/verzuimmelding-terug.toml" "wettelijk/verzuimmelding.toml" "wettelijk/verzuimregister-swv.toml"
    "wettelijk/verzuimregister.toml");
const SCHEMAS: [(&str, &str); 4] = files!("../schemas/canoniek/":
    "hulpvraag.v1.json" "actie.v1.json" "verslag.v1.json" "status.v1.json");

fn sources(all: &[(&str, &str)]) -> Vec<Source> {
    let one = |(name, text): &(&str, &str)| Source {
        name: (*name).to_owned(),
        text: (*text).to_owned(),
    };
    all.iter().map(one).collect()
}

/// The example region with three small consultations and a handover: the same forms, read in a third of the time. Without
/// what the betrokkene gets: that file speaks of all five.
pub fn small() -> Sources {
    let mut rules = sources(&RULES);
    let tables = ["loket-onderwijs", "loket-voorschool", "loket-voorschool-vot", "vot"];
    rules.retain(|s| {
        let path = s.name.trim_end_matches(".toml").split_once('/');
        path.is_none_or(|(dir, name)| dir == "wettelijk" || tables.contains(&name)) && s.name != "betrokkene.toml"
    });
    Sources {
        rules,
        schemas: sources(&SCHEMAS),
    }
}

/// Every shipped file.
pub fn shipped() -> Sources {
    Sources {
        rules: sources(&RULES),
        schemas: sources(&SCHEMAS),
    }
}

/// The small region with a text in the place of a file; a name it does not have is one file more.
pub fn with(name: &str, text: &str) -> Sources {
    let mut all = small();
    let mut found = all.rules.iter_mut().chain(&mut all.schemas);
    match found.find(|s| s.name == name) {
        Some(s) => s.text = text.to_owned(),
        None => all.rules.push(Source {
            name: name.to_owned(),
            text: text.to_owned(),
        }),
    }
    all
}

/// The text with the last line that a file of rules must have, so that what stands before it is read at all.
pub fn ended(text: &str) -> String {
    let before = text.trim_end().strip_suffix("# einde").unwrap_or(text);
    format!("{before}\n# einde\n")
}

/// What the bytes of a fuzzer mean: a name, a line end, a text; `#half` after the name leaves out the last line.
pub fn input(bytes: &[u8]) -> Sources {
    let text = String::from_utf8_lossy(bytes);
    let (name, text) = text.split_once('\n').unwrap_or(("doelen.toml", &text));
    match name.trim_end().strip_suffix("#half") {
        Some(name) => with(name, text),
        None => with(name.trim_end(), &ended(text)),
    }
}

/// Loads them, and holds what loads against what no rulebook may ever be.
pub fn load(sources: &Sources) -> Result<Rulebook, Vec<Finding>> {
    match Rulebook::check(sources) {
        Ok((rulebook, _)) => {
            sound(&rulebook);
            Ok(rulebook)
        }
        Err(findings) => {
            assert!(!findings.is_empty(), "refused, and nobody knows why");
            for f in &findings {
                assert!(!f.message.is_empty() && !f.help.is_empty());
                let all = sources.rules.iter().chain(&sources.schemas);
                let text = all
                    .into_iter()
                    .find(|s| s.name == f.file)
                    .map_or("", |s| s.text.as_str());
                let _ = f.line_column(text);
            }
            Err(findings)
        }
    }
}

/// Every cell of the matrix, with what it permits.
pub fn cells(rulebook: &Rulebook, mut each: impl FnMut(&str, Taak, Taak, GegevenSet, GegevenSet)) {
    for o in rulebook.overleggen() {
        for (fase, doel) in o.fasen.iter().flat_map(|f| o.doelen.iter().map(move |d| (f, d))) {
            for (van, naar) in Taak::ALL
                .into_iter()
                .flat_map(|v| Taak::ALL.into_iter().map(move |n| (v, n)))
            {
                for bericht in Bericht::ALL {
                    if let Some(plan) = rulebook.plan(&o.id, fase, doel, van, naar, bericht) {
                        let cell = format!("{} {fase} {doel} {van} {naar} {}", o.id, bericht.as_str());
                        each(&cell, van, naar, plan.permitted, plan.generalised);
                    }
                }
            }
        }
    }
}

/// Off the list of 5.1 nothing goes; the BSN goes where footnote 45 lets it, and nowhere else.
pub fn sound(rulebook: &Rulebook) {
    let dictionary = rulebook.gegevens();
    let of_letter = |letter| {
        let all = dictionary.iter().filter(move |(_, g)| g.letter == letter);
        all.map(|(id, _)| id).collect::<GegevenSet>()
    };
    let (off, bsn) = (of_letter('-'), of_letter('b'));
    cells(rulebook, |cell, van, naar, permitted, generalised| {
        assert!(permitted.and(off).is_empty(), "{cell}");
        assert!(generalised.without(permitted).is_empty(), "{cell}");
        if !permitted.and(bsn).is_empty() {
            let may = match (van, naar) {
                (Taak::School, Taak::School | Taak::Samenwerkingsverband) => true,
                (Taak::School, other) | (other, Taak::School) => other.is_gemeente(),
                _ => false,
            };
            assert!(may, "{cell}");
        }
    });
}
