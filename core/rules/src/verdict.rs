//! The verdict: what was decided about one message for one receiver, and everything needed to explain it.

use std::sync::Arc;

use jiff::civil::Date;

use crate::gegeven::{GegevenId, GegevenSet};
use crate::rulebook::CompiledPlan;

/// What became of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Uitkomst {
    /// Everything passes.
    Doorgelaten,
    /// A part passes; the rest is left out or made less precise.
    Geminimaliseerd,
    /// Nothing passes.
    Geblokkeerd,
}

impl Uitkomst {
    /// All outcomes.
    pub const ALL: [Self; 3] = [Self::Doorgelaten, Self::Geminimaliseerd, Self::Geblokkeerd];

    /// The word in records and on screens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Doorgelaten => "doorgelaten",
            Self::Geminimaliseerd => "geminimaliseerd",
            Self::Geblokkeerd => "geblokkeerd",
        }
    }
}

/// The twelve gates, in the covenant's order (digest §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Gate {
    /// 1. The covenant is in force on the day.
    InWerking = 1,
    /// 2. The parties are who they say, and acceded.
    Partijen,
    /// 3. Both take part in the consultation and the case.
    Deelnemers,
    /// 4. The purpose was written down.
    Doel,
    /// 5. The case is open, in this phase.
    CasusEnFase,
    /// 6. The receiver needs it.
    Noodzaak,
    /// 7. There is a basis to disclose.
    Grondslag,
    /// 8. The betrokkene was informed beforehand.
    Geinformeerd,
    /// 9. Third parties.
    Derden,
    /// 10. Secrecy and consent.
    GeheimEnToestemming,
    /// 11. Provenance.
    Herkomst,
    /// 12. Quality.
    Kwaliteit,
}

impl Gate {
    /// All gates in order.
    pub const ALL: [Self; 12] = [
        Self::InWerking,
        Self::Partijen,
        Self::Deelnemers,
        Self::Doel,
        Self::CasusEnFase,
        Self::Noodzaak,
        Self::Grondslag,
        Self::Geinformeerd,
        Self::Derden,
        Self::GeheimEnToestemming,
        Self::Herkomst,
        Self::Kwaliteit,
    ];

    /// Its number in the covenant's order.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Stable id, as records and the API show it.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::InWerking => "in-werking",
            Self::Partijen => "partijen",
            Self::Deelnemers => "deelnemers",
            Self::Doel => "doel",
            Self::CasusEnFase => "casus-en-fase",
            Self::Noodzaak => "noodzaak",
            Self::Grondslag => "grondslag",
            Self::Geinformeerd => "geinformeerd",
            Self::Derden => "derden",
            Self::GeheimEnToestemming => "geheim-en-toestemming",
            Self::Herkomst => "herkomst",
            Self::Kwaliteit => "kwaliteit",
        }
    }

    /// The articles the gate rests on.
    #[must_use]
    pub const fn artikel(self) -> &'static str {
        match self {
            Self::InWerking => "19.1",
            Self::Partijen => "18",
            Self::Deelnemers => "3.4, 7.3, 14.1",
            Self::Doel => "3.3, 3.4",
            Self::CasusEnFase => "3.4, 5.6",
            Self::Noodzaak => "3.4, 5.1–5.4, 7.2",
            Self::Grondslag => "4",
            Self::Geinformeerd => "12.1, 12.2",
            Self::Derden => "14.1–14.3",
            Self::GeheimEnToestemming => "6, 11.3",
            Self::Herkomst => "3.4, 11.4",
            Self::Kwaliteit => "8",
        }
    }
}

macro_rules! redenen {
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $gate:ident, $artikel:literal;)*) => {
        /// Why something does not pass. Each has a page in `schemas/redenen/<slug>.md`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reden { $($(#[$doc])* $name,)* }

        impl Reden {
            /// All reasons.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
            /// Stable id and name of its page.
            #[must_use]
            pub const fn slug(self) -> &'static str { match self { $(Self::$name => $slug,)* } }
            /// The gate it belongs to.
            #[must_use]
            pub const fn gate(self) -> Gate { match self { $(Self::$name => Gate::$gate,)* } }
            /// The articles it rests on.
            #[must_use]
            pub const fn artikel(self) -> &'static str { match self { $(Self::$name => $artikel,)* } }
        }
    };
}

