//! The sentences: Dutch at the level of an operator, and English.

use super::Taal;
use super::found::name;
use super::over::{self, Over};
use crate::event::Bericht;
use crate::gates::Aanvraag;
use crate::rulebook::Rulebook;
use crate::scan::Inventory;
use crate::verdict::{Gate, Reden, Uitkomst, Verdict};

/// One plain sentence about the whole.
pub(super) fn sentence(
    rules: &Rulebook,
    vraag: &Aanvraag<'_>,
    inventory: &Inventory,
    verdict: &Verdict,
    taal: Taal,
) -> String {
    let (van, naar) = (name(rules, &vraag.afzender), name(rules, &vraag.ontvanger));
    let what = vraag.bericht.as_str();
    let de = if matches!(vraag.bericht, Bericht::Verslag) {
        "het"
    } else {
        "de"
    };
    let cap = if de == "het" { "Het" } else { "De" };
    let reasons: Vec<Reden> = verdict.redenen().collect();
    let first = reasons.first().copied();
    let more = reasons.len().saturating_sub(1);
    let cause = first
        .filter(|r| *r == Reden::NietsBruikbaarsOver)
        .and_then(|_| over::why(rules, vraag, inventory, verdict));
    match (verdict.uitkomst, taal) {
        (Uitkomst::Doorgelaten, Taal::Nl) => format!("{cap} {what} van {van} gaat in zijn geheel naar {naar}."),
        (Uitkomst::Doorgelaten, Taal::En) => format!("The {what} of {van} passes whole to {naar}."),
        (Uitkomst::Geminimaliseerd, Taal::Nl) => {
            format!(
                "Van {de} {what} van {van} gaat alleen naar {naar} wat die ontvanger nodig heeft en mag hebben (artikel 3.4, 5.3)."
            )
        }
        (Uitkomst::Geminimaliseerd, Taal::En) => {
            format!("Of the {what} of {van}, only what {naar} needs and may have passes (articles 3.4, 5.3).")
        }
        (Uitkomst::Geblokkeerd, Taal::Nl) => {
            let why = first.map_or("er is geen regel die het toelaat", |r| reason(r, taal));
            let artikel = article(first.map_or("3.4", Reden::artikel), taal);
            let rest = match more {
                0 => String::new(),
                1 => " Er is nog één andere reden.".to_owned(),
                _ => format!(" Er zijn nog {more} andere redenen."),
            };
            let told = match cause {
                Some(Over::Onthouden(r)) => format!(
                    "er blijft niets bruikbaars over, want {} ({})",
                    reason(r, taal),
                    article(r.artikel(), taal)
                ),
                Some(Over::Ontbreekt(names)) => {
                    format!(
                        "wat het bericht niet kan missen, staat er niet in: {} ({artikel})",
                        names.join(" of ")
                    )
                }
                None => format!("{why} ({artikel})"),
            };
            format!("{cap} {what} van {van} gaat niet naar {naar}: {told}.{rest}")
        }
        (Uitkomst::Geblokkeerd, Taal::En) => {
            let why = first.map_or("no rule lets it pass", |r| reason(r, taal));
            let artikel = article(first.map_or("3.4", Reden::artikel), taal);
            let rest = match more {
                0 => String::new(),
                1 => " There is one more reason.".to_owned(),
                _ => format!(" There are {more} more reasons."),
            };
            let told = match cause {
                Some(Over::Onthouden(r)) => {
                    format!(
                        "nothing useful is left, for {} ({})",
                        reason(r, taal),
                        article(r.artikel(), taal)
                    )
                }
                Some(Over::Ontbreekt(names)) => {
                    format!(
                        "what the message cannot do without is not in it: {} ({artikel})",
                        names.join(" or ")
                    )
                }
                None => format!("{why} ({artikel})"),
            };
            format!("The {what} of {van} does not go to {naar}: {told}.{rest}")
        }
    }
}

