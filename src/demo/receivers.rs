//! What the receivers really got: counted in messages, bytes and values; never shown.

use anyhow::{Context as _, ensure};
use reqwest::{Client, Url};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Stage;

/// Mailboxes, each emptied by the connection of its own party.
const MAILBOXES: [&str; 3] = ["samenwerkingsverband", "school", "jgz"];

/// What one receiver got.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Received {
    /// Who.
    pub(crate) ontvanger: String,
    /// How: `zaaksysteem` or `postbus`.
    pub(crate) weg: &'static str,
    /// Messages.
    pub(crate) berichten: usize,
    /// Bytes of their content.
    pub(crate) bytes: usize,
    /// Values in them.
    pub(crate) waarden: usize,
}

#[derive(Deserialize)]
struct Post {
    berichten: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    effect: String,
}

/// Counts what was pushed, and empties the mailboxes over HTTP as their parties would.
pub(crate) async fn collect(stage: &Stage, client: &Client, base: &Url) -> anyhow::Result<Vec<Received>> {
    let mut pushed = Received {
        ontvanger: "gemeente".to_owned(),
        weg: "zaaksysteem",
        berichten: 0,
        bytes: 0,
        waarden: 0,
    };
    for request in stage.case_system.received().iter().filter(|r| r.method == "POST") {
        add(&mut pushed, &request.body)?;
    }
    let mut out = vec![pushed];
    for party in MAILBOXES {
        let mut got = Received {
            ontvanger: party.to_owned(),
            weg: "postbus",
            berichten: 0,
            bytes: 0,
            waarden: 0,
        };
        let token = stage.token(party);
        let list = client.get(base.join("/v1/postbus")?).bearer_auth(token).send().await?;
        ensure!(
            list.status().is_success(),
            "the mailbox of {party} answers {}",
            list.status()
        );
        let post: Post = serde_json::from_slice(&list.bytes().await?).context("the mailbox is no list")?;
        for item in post.berichten {
            let one = base.join(&format!("/v1/postbus/{}", item.effect))?;
            let content = client.get(one.clone()).bearer_auth(token).send().await?;
            ensure!(
                content.status().is_success(),
                "a message of {party} answers {}",
                content.status()
            );
            add(&mut got, &content.bytes().await?)?;
            client.delete(one).bearer_auth(token).send().await?;
        }
        out.push(got);
    }
    Ok(out)
}

fn add(to: &mut Received, body: &[u8]) -> anyhow::Result<()> {
    // The error of the parser would quote what it read.
    let value: Value = serde_json::from_slice(body).map_err(|_| anyhow::anyhow!("a receiver got what is no JSON"))?;
    // Around a message from a mailbox stand the attributes of its event.
    let content = value.get("data").unwrap_or(&value);
    to.berichten += 1;
    to.bytes += body.len();
    to.waarden += leaves(content);
    Ok(())
}

fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(map) => map.values().map(leaves).sum(),
        Value::Array(items) => items.iter().map(leaves).sum(),
        _ => 1,
    }
}