redenen! {
    /// The covenant was not yet signed on the day.
    ConvenantNogNiet = "convenant-nog-niet", InWerking, "19.1";
    /// The covenant has ended.
    ConvenantGeeindigd = "convenant-geeindigd", InWerking, "19.1";
    /// The caller may not speak for the sender.
    AfzenderNietBewezen = "afzender-niet-bewezen", Partijen, "18";
    /// The sender is not a party.
    AfzenderGeenPartij = "afzender-geen-partij", Partijen, "18";
    /// The sender signed, but this was not made known to the others.
    AfzenderNietBekendgemaakt = "afzender-niet-bekendgemaakt", Partijen, "18";
    /// The receiver is not a party: a derde.
    OntvangerGeenPartij = "ontvanger-geen-partij", Partijen, "14.1, 18";
    /// The receiver signed, but this was not made known to the others.
    OntvangerNietBekendgemaakt = "ontvanger-niet-bekendgemaakt", Partijen, "18";
    /// Sender and receiver are the same party.
    OntvangerIsAfzender = "ontvanger-is-afzender", Partijen, "3.4";
    /// By statute: the sender is neither a party nor a party by statute.
    AfzenderOnbekend = "afzender-onbekend", Partijen, "4";
    /// By statute: the receiver is neither a party nor a party by statute.
    OntvangerOnbekend = "ontvanger-onbekend", Partijen, "4";
    /// The task of the sender takes no part in the consultation.
    AfzenderGeenDeelnemer = "afzender-geen-deelnemer", Deelnemers, "3.4, 7.3";
    /// The sender is not linked to the case.
    AfzenderNietBijCasus = "afzender-niet-bij-casus", Deelnemers, "3.4, 7.3";
    /// The task of the receiver takes no part in the consultation.
    OntvangerGeenDeelnemer = "ontvanger-geen-deelnemer", Deelnemers, "7.3, 14.1";
    /// The receiver is not linked to the case.
    OntvangerNietBijCasus = "ontvanger-niet-bij-casus", Deelnemers, "7.3, 14.1";
    /// The decision to hand the case over does not name this receiver.
    OverdrachtNietAanOntvanger = "overdracht-niet-aan-ontvanger", Deelnemers, "5.7, 7.3";
    /// An applicant receives the outcome, not the request.
    AlleenUitkomst = "alleen-uitkomst", Deelnemers, "7.3, Bijlage 3";
    /// An expert receives nothing before the lead in the case was given to a party of the case.
    RegierolNietToegewezen = "regierol-niet-toegewezen", Deelnemers, "Bijlage 3, 3.4";
    /// The channel is for the young person and the parent with authority only.
    OntvangerGeenBetrokkene = "ontvanger-geen-betrokkene", Deelnemers, "1.4";
    /// Nobody recorded in what capacity the receiver is the betrokkene of this case.
    HoedanigheidNietVastgelegd = "hoedanigheid-niet-vastgelegd", Deelnemers, "1.4, 1.14";
    /// The purpose is not one the consultation wrote down.
    DoelNietVanOverleg = "doel-niet-van-overleg", Doel, "3.3, 3.4";
    /// The purpose was not written down for this case.
    DoelNietVanCasus = "doel-niet-van-casus", Doel, "3.4";
    /// The facts do not know the case.
    CasusOnbekend = "casus-onbekend", CasusEnFase, "3.4";
    /// The case belongs to another consultation.
    AnderCasusoverleg = "ander-casusoverleg", CasusEnFase, "3.4";
    /// The case is closed.
    CasusGesloten = "casus-gesloten", CasusEnFase, "5.6";
    /// The case is in another phase than the sender states.
    AndereFase = "andere-fase", CasusEnFase, "3.4";
    /// The rules do not know the consultation.
    OverlegOnbekend = "overleg-onbekend", CasusEnFase, "3.4, Bijlage 3";
    /// No rule lets this sender give this receiver anything for this purpose in this phase.
    GeenRegel = "geen-regel", Noodzaak, "3.4, 5.3";
    /// No rule lets this element pass.
    ElementNietNodig = "element-niet-nodig", Noodzaak, "3.4, 5.3";
    /// The element is not on the list of article 5.1.
    NietOpDeLijst = "niet-op-de-lijst", Noodzaak, "5.1";
    /// The element is made less precise.
    MinderPrecies = "minder-precies", Noodzaak, "3.4, 5.4";
    /// The message or the facts say that the address is secret: what tells where the young person lives stays behind.
    AdresGeheim = "adres-geheim", Noodzaak, "3.4, 5.3";
    /// Passes whole, though the rule gives only that there is something: its necessity was recorded.
    NoodzaakVastgelegd = "noodzaak-vastgelegd", Noodzaak, "5.4";
    /// A field that the schemas do not know.
    OnbekendVeld = "onbekend-veld", Noodzaak, "5.1";
    /// Earlier data were not judged anew for this phase.
    NietHerbeoordeeld = "niet-herbeoordeeld", Noodzaak, "3.4";
    /// The channel has no rules in this rulebook.
    KanaalZonderRegels = "kanaal-zonder-regels", Noodzaak, "3.4";
    /// The rules know no statutory flow of this name.
    StroomOnbekend = "stroom-onbekend", Noodzaak, "4";
    /// The statute does not ask this element.
    WetVraagtDitNiet = "wet-vraagt-dit-niet", Noodzaak, "4, 8";
    /// This channel is for counts only, never for a message about a person.
    AlleenTellingen = "alleen-tellingen", Noodzaak, "3.4";
    /// Counts go to who keeps the region in sight, and to nobody else.
    TellingNietVoorOntvanger = "telling-niet-voor-ontvanger", Noodzaak, "3.4";
    /// A message about a person is not an administrative message.
    GeenBeheerbericht = "geen-beheerbericht", Noodzaak, "3.4";
    /// No basis for this sender to give to this receiver.
    GeenGrondslag = "geen-grondslag", Grondslag, "4";
    /// The basis that the sender states is not one of theirs.
    AndereGrondslag = "andere-grondslag", Grondslag, "4";
    /// The basis does not cover the category.
    GrondslagDektNiet = "grondslag-dekt-niet", Grondslag, "4";
    /// Consent is the basis, and it is absent.
    GrondslagToestemmingOntbreekt = "grondslag-toestemming-ontbreekt", Grondslag, "4, 6";
    /// The betrokkene was not informed beforehand.
    NietGeinformeerd = "niet-geinformeerd", Geinformeerd, "12.1";
    /// Time and manner of informing are not known to the participants.
    InformerenNietBekend = "informeren-niet-bekend", Geinformeerd, "12.2";
    /// A third party: only by the channel for third parties.
    OntvangerIsDerde = "ontvanger-is-derde", Derden, "14.1";
    /// The channel for third parties is not for a party or the betrokkene.
    OntvangerGeenDerde = "ontvanger-geen-derde", Derden, "1.8, 14.1";
    /// No consent for this third party.
    DerdeToestemmingOntbreekt = "derde-toestemming-ontbreekt", Derden, "14.1";
    /// Only the party that brought it in decides about giving it to a third party.
    AlleenInbrengerBeslist = "alleen-inbrenger-beslist", Derden, "14.2";
    /// It tells who it is about, and a third party does not get that.
    HerkenbaarVoorDerde = "herkenbaar-voor-derde", Derden, "14.3";
    /// Passes whole to a third party, because it was recorded that it must know who it is about.
    IndividuNodig = "individu-nodig", Derden, "14.3";
    /// Consent is required and absent.
    ToestemmingOntbreekt = "toestemming-ontbreekt", GeheimEnToestemming, "6.b";
    /// Consent was withdrawn.
    ToestemmingIngetrokken = "toestemming-ingetrokken", GeheimEnToestemming, "6.d, 11.5";
    /// Consent is past its last day.
    ToestemmingVerlopen = "toestemming-verlopen", GeheimEnToestemming, "6";
    /// A birthday made the consent insufficient: to be renewed.
    ToestemmingOntgroeid = "toestemming-ontgroeid", GeheimEnToestemming, "6.b, voetnoot 53";
    /// The consent was never by the persons whom the age asks.
    ToestemmingVerkeerdePersoon = "toestemming-verkeerde-persoon", GeheimEnToestemming, "6.b, voetnoot 53";
    /// How old the young person is was not recorded, so nobody knows who must consent.
    LeeftijdOnbekend = "leeftijd-onbekend", GeheimEnToestemming, "6.b, voetnoot 53";
    /// The parents disagree, on record: a person decides.
    OudersOneens = "ouders-oneens", GeheimEnToestemming, "6.b, 1.14";
    /// Two records give one id to two consents.
    ToestemmingTegenstrijdig = "toestemming-tegenstrijdig", GeheimEnToestemming, "6.b, 6.c";
    /// Passes by a professional's own recorded decision to break their secrecy.
    GeheimDoorbroken = "geheim-doorbroken", GeheimEnToestemming, "6.e, voetnoot 43";
    /// The element is under professional secrecy, and no consent lifts it.
    GeheimNietDoorbroken = "geheim-niet-doorbroken", GeheimEnToestemming, "6.b, 11.3";
    /// The consultation does not handle a request without consent.
    VoorwaardeOntbreekt = "voorwaarde-ontbreekt", GeheimEnToestemming, "Bijlage 3";
    /// Free text or an attachment without a named professional's release.
    NietVrijgegeven = "niet-vrijgegeven", GeheimEnToestemming, "5.3, 6";
    /// Free text that does not say what it is about and whose words it holds.
    ZonderCategorieEnBron = "zonder-categorie-en-bron", GeheimEnToestemming, "5.3, 6";
    /// Brought in by another party, without its accord.
    AkkoordOntbreekt = "akkoord-ontbreekt", Herkomst, "3.4";
    /// Brought in by somebody who is not a party linked to this case.
    InbrengerOnbekend = "inbrenger-onbekend", Herkomst, "3.4, 14.2";
    /// What the party that brought it in could not give itself, another cannot give for it.
    InbrengerMagNiet = "inbrenger-mag-niet", Herkomst, "3.4, 4";
    /// Another party's secret: the statutory exception of 3.4 does not lift 11.4.
    GeheimVanAnder = "geheim-van-ander", Herkomst, "11.4";
    /// The elements the message cannot do without are not left.
    NietsBruikbaarsOver = "niets-bruikbaars-over", Kwaliteit, "8";
}

