//! Hard limits that no rule block can pass, per channel. Inside the covenant: the list of 5.1 and footnote 45. By
//! statute: between which tasks a statute runs at all, and the most it can ask. To a derde: nothing that tells who it is
//! (14.3). Anywhere: what no table and no report needs.

use crate::event::Kanaal;
use crate::gegeven::{Gegeven, Wijze};
use crate::ids::Taak;

/// What goes by no channel, whatever the dictionary calls it: notes of a professional, criminal matters, origin and
/// belief, money, numbers of other sectors.
const NEVER: &[&str] = &[
    "intern.*",
    "persoon.strafblad",
    "persoon.politiecontact",
    "persoon.etniciteit",
    "persoon.religie",
    "persoon.nationaliteit",
    "persoon.geboorteland",
    "persoon.verblijfsstatus",
    "persoon.foto",
    "persoon.bankrekening",
    "persoon.verzekerdennummer",
    "persoon.eck_id",
    "ouder.bsn",
    "ouder.nationaliteit",
    "ouder.beroep",
    "ouder.gezondheid",
    "gezin.inkomen",
    "gezin.schulden",
    "gezin.uitkering",
];

/// The most that a report of absence can hold (LPW 21a; WEB 8.1.8a; the register, S:423–439): who, at which school, the
/// unauthorised absence with its presumed reason, what the school did, and whom to call. Authorised absence and reports
/// of illness are not part of it (digest §8).
const ABSENCE: &[&str] = &[
    "persoon.naam",
    "persoon.roepnaam",
    "persoon.geboortedatum",
    "persoon.geslacht",
    "persoon.adres",
    "persoon.verblijfadres",
    "persoon.postcode",
    "persoon.woonplaats",
    "persoon.gemeente",
    "persoon.bsn",
    "persoon.onderwijsnummer",
    "persoon.telefoon",
    "ouder.naam",
    "ouder.contact.telefoon",
    "school.*",
    "onderwijs.kwalificatieplicht",
    "onderwijs.startkwalificatie",
    "verzuim.soort",
    "verzuim.ongeoorloofd",
    "verzuim.omvang",
    "verzuim.thuiszit_sinds",
    "verzuim.vermoedelijke_reden",
    "verzuim.melding",
    "verzuim.meldingsnummer",
    "verzuim.handeling",
    "verzuim.contact_leerplicht",
    "interventie.school.*",
    "vrij.verzuim",
    "professional.*",
];

/// The most that comes back about a report of absence: which report, and what became of it. The school knows whom.
const HANDLING: &[&str] = &["verzuim.meldingsnummer", "status.verzuimmelding"];

/// The most that a report of removal from an mbo can hold (WEB; S:439).
const REMOVAL: &[&str] = &[
    "persoon.naam",
    "persoon.roepnaam",
    "persoon.geboortedatum",
    "persoon.adres",
    "persoon.postcode",
    "persoon.woonplaats",
    "persoon.gemeente",
    "persoon.bsn",
    "persoon.onderwijsnummer",
    "persoon.telefoon",
    "school.*",
    "onderwijs.kwalificatieplicht",
    "onderwijs.startkwalificatie",
    "onderwijs.schorsing",
    "professional.*",
];

/// The most that a municipality can ask a provider for toeleiding (Jeugdwet 7.4.0, second paragraph; S:443).
const ACCESS: &[&str] = &[
    "persoon.naam",
    "persoon.roepnaam",
    "persoon.geboortedatum",
    "persoon.adres",
    "persoon.postcode",
    "persoon.woonplaats",
    "persoon.gemeente",
    "persoon.bsn",
    "ouder.naam",
    "ouder.gezag",
    "ouder.relatie",
    "hulpvraag.*",
    "gezin.samenstelling",
    "gezin.omstandigheden",
    "gezin.woonsituatie",
    "gezin.gezagssituatie",
    "gezin.maatregel",
    "gezin.ondersteuning_thuis",
    "gezin.veiligheid",
    "gezondheid.belemmering",
    "gezondheid.belastbaarheid",
    "gezondheid.diagnose",
    "gezondheid.medicatie",
    "gezondheid.behandeling",
    "gezondheid.psychosociaal",
    "gezondheid.onderzoek",
    "gezondheid.veiligheidsrisico",
    "interventie.gemeente.*",
    "actie.gemeente.*",
    "status.jeugdhulp",
    "status.arrangement",
    "vrij.interventie_gemeente",
];

