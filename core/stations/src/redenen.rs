//! The stations' own reasons to keep something aside: distinct from those of the gates, so that a broken connection is
//! never mistaken for a rule. Each has a page in `schemas/redenen/<slug>.md`.

/// The facts do not know the case yet; the same word as the gate's, because the sender can do the same about it.
pub const CASUS_ONBEKEND: &str = "casus-onbekend";
/// The case is known, but nobody beside the sender takes part in it: there is no receiver.
pub const GEEN_ONTVANGERS: &str = "geen-ontvangers";
/// The rules let it pass, but nobody configured a way to this receiver.
pub const GEEN_ROUTE: &str = "geen-route";
/// The connection that brought it was switched off since.
pub const KOPPELING_UIT: &str = "koppeling-uit";
/// The connection went to shadow mode after this was judged: nothing is forwarded.
pub const KOPPELING_IN_SCHADUW: &str = "koppeling-in-schaduw";
/// What was kept cannot be opened: changed, swapped, or its key is gone.
pub const ONLEESBAAR: &str = "onleesbaar";
/// It was tried often and never ended well; a person must look.
pub const ONVERWERKBAAR: &str = "onverwerkbaar";
/// Making it narrower did not come to rest: the rules or the schema contradict themselves.
pub const NIET_STABIEL: &str = "niet-stabiel";
/// The self-check could not prove that what was about to leave may leave.
pub const ZELFCONTROLE: &str = "zelfcontrole";
/// The receiver's system refuses it for good.
pub const GEWEIGERD: &str = "geweigerd-door-ontvanger";
/// The receiver's system could not be reached for as long as is tried.
pub const ONBEREIKBAAR: &str = "ontvanger-onbereikbaar";
/// Whether the receiver has it is not known, and the receiver does not say: never sent a second time.
pub const UITKOMST_ONBEKEND: &str = "uitkomst-onbekend";

/// A consent that covers no element or no purpose.
pub const TOESTEMMING_DEKT_NIETS: &str = "toestemming-dekt-niets";
/// A consent that is not given yet.
pub const TOESTEMMING_IN_TOEKOMST: &str = "toestemming-in-toekomst";
/// A consent of which nobody says who signed it.
pub const TOESTEMMING_ZONDER_ONDERTEKENAAR: &str = "toestemming-zonder-ondertekenaar";
/// A consent that names a party nobody knows.
pub const TOESTEMMING_PARTIJ_ONBEKEND: &str = "toestemming-partij-onbekend";
/// A consent by somebody who has no say at that age; the same word as the gate's, because the same helps.
pub const TOESTEMMING_VERKEERDE_PERSOON: &str = "toestemming-verkeerde-persoon";
/// The id of a consent stands for another consent already; the same word as the gate's.
pub const TOESTEMMING_TEGENSTRIJDIG: &str = "toestemming-tegenstrijdig";
/// It goes to a derde, and there is no key to make pseudonyms with: nothing leaves without them (14.3).
pub const GEEN_SCHUILNAAMSLEUTEL: &str = "geen-schuilnaamsleutel";

/// All of them, in order.
pub const ALL: &[&str] = &[
    CASUS_ONBEKEND,
    GEEN_ONTVANGERS,
    GEEN_ROUTE,
    GEEN_SCHUILNAAMSLEUTEL,
    GEWEIGERD,
    KOPPELING_IN_SCHADUW,
    KOPPELING_UIT,
    NIET_STABIEL,
    ONBEREIKBAAR,
    ONLEESBAAR,
    ONVERWERKBAAR,
    TOESTEMMING_DEKT_NIETS,
    TOESTEMMING_IN_TOEKOMST,
    TOESTEMMING_PARTIJ_ONBEKEND,
    TOESTEMMING_TEGENSTRIJDIG,
    TOESTEMMING_VERKEERDE_PERSOON,
    TOESTEMMING_ZONDER_ONDERTEKENAAR,
    UITKOMST_ONBEKEND,
    ZELFCONTROLE,
];
