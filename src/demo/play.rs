//! The play: sends everything, waits until nothing is under way, lets the receivers fetch, reads the journal.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use reqwest::{Client, Url};
use serde::Deserialize;
use sluis_rules::journal::Record;

use super::receivers::{self, Received};
use super::{Stage, berichten, hulpvragen};

/// How long everything together may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(10);

/// What came of it: names by effect and by case, the journal, and what the receivers got.
pub(crate) struct Played {
    /// The name of the message of an effect.
    pub(crate) names: BTreeMap<String, String>,
    /// The name of the hulpvraag of a case of the source.
    pub(crate) names_by_case: BTreeMap<String, String>,
    /// Messages and bytes that were sent.
    pub(crate) sent: (usize, usize),
    /// The whole journal.
    pub(crate) journal: Vec<Record>,
    /// What each receiver got.
    pub(crate) received: Vec<Received>,
}

#[derive(Deserialize)]
struct Receipt {
    berichten: Vec<Effect>,
}

#[derive(Deserialize)]
struct Effect {
    effect: String,
}

#[derive(Deserialize)]
struct Wire {
    overlegronde: Round,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Round {
    casus_nr: String,
}

/// Plays the whole of it.
pub(crate) async fn play(stage: &Stage) -> anyhow::Result<Played> {
    let client = client()?;
    let base: Url = format!("http://{}", stage.sluis.addr()).parse()?;
    let events = base.join("/v1/berichten")?;
    let (mut names, mut names_by_case, mut sent) = (BTreeMap::new(), BTreeMap::new(), (0, 0));
    for item in berichten() {
        let answer = client
            .post(events.clone())
            .bearer_auth(stage.token("kindkans"))
            .header("content-type", "application/cloudevents+json")
            .body(item.bytes)
            .send()
            .await
            .context("Sluis does not answer")?;
        let status = answer.status().as_u16();
        ensure!(status == 202, "{} was refused with {status}", item.naam);
        let receipt: Receipt = serde_json::from_slice(&answer.bytes().await?)?;
        names.extend(receipt.berichten.into_iter().map(|e| (e.effect, item.naam.clone())));
        sent = (sent.0 + 1, sent.1 + item.bytes.len());
    }
    let announced = hulpvragen();
    for item in &announced {
        let wire: Wire = serde_json::from_slice(item.bytes)?;
        names_by_case.insert(wire.overlegronde.casus_nr, item.naam.clone());
        stage
            .source
            .send(item.bytes)
            .with_context(|| format!("{} has no id", item.naam))?;
        sent = (sent.0 + 1, sent.1 + item.bytes.len());
    }
    until("the source's announcements are confirmed", async || {
        let confirmed = stage.source.tallies().values().filter(|t| t.confirmed > 0).count();
        Ok(confirmed == announced.len())
    })
    .await?;
    until("everything came to its end", async || {
        Ok(stage.sluis.gateway().tellingen().await?.open == 0)
    })
    .await?;
    let received = receivers::collect(stage, &client, &base).await?;
    Ok(Played {
        names,
        names_by_case,
        sent,
        journal: journal(stage).await?,
        received,
    })
}

/// Looks until it is so.
async fn until(what: &str, mut so: impl AsyncFnMut() -> anyhow::Result<bool>) -> anyhow::Result<()> {
    for _ in 0..PATIENCE.as_millis() / LOOK.as_millis() {
        if so().await? {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
    bail!("after {} s it is still not so that {what}", PATIENCE.as_secs())
}

async fn journal(stage: &Stage) -> anyhow::Result<Vec<Record>> {
    let mut out: Vec<Record> = Vec::new();
    loop {
        let from = out.last().map_or(1, |r| r.nummer + 1);
        let page = stage.sluis.gateway().store().journal(from, 500).await?;
        if page.is_empty() {
            return Ok(out);
        }
        for line in page {
            out.push(serde_json::from_slice(&line)?);
        }
    }
}

/// A client for the own machine: no proxy, no redirect, no root of trust to read from disk.
fn client() -> anyhow::Result<Client> {
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    Ok(Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(10))
        .build()?)
}