/// How one gate came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GateOutcome {
    /// Passed.
    Voldaan,
    /// The channel does not ask it.
    NietVanToepassing,
    /// Stops the message.
    Faalt(Reden),
    /// Lets the message pass, but withholds elements (see [`Verdict::onthoudingen`]).
    Onthoudt,
}

/// What one gate required and found. Several failing reasons of one gate are several reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GateReport {
    /// Which gate.
    pub gate: Gate,
    /// How it came out.
    pub outcome: GateOutcome,
}

/// Elements of one contribution that a gate withholds, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Onthouding {
    /// Index of the contribution.
    pub bijdrage: u16,
    /// Which elements.
    pub gegevens: GegevenSet,
    /// Why.
    pub reden: Reden,
}

/// A bill that a rule or a basis of this verdict depends on, and whether it was on that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geraakt {
    /// Place among the bills of the rulebook.
    pub wetsvoorstel: u8,
    /// In force on the day.
    pub aan: bool,
}

/// A decision about one message for one receiver. Total: every input has one.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// What became of it.
    pub uitkomst: Uitkomst,
    /// Hash of the rulebook that decided.
    pub regelboek: Arc<str>,
    /// The day of the facts.
    pub dag: Date,
    /// Version of the facts.
    pub feiten_versie: u64,
    /// Every gate that was evaluated, in order.
    pub gates: Vec<GateReport>,
    /// The plan, when there is one.
    pub plan: Option<Arc<CompiledPlan>>,
    /// What passes whole, though the rule gives only that there is something, by a recorded necessity (5.4).
    pub opgeheven: GegevenSet,
    /// The basis that was found, an index into the rulebook.
    pub grondslag: Option<u16>,
    /// Per contribution what may pass; all empty when the message is blocked.
    pub masks: Vec<GegevenSet>,
    /// What gates withheld.
    pub onthoudingen: Vec<Onthouding>,
    /// The bills that touch it, on or off.
    pub wetsvoorstellen: Vec<Geraakt>,
    /// The consents that what passes rests on, by id: a withdrawal of one of them stops it. Empty when nothing passes.
    pub toestemmingen: Vec<String>,
    /// What passes by a professional's own decision to break their secrecy (6.e), and by no consent; with the decisions.
    pub doorbroken: Doorbroken,
}