/// The most that a municipality can tell a school about an individual provision (Jeugdwet 2.7; S:379). Its statute does
/// not ask the BSN.
const PROVISION: &[&str] = &[
    "persoon.naam",
    "persoon.roepnaam",
    "persoon.geboortedatum",
    "hulpvraag.*",
    "onderwijs.behoefte",
    "onderwijs.extra_ondersteuning",
    "onderwijs.aangepast_programma",
    "gezondheid.belemmering",
    "gezondheid.belastbaarheid",
    "gezondheid.aanpassing",
    "interventie.gemeente.*",
    "actie.gemeente.*",
    "actie.school.*",
    "status.jeugdhulp",
    "status.arrangement",
    "vrij.interventie_gemeente",
];

/// The most a statute can ask between two tasks; `None`: no statute of the covenant runs there. DUO to the
/// samenwerkingsverband waits for a bill (S:123).
pub(super) const fn statute(van: Taak, naar: Taak) -> Option<&'static [&'static str]> {
    match (van, naar) {
        (Taak::School, Taak::Duo | Taak::Leerplicht)
        | (Taak::Mbo, Taak::Duo)
        | (Taak::Duo, Taak::Leerplicht | Taak::Samenwerkingsverband) => Some(ABSENCE),
        (Taak::Duo, Taak::School | Taak::Mbo) => Some(HANDLING),
        (Taak::Mbo, Taak::Rmc) => Some(REMOVAL),
        (Taak::Jeugdhulpaanbieder, Taak::Jeugd) => Some(ACCESS),
        (Taak::Jeugd, Taak::School) => Some(PROVISION),
        _ => None,
    }
}

fn among(list: &[&str], id: &str) -> bool {
    list.iter().any(|entry| match entry.strip_suffix('*') {
        Some(prefix) => id.starts_with(prefix),
        None => *entry == id,
    })
}

/// Whether the BSN may go from one task to another inside the covenant: school ↔ school, school ↔ gemeente, and school
/// → SWV (recorded interpretation of "may register it"). Never with an mbo, never from the SWV (footnote 45, S:500).
pub(super) const fn bsn_may_go(van: Taak, naar: Taak) -> bool {
    match (van, naar) {
        (Taak::School, Taak::School | Taak::Samenwerkingsverband) => true,
        (Taak::School, naar) => naar.is_gemeente(),
        (van, Taak::School) => van.is_gemeente(),
        _ => false,
    }
}

/// Why a rule of a consultation may not let this element go between these tasks, if it may not.
pub(super) fn past_limit(
    gegeven: &Gegeven,
    van: Taak,
    naar: Taak,
    wijze: Option<Wijze>,
) -> Option<(&'static str, &'static str)> {
    past_limit_of(Kanaal::Casusoverleg, gegeven, van, naar, wijze)
}

/// Why a rule of a channel may not let this element go between these tasks, if it may not; `wijze`: made less precise in
/// that way, `None`: as it is.
pub(super) fn past_limit_of(
    kanaal: Kanaal,
    gegeven: &Gegeven,
    van: Taak,
    naar: Taak,
    wijze: Option<Wijze>,
) -> Option<(&'static str, &'static str)> {
    const OUT: &str = "haal het gegeven uit deze regel";
    // Inside the covenant the list of 5.1 is the nearer reason.
    let unlisted = kanaal != Kanaal::Wettelijk && gegeven.letter == '-';
    if !unlisted && among(NEVER, &gegeven.id) {
        return Some(("gaat langs geen enkel kanaal door", OUT));
    }
    match kanaal {
        Kanaal::Wettelijk => match statute(van, naar) {
            None => Some((
                "geen wet uit het convenant loopt tussen deze taken",
                "kies taken waartussen een wet verstrekken voorschrijft (artikel 4)",
            )),
            Some(list) if !among(list, &gegeven.id) => Some((
                "staat niet op de langste lijst die de wet tussen deze taken toelaat",
                OUT,
            )),
            Some(_) => None,
        },
        Kanaal::Derde | Kanaal::Betrokkene if gegeven.vrij && !unlisted => {
            Some(("is vrije tekst of een bijlage, en gaat langs dit kanaal niet door", OUT))
        }
        // Who gets a pseudonym gets neither the number nor the name (14.3): the list and footnote 45 are about those.
        Kanaal::Derde if wijze == Some(Wijze::Schuilnaam) && !among(NEVER, &gegeven.id) => None,
        _ if wijze == Some(Wijze::Schuilnaam) => Some((
            "krijgt alleen voor een derde een schuilnaam (14.3)",
            "kies een andere wijze, of haal het gegeven uit deze regel",
        )),
        Kanaal::Derde if gegeven.identificerend && wijze.is_none() && !unlisted => Some((
            "wijst iemand aan, en gaat nooit in zijn geheel naar een derde (14.3)",
            "schrijf actie = \"generaliseren\", of haal het gegeven uit deze regel",
        )),
        _ => inside(gegeven, van, naar),
    }
}

