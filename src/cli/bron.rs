//! A hulpvraag in the words of the Kindkans-like source, as the event that Sluis would make of it: for `explain`.

use std::sync::Arc;

use anyhow::Context as _;
use serde::Serialize;
use serde_json::value::RawValue;
use sluis_kindkans::{CaseIds, Destination, Translator};
use sluis_rules::event::Bericht;
use sluis_rules::journal;
use sluis_rules::rulebook::Rulebook;
use sluis_rules::scan::Caps;
use sluis_stations::ports::{Opened, PortError, Sealer};

/// Nothing is kept here, so nothing is sealed, and ids need not be hard to guess.
struct NoKeys;

const NO_KEYS: PortError = PortError::Unavailable("sealing", "nothing is kept by this command");

impl Sealer for NoKeys {
    fn seal(&self, _: &str, _: &[u8]) -> Result<Vec<u8>, PortError> {
        Err(NO_KEYS)
    }

    fn open(&self, _: &str, _: &[u8]) -> Result<Opened, PortError> {
        Err(NO_KEYS)
    }

    fn keyed_id(&self, purpose: &str, parts: &[&[u8]]) -> String {
        journal::hex(&journal::hash(&[purpose.as_bytes(), &parts.concat()].concat()))
    }
}

#[derive(Serialize)]
struct Wire<'a> {
    specversion: &'static str,
    id: &'a str,
    source: &'a str,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<&'a str>,
    kanaal: &'static str,
    casusoverleg: &'a str,
    casus: &'a str,
    fase: &'a str,
    doel: &'a str,
    afzender: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ontvanger: Option<String>,
    data: &'a RawValue,
}

/// Whether the bytes look like a hulpvraag of the source rather than an event.
fn is_of_source(body: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Names {
        hulpvraag_id: Option<serde::de::IgnoredAny>,
        specversion: Option<serde::de::IgnoredAny>,
    }
    serde_json::from_slice::<Names>(body).is_ok_and(|n| n.hulpvraag_id.is_some() && n.specversion.is_none())
}

/// The event of a hulpvraag; what is an event already stays as it is. The case number must be the pseudonym of the facts.
pub(crate) fn as_event(rules: &Rulebook, body: Vec<u8>) -> anyhow::Result<Vec<u8>> {
    if !is_of_source(&body) {
        return Ok(body);
    }
    let destination = Destination {
        cases: CaseIds::Shared,
        ..Destination::default()
    };
    // No connection brings it, so no organisation of ours is in it; the claims do not depend on it.
    let source = "urn:nld:oin:00000099000000000000:systeem:kindkans";
    let tree = rules.tree(Bericht::Hulpvraag);
    let translator = Translator::new(source, tree, Arc::new(NoKeys), destination, Caps::default())?;
    let translated = translator
        .translate(&body, None)
        .context("this hulpvraag would not be taken")?;
    let (event, claim) = (&translated.event, &translated.event.claim);
    let wire = Wire {
        specversion: "1.0",
        id: &event.id,
        source: &event.source,
        r#type: event.bericht.event_type(),
        time: event.time.as_deref(),
        kanaal: claim.kanaal.as_str(),
        casusoverleg: &claim.casusoverleg,
        casus: &claim.casus,
        fase: &claim.fase,
        doel: &claim.doel,
        afzender: claim.afzender.to_string(),
        ontvanger: claim.ontvanger.map(|p| p.to_string()),
        // Made by our own mapping; an error of the parser would quote it.
        data: serde_json::from_slice(&translated.data).map_err(|_| anyhow::anyhow!("the translation is no JSON"))?,
    };
    Ok(serde_json::to_vec(&wire)?)
}