/// What passes by recorded decisions to break a secrecy (6.e).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doorbroken {
    /// The decisions, by id.
    pub besluiten: Vec<String>,
    /// Per contribution what passes by them; as long as the contributions, or empty.
    pub gegevens: Vec<GegevenSet>,
}

impl Doorbroken {
    /// Whether an element of a contribution passes by a decision.
    #[must_use]
    pub fn contains(&self, bijdrage: usize, gegeven: GegevenId) -> bool {
        self.gegevens.get(bijdrage).is_some_and(|set| set.contains(gegeven))
    }
}

impl Verdict {
    /// Every reason that stops the message, in gate order.
    pub fn redenen(&self) -> impl Iterator<Item = Reden> + '_ {
        self.gates.iter().filter_map(|g| match g.outcome {
            GateOutcome::Faalt(reden) => Some(reden),
            _ => None,
        })
    }

    /// Whether nothing passes.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.uitkomst == Uitkomst::Geblokkeerd
    }

    /// Why an element of a contribution was withheld by a gate, if it was.
    #[must_use]
    pub fn withheld(&self, bijdrage: usize, gegeven: GegevenId) -> Option<Reden> {
        self.onthoudingen
            .iter()
            .find(|o| usize::from(o.bijdrage) == bijdrage && o.gegevens.contains(gegeven))
            .map(|o| o.reden)
    }
}