fn inside(gegeven: &Gegeven, van: Taak, naar: Taak) -> Option<(&'static str, &'static str)> {
    match gegeven.letter {
        '-' => Some((
            "staat niet op de lijst van artikel 5.1 en gaat binnen het convenant nooit door",
            "haal het gegeven uit deze regel",
        )),
        'b' if !bsn_may_go(van, naar) => Some((
            "het BSN gaat alleen tussen scholen, tussen school en gemeente, en van school naar samenwerkingsverband (voetnoot 45)",
            "haal het BSN uit deze regel, of de partij die het niet mag krijgen of geven",
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bsn_goes_only_where_footnote_45_lets_it() {
        let yes = [
            (Taak::School, Taak::School),
            (Taak::School, Taak::Leerplicht),
            (Taak::Jeugd, Taak::School),
            (Taak::School, Taak::Samenwerkingsverband),
        ];
        for van in Taak::ALL {
            for naar in Taak::ALL {
                let expected = yes.contains(&(van, naar))
                    || (van == Taak::School && naar.is_gemeente())
                    || (van.is_gemeente() && naar == Taak::School);
                assert_eq!(bsn_may_go(van, naar), expected, "{van} → {naar}");
            }
        }
        assert!(!bsn_may_go(Taak::Samenwerkingsverband, Taak::School));
        assert!(!bsn_may_go(Taak::Mbo, Taak::Rmc));
        assert!(!bsn_may_go(Taak::Leerplicht, Taak::Samenwerkingsverband));
    }

    fn element(id: &str, letter: char, identificerend: bool) -> Gegeven {
        Gegeven {
            id: id.to_owned(),
            omschrijving: String::new(),
            letter,
            bijzonder: false,
            identificerend,
            vrij: false,
            generalisaties: Vec::new(),
            verbergt: Vec::new(),
            niemand: None,
            artikel: String::new(),
        }
    }

    #[test]
    fn a_statute_has_a_list_of_its_own() {
        let number = element("persoon.onderwijsnummer", '-', true);
        let bsn = element("persoon.bsn", 'b', true);
        let by_statute = |g: &Gegeven, van, naar| past_limit_of(Kanaal::Wettelijk, g, van, naar, None).is_none();
        assert!(
            by_statute(&number, Taak::School, Taak::Duo)
                && past_limit(&number, Taak::School, Taak::Leerplicht, None).is_some()
        );
        assert!(
            by_statute(&bsn, Taak::Mbo, Taak::Duo) && past_limit(&bsn, Taak::Mbo, Taak::Leerplicht, None).is_some()
        );
        assert!(by_statute(&bsn, Taak::Jeugdhulpaanbieder, Taak::Jeugd));
        assert!(
            !by_statute(&bsn, Taak::Jeugd, Taak::School),
            "Jeugdwet 2.7 does not ask it"
        );
        assert!(!by_statute(&bsn, Taak::Jgz, Taak::Jeugd), "no statute runs there");
        let ill = element("verzuim.ziekmeldingen", 'g', false);
        assert!(!by_statute(&ill, Taak::School, Taak::Duo), "illness is not reported");
    }

    #[test]
    fn what_goes_nowhere_goes_by_no_channel_whatever_its_letter() {
        for id in [
            "intern.notitie",
            "persoon.strafblad",
            "persoon.etniciteit",
            "gezin.schulden",
        ] {
            for kanaal in [
                Kanaal::Casusoverleg,
                Kanaal::Wettelijk,
                Kanaal::Betrokkene,
                Kanaal::Derde,
            ] {
                for van in Taak::ALL {
                    for naar in Taak::ALL {
                        assert!(
                            past_limit_of(kanaal, &element(id, 'd', false), van, naar, Some(Wijze::Schuilnaam))
                                .is_some(),
                            "{id}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn a_derde_never_gets_the_whole_of_what_identifies() {
        let born = element("persoon.geboortedatum", 'a', true);
        let to = |wijze| past_limit_of(Kanaal::Derde, &born, Taak::School, Taak::Derde, wijze).is_some();
        assert!(to(None) && !to(Some(Wijze::Jaar)));
        let bsn = element("persoon.bsn", 'b', true);
        let to = |kanaal, wijze| past_limit_of(kanaal, &bsn, Taak::School, Taak::Derde, wijze).is_some();
        assert!(to(Kanaal::Derde, None) && to(Kanaal::Derde, Some(Wijze::Dat)));
        assert!(!to(Kanaal::Derde, Some(Wijze::Schuilnaam)));
        assert!(to(Kanaal::Betrokkene, Some(Wijze::Schuilnaam)) && to(Kanaal::Wettelijk, Some(Wijze::Schuilnaam)));
    }
}
