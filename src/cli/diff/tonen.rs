//! What recorded decisions come to, for people.

use sluis_rules::recorded::{Gevolg, Groep, Telling};

use crate::cli::Out;

/// So many groups are printed; programs get them all.
const SHOWN: usize = 40;

fn word(gevolg: Gevolg, out: &Out) -> &'static str {
    match gevolg {
        Gevolg::NieuwGeblokkeerd => out.say("nu geblokkeerd", "now blocked"),
        Gevolg::NieuwDoorgelaten => out.say("nu doorgelaten", "now passed"),
        Gevolg::Ruimer => out.say("ruimer", "wider"),
        Gevolg::Smaller => out.say("smaller", "narrower"),
        Gevolg::Anders => out.say("anders", "otherwise"),
        Gevolg::Onderbouwing => out.say("met een andere onderbouwing", "for another reason"),
        Gevolg::Gelijk => out.say("gelijk", "the same"),
        Gevolg::NietNaTeRekenen => out.say("niet na te rekenen", "cannot be made again"),
    }
}

pub(super) fn show(telling: &Telling, groups: &[Groep], out: &Out) {
    let counts: Vec<String> = Gevolg::ALL
        .iter()
        .filter(|g| telling.aantal(**g) > 0)
        .map(|g| format!("{} {}", telling.aantal(*g), word(*g, out)))
        .collect();
    out.line(format!(
        "{}: {} {}{}{}",
        out.say("besluiten", "decisions"),
        telling.totaal(),
        out.say("opnieuw genomen", "made again"),
        if counts.is_empty() { "" } else { ": " },
        counts.join(", ")
    ));
    let notes = [
        (
            telling.inhoud_onbekend(),
            out.say(
                "geblokkeerde zonder vastgelegde inhoud: gerekend alsof het bericht alles bevatte",
                "blocked without a record of their content: reckoned as if the message held everything",
            ),
        ),
        (
            telling.ander_regelboek(),
            out.say(
                "genomen onder een ander regelboek dan het oude: of ze goed zijn nagerekend, is niet te zien",
                "made under another rulebook than the old one: whether they were made again well, cannot be seen",
            ),
        ),
        (
            telling.aantal(Gevolg::NietNaTeRekenen),
            out.say(
                "buiten beschouwing: het logboek zegt te weinig over de inhoud of over wie die inbracht",
                "left out: the journal says too little of the content, or of who brought it in",
            ),
        ),
    ];
    for (n, note) in notes.into_iter().filter(|(n, _)| *n > 0) {
        out.line(format!("  {n} {note}"));
    }
    for g in groups.iter().take(SHOWN) {
        let gevolg = Gevolg::ALL.into_iter().find(|x| x.as_str() == g.gevolg);
        out.line(format!(
            "  {:>9} {} – {}: {} → {}, {}",
            g.aantal,
            gevolg.map_or("", |x| word(x, out)),
            g.overleg,
            g.van,
            g.naar,
            g.bericht.as_str(),
        ));
        if !g.gegevens.is_empty() {
            out.line(format!("            {}", g.gegevens.join(", ")));
        }
        let list = |all: &[String]| {
            if all.is_empty() {
                "–".to_owned()
            } else {
                all.join(", ")
            }
        };
        out.line(format!(
            "            {} → {}  [{} {}; {} {}]",
            list(&g.oud),
            list(&g.nieuw),
            out.say("artikel", "article"),
            g.artikelen.join(", "),
            out.say("het eerst bij", "first at"),
            g.eerste
        ));
    }
    if groups.len() > SHOWN {
        out.line(format!(
            "  {} {}",
            groups.len() - SHOWN,
            out.say(
                "groepen meer: --output json toont ze alle",
                "groups more: --output json shows all"
            )
        ));
    }
}