/// With the word before a number; an annex has its own.
fn article(artikel: &str, taal: Taal) -> String {
    match taal {
        _ if artikel.starts_with("Bijlage") => artikel.to_owned(),
        Taal::Nl => format!("artikel {artikel}"),
        Taal::En => format!("article {artikel}"),
    }
}

/// The name of a gate. In Dutch it is the word that stands in addresses and records.
pub(super) const fn gate(gate: Gate, taal: Taal) -> &'static str {
    match (taal, gate) {
        (Taal::Nl, gate) => gate.slug(),
        (Taal::En, Gate::InWerking) => "in force",
        (Taal::En, Gate::Partijen) => "parties",
        (Taal::En, Gate::Deelnemers) => "participants",
        (Taal::En, Gate::Doel) => "purpose",
        (Taal::En, Gate::CasusEnFase) => "case and phase",
        (Taal::En, Gate::Noodzaak) => "necessity",
        (Taal::En, Gate::Grondslag) => "basis",
        (Taal::En, Gate::Geinformeerd) => "informed",
        (Taal::En, Gate::Derden) => "third parties",
        (Taal::En, Gate::GeheimEnToestemming) => "secrecy and consent",
        (Taal::En, Gate::Herkomst) => "provenance",
        (Taal::En, Gate::Kwaliteit) => "quality",
    }
}

/// What a gate requires.
pub(super) const fn required(gate: Gate, taal: Taal) -> &'static str {
    let (nl, en) = match gate {
        Gate::InWerking => (
            "vereist: het convenant is op die dag in werking",
            "required: the covenant is in force on that day",
        ),
        Gate::Partijen => (
            "vereist: beide partijen zijn toegetreden en de afzender is wie hij zegt te zijn",
            "required: both parties acceded and the sender is who it says it is",
        ),
        Gate::Deelnemers => (
            "vereist: beide nemen deel aan dit overleg en zijn gekoppeld aan deze casus; een expert krijgt of geeft pas gegevens als de regierol is toegewezen",
            "required: both take part in this consultation and are linked to this case; an expert receives or gives only once the lead was given",
        ),
        Gate::Doel => (
            "vereist: een doel dat vooraf voor dit overleg en deze casus is vastgelegd",
            "required: a purpose written down beforehand for this consultation and this case",
        ),
        Gate::CasusEnFase => (
            "vereist: de casus is bekend, open en in de fase die de afzender noemt",
            "required: the case is known, open and in the phase the sender states",
        ),
        Gate::Noodzaak => (
            "vereist: de ontvanger heeft dit gegeven nodig voor dit doel in deze fase",
            "required: the receiver needs this element for this purpose in this phase",
        ),
        Gate::Grondslag => (
            "vereist: een grondslag om aan deze ontvanger te verstrekken",
            "required: a basis to disclose to this receiver",
        ),
        Gate::Geinformeerd => (
            "vereist: de betrokkene is vooraf geïnformeerd en de deelnemers weten wanneer en hoe",
            "required: the betrokkene was informed beforehand and the participants know when and how",
        ),
        Gate::Derden => (
            "vereist: de ontvanger is geen derde, of het gaat via het kanaal voor derden",
            "required: the receiver is not a third party, or the channel for third parties is used",
        ),
        Gate::GeheimEnToestemming => (
            "vereist: uitdrukkelijke, schriftelijke toestemming waar geheimhouding, een bijzondere categorie of het overleg zelf (Bijlage 3) dat vraagt",
            "required: explicit written consent where secrecy, a special category or the consultation itself (Bijlage 3) asks it",
        ),
        Gate::Herkomst => (
            "vereist: akkoord van wie het gegeven heeft ingebracht",
            "required: accord of the party that brought the element in",
        ),
        Gate::Kwaliteit => (
            "vereist: wat het bericht niet kan missen, is er nog",
            "required: what the message cannot do without is still there",
        ),
    };
    match taal {
        Taal::Nl => nl,
        Taal::En => en,
    }
}

