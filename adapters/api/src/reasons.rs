//! Every reason by which the interface refuses, with its words. Each has a page `schemas/redenen/<slug>.md`.

/// One reason.
#[derive(Debug, PartialEq, Eq)]
pub struct Reason {
    /// Stable name; never changed once used.
    pub slug: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Short, Dutch.
    pub titel: &'static str,
    /// What happened and what to do, Dutch.
    pub detail: &'static str,
    /// The same in English.
    pub detail_en: &'static str,
}

impl Reason {
    /// The reason of that name.
    #[must_use]
    pub fn find(slug: &str) -> Option<&'static Self> {
        REASONS.iter().find(|r| r.slug == slug)
    }

    /// The reason for what should not happen.
    pub(crate) const fn fault() -> &'static Self {
        &FAULT
    }
}

const FAULT: Reason = Reason {
    slug: "fout-bij-ons",
    status: 500,
    titel: "Fout bij ons",
    detail: "Er ging hier iets mis. Probeer het later opnieuw met hetzelfde id; noem bij een melding de waarde van instance.",
    detail_en: "Something went wrong on our side. Try again later with the same id; mention the value of instance when you report it.",
};

macro_rules! reasons {
    ($($slug:literal, $status:literal, $titel:literal, $detail:literal, $detail_en:literal;)*) => {
        /// All reasons of the interface. A station may use a reason of its own (those of the scanner and the gates);
        /// it then has the words of its class.
        pub const REASONS: &[Reason] = &[
            FAULT,
            $(Reason { slug: $slug, status: $status, titel: $titel, detail: $detail, detail_en: $detail_en },)*
        ];
    };
}

