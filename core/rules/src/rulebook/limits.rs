//! Hard limits that no rule block can pass (5.1; footnote 45).

use crate::gegeven::Gegeven;
use crate::ids::Taak;

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

/// Why a rule may not let this element go between these tasks, if it may not.
pub(super) fn past_limit(gegeven: &Gegeven, van: Taak, naar: Taak) -> Option<(&'static str, &'static str)> {
    match gegeven.letter {
        '-' => Some((
            "staat niet op de lijst van artikel 5.1 en gaat binnen het convenant nooit door",
            "haal het gegeven uit deze regel",
        )),
        'b' if !bsn_may_go(van, naar) => Some((
            "het BSN gaat alleen tussen scholen, tussen school en gemeente, en van school naar samenwerkingsverband (voetnoot 45)",
            "splits de regel, zodat het BSN alleen in een regel tussen die partijen staat",
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
}