/// A reason in one sentence, without a capital and a full stop.
pub(super) const fn reason(reden: Reden, taal: Taal) -> &'static str {
    let (nl, en) = match reden {
        Reden::ConvenantNogNiet => (
            "het convenant was op die dag nog niet getekend",
            "the covenant was not yet signed on that day",
        ),
        Reden::ConvenantGeeindigd => (
            "het convenant is op die dag geëindigd",
            "the covenant has ended by that day",
        ),
        Reden::AfzenderNietBewezen => (
            "de verbinding mag niet namens deze afzender spreken",
            "the connection may not speak for this sender",
        ),
        Reden::AfzenderGeenPartij => (
            "de afzender is geen partij bij het convenant",
            "the sender is not a party to the covenant",
        ),
        Reden::AfzenderNietBekendgemaakt => (
            "de toetreding van de afzender is nog niet aan de deelnemers bekendgemaakt",
            "the sender's accession was not yet made known to the participants",
        ),
        Reden::OntvangerGeenPartij => (
            "de ontvanger is geen partij bij het convenant",
            "the receiver is not a party to the covenant",
        ),
        Reden::OntvangerNietBekendgemaakt => (
            "de toetreding van de ontvanger is nog niet aan de deelnemers bekendgemaakt",
            "the receiver's accession was not yet made known to the participants",
        ),
        Reden::OntvangerIsAfzender => (
            "afzender en ontvanger zijn dezelfde partij",
            "sender and receiver are the same party",
        ),
        Reden::AfzenderOnbekend => (
            "de afzender is niet bekend, als partij noch door de wet",
            "the sender is not known, neither as a party nor by statute",
        ),
        Reden::OntvangerOnbekend => (
            "de ontvanger is niet bekend, als partij noch door de wet",
            "the receiver is not known, neither as a party nor by statute",
        ),
        Reden::AfzenderGeenDeelnemer => (
            "de taak van de afzender neemt niet deel aan dit overleg",
            "the sender's task takes no part in this consultation",
        ),
        Reden::AfzenderNietBijCasus => (
            "de afzender is niet gekoppeld aan deze casus",
            "the sender is not linked to this case",
        ),
        Reden::OntvangerGeenDeelnemer => (
            "de taak van de ontvanger neemt niet deel aan dit overleg",
            "the receiver's task takes no part in this consultation",
        ),
        Reden::OntvangerNietBijCasus => (
            "de ontvanger is niet gekoppeld aan deze casus",
            "the receiver is not linked to this case",
        ),
        Reden::OverdrachtNietAanOntvanger => (
            "het besluit tot overdracht noemt deze ontvanger niet",
            "the decision to hand over does not name this receiver",
        ),
        Reden::AlleenUitkomst => (
            "de ontvanger krijgt van dit overleg alleen de uitkomst",
            "the receiver gets only the outcome of this consultation",
        ),
        Reden::RegierolNietToegewezen => (
            "de regierol is nog aan niemand bij deze casus toegewezen, en een expert krijgt of geeft pas daarna gegevens",
            "the lead was not yet given to anybody in this case, and an expert receives or gives only after that",
        ),
        Reden::OntvangerGeenBetrokkene => (
            "dit kanaal is alleen voor de jongere en voor wie gezag heeft",
            "this channel is only for the young person and for who has authority",
        ),
        Reden::HoedanigheidNietVastgelegd => (
            "niemand heeft vastgelegd wie deze ontvanger is: de jongere, een ouder met gezag of een voogd",
            "nobody recorded who this receiver is: the young person, a parent with authority or a guardian",
        ),
        Reden::DoelNietVanOverleg => (
            "dit overleg heeft dit doel niet vastgelegd",
            "this consultation did not write down this purpose",
        ),
        Reden::DoelNietVanCasus => (
            "dit doel is niet voor deze casus vastgelegd",
            "this purpose was not written down for this case",
        ),
        Reden::CasusOnbekend => ("deze casus is niet bekend", "this case is not known"),
        Reden::AnderCasusoverleg => (
            "de casus hoort bij een ander overleg",
            "the case belongs to another consultation",
        ),
        Reden::CasusGesloten => ("de casus is gesloten", "the case is closed"),
        Reden::AndereFase => ("de casus is in een andere fase", "the case is in another phase"),
        Reden::OverlegOnbekend => (
            "de regels kennen dit overleg niet",
            "the rules do not know this consultation",
        ),
        Reden::GeenRegel => (
            "geen regel laat deze ontvanger hiervan iets ontvangen voor dit doel in deze fase",
            "no rule lets this receiver have any of this for this purpose in this phase",
        ),
        Reden::ElementNietNodig => (
            "geen regel zegt dat deze ontvanger het nodig heeft",
            "no rule says that this receiver needs it",
        ),
        Reden::NietOpDeLijst => (
            "het staat niet op de lijst van artikel 5.1",
            "it is not on the list of article 5.1",
        ),
        Reden::MinderPrecies => (
            "een minder precies gegeven is genoeg",
            "a less precise element is enough",
        ),
        Reden::AdresGeheim => (
            "het adres is geheim, en dan gaat niets mee waaruit blijkt waar de jongere woont",
            "the address is secret, so nothing passes that tells where the young person lives",
        ),
        Reden::NoodzaakVastgelegd => (
            "het gaat geheel mee, omdat is vastgelegd dat dit voor deze ontvanger nodig is",
            "it passes whole, because it was recorded that this receiver needs it",
        ),
        Reden::OnbekendVeld => ("het schema kent dit veld niet", "the schema does not know this field"),
        Reden::NietHerbeoordeeld => (
            "de eerdere gegevens zijn voor deze fase niet opnieuw beoordeeld",
            "the earlier data were not judged anew for this phase",
        ),
        Reden::KanaalZonderRegels => (
            "dit regelboek heeft geen regels voor dit kanaal",
            "this rulebook has no rules for this channel",
        ),
        Reden::StroomOnbekend => (
            "de regels kennen geen wettelijke melding met deze naam",
            "the rules know no statutory report of this name",
        ),
        Reden::WetVraagtDitNiet => (
            "de wet vraagt dit gegeven niet",
            "the statute does not ask this element",
        ),
        Reden::AlleenTellingen => (
            "langs dit kanaal gaan alleen tellingen, nooit een bericht over een persoon",
            "only counts go by this channel, never a message about a person",
        ),
        Reden::TellingNietVoorOntvanger => (
            "tellingen zijn voor het samenwerkingsverband en de leerplicht, en voor niemand anders",
            "counts are for the samenwerkingsverband and leerplicht, and for nobody else",
        ),
        Reden::GeenBeheerbericht => (
            "een bericht over een persoon is geen beheerbericht",
            "a message about a person is not an administrative message",
        ),
        Reden::GeenGrondslag => (
            "er is geen grondslag om aan deze ontvanger te verstrekken",
            "there is no basis to disclose to this receiver",
        ),
        Reden::AndereGrondslag => (
            "de gestelde grondslag geldt hier niet",
            "the stated basis does not apply here",
        ),
        Reden::GrondslagDektNiet => (
            "de grondslag dekt deze categorie niet",
            "the basis does not cover this category",
        ),
        Reden::GrondslagToestemmingOntbreekt => (
            "de grondslag is toestemming, en die ontbreekt",
            "the basis is consent, and it is absent",
        ),
        Reden::NietGeinformeerd => (
            "de betrokkene is niet vooraf geïnformeerd",
            "the betrokkene was not informed beforehand",
        ),
        Reden::InformerenNietBekend => (
            "wanneer en hoe de betrokkene is geïnformeerd, is niet aan de deelnemers bekendgemaakt",
            "when and how the betrokkene was informed was not made known to the participants",
        ),
        Reden::OntvangerIsDerde => ("de ontvanger is een derde", "the receiver is a third party"),
        Reden::OntvangerGeenDerde => (
            "de ontvanger is geen derde, maar partij of betrokkene",
            "the receiver is not a third party but a party or the betrokkene",
        ),
        Reden::DerdeToestemmingOntbreekt => (
            "de betrokkene heeft geen toestemming gegeven voor deze derde",
            "the betrokkene gave no consent for this third party",
        ),
        Reden::AlleenInbrengerBeslist => (
            "alleen wie het bij deze casus inbracht, beslist over geven aan een derde",
            "only who brought it into this case decides about giving it to a third party",
        ),
        Reden::HerkenbaarVoorDerde => (
            "het wijst iemand aan, en dat krijgt een derde niet",
            "it tells who it is about, and a third party does not get that",
        ),
        Reden::IndividuNodig => (
            "het gaat geheel mee, omdat is vastgelegd dat deze derde moet weten om wie het gaat",
            "it passes whole, because it was recorded that this third party must know who it is about",
        ),
        Reden::ToestemmingOntbreekt => (
            "de toestemming die hiervoor nodig is, ontbreekt",
            "the consent this needs is absent",
        ),
        Reden::ToestemmingIngetrokken => ("de toestemming is ingetrokken", "the consent was withdrawn"),
        Reden::ToestemmingVerlopen => ("de toestemming is verlopen", "the consent has expired"),
        Reden::ToestemmingOntgroeid => (
            "de toestemming moet worden vernieuwd: op deze leeftijd beslist de jongere mee, of alleen",
            "the consent is to be renewed: at this age the young person decides too, or alone",
        ),
        Reden::ToestemmingVerkeerdePersoon => (
            "de toestemming is niet gegeven door wie er op deze leeftijd over gaat",
            "the consent was not given by whom it takes at this age",
        ),
        Reden::LeeftijdOnbekend => (
            "de leeftijd van de jongere is niet vastgelegd, dus niemand weet wie toestemming moet geven",
            "the age of the young person was not recorded, so nobody knows who must consent",
        ),
        Reden::OudersOneens => (
            "de ouders zijn het niet eens; een mens beslist",
            "the parents disagree; a person decides",
        ),
        Reden::ToestemmingTegenstrijdig => (
            "onder dit kenmerk staan twee verschillende toestemmingen",
            "two different consents stand under this id",
        ),
        Reden::GeheimDoorbroken => (
            "een professional besloot zelf het beroepsgeheim te doorbreken",
            "a professional decided to break their secrecy",
        ),
        Reden::GeheimNietDoorbroken => (
            "het valt onder beroepsgeheim, en geen toestemming heft dat op",
            "it is under professional secrecy, and no consent lifts it",
        ),
        Reden::VoorwaardeOntbreekt => (
            "dit overleg behandelt geen aanvraag zonder toestemming",
            "this consultation does not handle a request without consent",
        ),
        Reden::NietVrijgegeven => (
            "vrije tekst of een bijlage is niet door een professional voor deze ontvanger vrijgegeven",
            "free text or an attachment was not released by a professional for this receiver",
        ),
        Reden::ZonderCategorieEnBron => (
            "vrije tekst zegt niet waarover zij gaat en van wie zij komt",
            "free text does not say what it is about and whose words it holds",
        ),
        Reden::AkkoordOntbreekt => (
            "een andere partij heeft het ingebracht en is niet akkoord met doorgeven",
            "another party brought it in and did not agree to passing it on",
        ),
        Reden::InbrengerOnbekend => (
            "wie het heeft ingebracht, is geen partij die aan deze casus is gekoppeld",
            "who brought it in is not a party linked to this case",
        ),
        Reden::InbrengerMagNiet => (
            "wie het heeft ingebracht, mag het zelf niet aan deze ontvanger geven",
            "who brought it in may not give it to this receiver itself",
        ),
        Reden::GeheimVanAnder => (
            "een ander bracht het onder geheim in, alleen voor de casus; een wettelijke melding heft dat niet op",
            "another brought it in under secrecy, for the case alone; a statutory report does not lift that",
        ),
        Reden::NietsBruikbaarsOver => (
            "wat het bericht niet kan missen, mag niet door",
            "what the message cannot do without may not pass",
        ),
    };
    match taal {
        Taal::Nl => nl,
        Taal::En => en,
    }
}