reasons! {
    // -- 400
    "bericht-ongeldig", 400, "Ongeldig bericht",
        "Het bericht voldoet niet aan het schema. Verbeter de plaats die bij pad staat en stuur het opnieuw.",
        "The message does not follow the schema. Correct the place named by pad and send it again.";
    "geen-cloudevent", 400, "Geen CloudEvent",
        "De body is geen CloudEvent in gestructureerde JSON volgens het NL GOV-profiel.",
        "The body is not a CloudEvent in structured JSON in the NL GOV profile.";
    "attribuut-ontbreekt", 400, "Attribuut ontbreekt",
        "Het attribuut bij pad is verplicht en ontbreekt.",
        "The attribute named by pad is required and missing.";
    "attribuut-ongeldig", 400, "Attribuut ongeldig",
        "Het attribuut bij pad heeft niet de vorm van het NL GOV-profiel.",
        "The attribute named by pad does not have the form of the NL GOV profile.";
    "attribuut-geweigerd", 400, "Attribuut geweigerd",
        "Het attribuut bij pad wordt niet aangenomen, omdat het een persoon kan aanwijzen. Laat het weg.",
        "The attribute named by pad is not taken, because it could identify a person. Leave it out.";
    "past-niet-in-schema", 400, "Past niet in het schema",
        "Het bericht past niet in zijn schema; fouten noemt de plaatsen. Verbeter ze en stuur het opnieuw.",
        "The message does not fit its schema; fouten names the places. Correct them and send it again.";
    "ontvanger-is-afzender", 400, "Ontvanger is afzender",
        "De ontvanger is de afzender zelf. Laat ontvanger weg of noem een ander.",
        "The receiver is the sender itself. Leave ontvanger out or name another.";
    "feit-ongeldig", 400, "Ongeldig feit",
        "Een feit heeft niet de vorm van zijn soort. Er is niets vastgelegd; verbeter de plaats bij pad.",
        "A fact does not have the form of its kind. Nothing was recorded; correct the place named by pad.";
    "toestemming-dekt-niets", 400, "Toestemming dekt niets",
        "Deze toestemming dekt geen enkel gegeven of geen doel dat het convenant kent. Noem waarvoor is getekend.",
        "This consent covers no element, or no purpose of the covenant. Name what was signed for.";
    "toestemming-in-toekomst", 400, "Toestemming in de toekomst",
        "De toestemming is op een dag die nog moet komen, of getekend na de dag waarop zij schriftelijk was. Leg vast wat is gebeurd.",
        "The consent is on a day to come, or signed after the day on which it was in writing. Record what has happened.";
    "toestemming-zonder-ondertekenaar", 400, "Toestemming zonder ondertekenaar",
        "Er staat niet bij wie tekende. Noem bij door elke ondertekenaar: jongere, ouder-met-gezag of voogd, met de dag.",
        "It does not say who signed. Name each signer under door: jongere, ouder-met-gezag or voogd, with the day.";
    "toestemming-partij-onbekend", 400, "Partij onbekend",
        "De verstrekker of een ontvanger is geen partij van het convenant en hoort niet bij de casus. Verbeter de plaats bij pad.",
        "The discloser or a receiver is no party of the covenant and not linked to the case. Correct the place named by pad.";
    "toestemming-verkeerde-persoon", 400, "Toestemming van de verkeerde persoon",
        "Wie tekende gaat er op deze leeftijd niet over, of niet alleen. Vraag toestemming aan wie erover gaat.",
        "Who signed has no say at this age, or not alone. Ask whom it takes for consent.";
    "toestemming-tegenstrijdig", 400, "Kenmerk al gebruikt",
        "Onder dit kenmerk staat al een andere toestemming. Geef een nieuwe toestemming een nieuw kenmerk.",
        "Another consent stands under this id. Give a new consent a new id.";
    "zoekvraag-ongeldig", 400, "Ongeldige vraag",
        "De zoekvraag kent dit woord hier niet, of noemt het twee keer. Lijsten kennen na, limit (1 tot en met 100) en partij; register en grootboek casus, en het grootboek ook toestemming.",
        "The query does not know this word here, or has it twice. Lists know na, limit (1 to 100) and partij; register and ledger casus, and the ledger toestemming too.";
    "verzoek-ongeldig", 400, "Onleesbaar verzoek",
        "De inhoud van het verzoek kon niet tot het einde worden gelezen.",
        "The content of the request could not be read to its end.";
    "geen-utf8", 400, "Geen UTF-8",
        "Het bericht is geen UTF-8. Codeer het als UTF-8 zonder byte order mark.",
        "The message is not UTF-8. Encode it as UTF-8 without a byte order mark.";
    "geen-json", 400, "Geen JSON",
        "Het bericht is geen JSON volgens RFC 8259.",
        "The message is not JSON as RFC 8259 defines it.";
    "dubbele-sleutel", 400, "Dubbele sleutel",
        "Een object heeft dezelfde sleutel twee keer. Stuur elke sleutel een keer.",
        "An object has the same key twice. Send each key once.";
    "half-teken", 400, "Half teken",
        "Een escape bevat een half teken. Stuur beide helften van het paar.",
        "An escape holds half a character. Send both halves of the pair.";
    "getal-te-groot", 400, "Getal te groot",
        "Een getal is groter dan lezers gelijk begrijpen. Blijf onder 1e308.",
        "A number is larger than readers agree on. Stay below 1e308.";
    "te-diep", 400, "Te diep genest",
        "Het bericht is te diep genest (ten hoogste 64).",
        "The message is nested too deep (at most 64).";
    "te-veel-waarden", 400, "Te veel waarden",
        "Het bericht bevat te veel waarden. Stuur minder in een bericht.",
        "The message has more values than allowed. Send fewer in one message.";
    "verkeerde-vorm", 400, "Verkeerde vorm",
        "Bij pad staat een ander soort waarde dan het schema heeft.",
        "The place named by pad has another kind of value than the schema has.";
    "veld-ontbreekt", 400, "Veld ontbreekt",
        "Het veld bij pad ontbreekt; zonder dat veld is het bericht niet te beoordelen.",
        "The field named by pad is missing; without it the message cannot be judged.";
    "meer-dan-een-waarde", 400, "Meer dan een waarde",
        "Na het bericht volgt nog iets. Stuur een bericht tegelijk.",
        "Something follows the message. Send one message at a time.";
    "dubbele-generalisatie", 400, "Waarde en generalisatie",
        "Een waarde en haar generalisatie staan er allebei. Stuur een van de twee.",
        "A value and its generalisation are both present. Send one of them.";
    // -- 401, 403, 404, 405
    "geen-toegang", 401, "Geen toegang",
        "Wij weten niet wie u bent. Stuur het token of het clientcertificaat (of beide) dat voor deze koppeling is afgesproken.",
        "We do not know who you are. Send the token or client certificate (or both) agreed for this connection.";
    "aanmelden-mislukt", 401, "Aanmelden mislukt",
        "Het account, het wachtwoord of de code klopt niet, of de code is al gebruikt. Wacht op de volgende code en probeer het opnieuw.",
        "The account, the password or the code is not right, or the code was used before. Wait for the next code and try again.";
    "sessie-ongeldig", 401, "Sessie ongeldig",
        "Deze sessie is er niet, is verlopen, of het account is uitgezet. Meld u opnieuw aan.",
        "There is no such session, it has ended, or its account was switched off. Log in again.";
    "account-nodig", 403, "Account nodig",
        "Wat wordt vastgelegd, noemt wie het deed. Meld u aan (POST /v1/sessies) en stuur de sessie mee, of geef de koppeling een eigen account.",
        "What is recorded names who did it. Log in (POST /v1/sessies) and send the session along, or give the connection an account of its own.";
    "rol-ontbreekt", 403, "Rol ontbreekt",
        "Dit account heeft de rol niet die hiervoor nodig is. Vraag de beheerder, of laat het iemand doen die de rol heeft.",
        "This account does not have the role that this needs. Ask the operator, or let somebody with the role do it.";
    "tweede-persoon-nodig", 403, "Tweede persoon nodig",
        "Hiervoor zijn twee verschillende mensen nodig. Laat een collega zich ook aanmelden en stuur beide sessies mee.",
        "This needs two different persons. Let a colleague log in too and send both sessions along.";
    "vrager-niet-bevoegd", 403, "Vrager niet bevoegd",
        "Wie vraagt mag dat niet op deze leeftijd, of de geboortedatum is niet die van deze persoon. Ga na wie vraagt en voor wie.",
        "Who asks may not at this age, or the date of birth is not that of this person. Check who asks, and for whom.";
    "geen-mandaat", 403, "Geen mandaat",
        "Deze koppeling mag dit niet: de rol of de partij hoort niet bij haar mandaat. Vraag de beheerder het mandaat na te gaan.",
        "This connection may not do this: the role or the party is not in its mandate. Ask the operator to check the mandate.";
    "vreemde-bron", 403, "Bron van een ander",
        "De organisatie in source is niet die van deze koppeling en hoort niet bij haar mandaat. Gebruik uw eigen OIN.",
        "The organisation in source is not that of this connection, nor in its mandate. Use your own OIN.";
    "postbus-van-ander", 403, "Postbus van een ander",
        "Deze koppeling is die partij niet. Gebruik de koppeling van de partij zelf: een mandaat om te sturen is geen mandaat om te lezen.",
        "This connection is not that party. Use the connection of the party itself: a mandate to send is no mandate to read.";
    "onbekend", 404, "Niet gevonden",
        "Dit is er niet, of niet voor u.",
        "There is no such thing, or not for you.";
    "niet-in-postbus", 404, "Niet in de postbus",
        "In deze postbus staat niets onder dit id.",
        "There is nothing by that id in this mailbox.";
    "methode-onbekend", 405, "Methode onbekend",
        "Deze plaats kent de gebruikte methode niet; de header Allow noemt welke wel.",
        "This place does not know the method used; the Allow header names those it knows.";
    // -- 408, 409, 413, 415, 429
    "te-langzaam", 408, "Te langzaam",
        "De inhoud kwam niet op tijd binnen. Er is niets bewaard; stuur het opnieuw.",
        "The content did not arrive in time. Nothing was kept; send it again.";
    "andere-inhoud", 409, "Zelfde id, andere inhoud",
        "Een bericht met deze bron en dit id is er al, met andere inhoud. Geef een nieuw bericht een nieuw id.",
        "A message with this source and id was taken before, with other content. Give a new message a new id.";
    "verzoek-stap", 409, "Stap kan nu niet",
        "Deze stap volgt niet op wat met het verzoek is gedaan, of komt te laat. Bekijk het verzoek eerst.",
        "This step does not follow what was done with the request, or comes too late. Look at the request first.";
    "te-groot", 413, "Te groot",
        "Het verzoek is groter dan hier in een keer wordt gelezen. Er is niets bewaard; stuur minder tegelijk.",
        "The request is larger than is read at once. Nothing was kept; send less at a time.";
    "verkeerd-mediatype", 415, "Verkeerd mediatype",
        "Stuur application/cloudevents+json, of waar dat is afgesproken application/json, in UTF-8 en zonder compressie.",
        "Send application/cloudevents+json, or application/json where agreed, in UTF-8 and without compression.";
    "te-veel-verzoeken", 429, "Te veel verzoeken",
        "Deze koppeling stuurt sneller dan is afgesproken. Wacht de tijd in Retry-After.",
        "This connection sends faster than agreed. Wait for the time in Retry-After.";
    "te-veel-pogingen", 429, "Te veel mislukte pogingen",
        "Vanaf dit adres mislukte het aanmelden te vaak. Wacht de tijd in Retry-After en controleer token en certificaat.",
        "Too many failed attempts from this address. Wait for the time in Retry-After and check token and certificate.";
    // -- 503
    "opslag-niet-beschikbaar", 503, "Opslag niet beschikbaar",
        "Er kan nu niets worden bewaard en er is niets aangenomen. Stuur het later opnieuw met hetzelfde id.",
        "Nothing can be kept now and nothing was taken. Send it again later with the same id.";
    "niet-bewaard", 503, "Niet bewaard",
        "Het bericht kon niet worden bewaard en is niet aangenomen. Stuur het later opnieuw met hetzelfde id.",
        "The message could not be kept and was not taken. Send it again later with the same id.";
    "niet-vastgelegd", 503, "Niet vastgelegd",
        "Er is niets gegeven, omdat het niet kon worden vastgelegd. Probeer het later opnieuw.",
        "Nothing was given, because it could not be recorded. Try again later.";
    "koppeling-uit", 503, "Koppeling staat uit",
        "Deze koppeling is uitgezet en er is niets aangenomen. Vraag de beheerder wanneer zij weer aan gaat.",
        "This connection is switched off and nothing was taken. Ask the operator when it will be on again.";
    "te-druk", 503, "Te druk",
        "Er zijn te veel verzoeken tegelijk en er is niets aangenomen. Stuur het later opnieuw met hetzelfde id.",
        "There are too many requests at once and nothing was taken. Send it again later with the same id.";
    "geen-antwoord-op-tijd", 503, "Geen antwoord op tijd",
        "Het duurde te lang en het is niet zeker of het is aangenomen. Stuur het opnieuw met hetzelfde id: het werkt dan een keer.",
        "It took too long and it is not certain whether it was taken. Send it again with the same id: it takes effect once.";
}
