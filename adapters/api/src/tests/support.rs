//! A listener with known callers, and a client that can misbehave: plain sockets and plain HTTP/1.1.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};
use sluis_rules::journal::hex;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use super::played::{LEERPLICHT, Played, SCHOOL, partij};
use crate::api::{Api, ApiSettings};
use crate::auth::{Callers, Koppeling, Rol};
use crate::problem::Reason;
use crate::server::{Server, ServerSettings};

pub(super) const SCHOOL_TOKEN: &str = "school-0123456789abcdef0123456789abcdef";
pub(super) const LEERPLICHT_TOKEN: &str = "leerplicht-0123456789abcdef0123456789ab";
pub(super) const BEHEER_TOKEN: &str = "beheer-0123456789abcdef0123456789abcdef";
pub(super) const SCHERM_TOKEN: &str = "scherm-0123456789abcdef0123456789abcdef";
pub(super) const BOTH_TOKEN: &str = "both-0123456789abcdef0123456789abcdefgh";

pub(super) fn digest(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

pub(super) fn koppeling(naam: &str, token: Option<&str>, eigen: &[&str], rollen: &[Rol]) -> Koppeling {
    Koppeling {
        naam: naam.into(),
        token_sha256: token.map(digest),
        cert_sha256: Vec::new(),
        eigen: eigen.iter().map(|p| partij(p)).collect(),
        mandaat: Vec::new(),
        rollen: rollen.to_vec(),
        account: rollen.contains(&Rol::Beheer).then(|| "registratie".into()),
    }
}

pub(super) fn known() -> Vec<Koppeling> {
    vec![
        koppeling("school", Some(SCHOOL_TOKEN), &[SCHOOL], &[Rol::Leveren]),
        koppeling(
            "leerplicht",
            Some(LEERPLICHT_TOKEN),
            &[LEERPLICHT],
            &[Rol::Postbus, Rol::Leveren],
        ),
        koppeling("beheer", Some(BEHEER_TOKEN), &[], &[Rol::Beheer]),
        Koppeling {
            account: None,
            ..koppeling("scherm", Some(SCHERM_TOKEN), &[], &[Rol::Beheer])
        },
        koppeling("beide", Some(BOTH_TOKEN), &[SCHOOL, LEERPLICHT], &[Rol::Postbus]),
    ]
}

pub(super) struct House {
    pub(super) server: Server,
    pub(super) played: Arc<Played>,
    pub(super) api: Arc<Api>,
}

pub(super) async fn house() -> House {
    house_with(Played::default(), ApiSettings::default(), |_| {}).await
}

pub(super) async fn house_with(
    played: Played,
    settings: ApiSettings,
    change: impl FnOnce(&mut ServerSettings),
) -> House {
    let played = Arc::new(played);
    let callers = Callers::new(&known()).unwrap();
    let api = Api::new(Arc::<Played>::clone(&played), callers, settings)
        .with_wire(Arc::<Played>::clone(&played))
        .with_announcements(Arc::<Played>::clone(&played))
        .with_accounts(Arc::<Played>::clone(&played));
    let api = Arc::new(api);
    let mut settings = ServerSettings::new(SocketAddr::from(([127, 0, 0, 1], 0)));
    change(&mut settings);
    let server = Server::start(settings, Arc::clone(&api)).await.unwrap();
    House { server, played, api }
}

#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

impl Reply {
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let (head, body) = text
            .split_once("\r\n\r\n")
            .unwrap_or_else(|| panic!("no answer: {text:?}"));
        let status = head.get(9..12).and_then(|s| s.parse().ok()).unwrap();
        Self {
            status,
            head: head.to_lowercase(),
            body: body.to_owned(),
        }
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// That it is a refusal for this reason, complete and as RFC 9457 has it.
    pub(super) fn is_problem(&self, slug: &str) -> serde_json::Value {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{self:?}"
        );
        let json = self.json();
        assert_eq!(json["type"], format!("https://sluis.example/redenen/{slug}"));
        assert_eq!(json["status"], self.status);
        if let Some(reason) = Reason::find(slug) {
            assert_eq!(reason.status, self.status, "{slug}");
            assert_eq!(json["title"], reason.titel);
        }
        for member in ["detail", "detailEn"] {
            assert!(json[member].as_str().is_some_and(|t| t.len() > 20));
        }
        assert!(json["instance"].as_str().is_some_and(|i| i.starts_with("urn:uuid:")));
        json
    }
}

/// Sends bytes as they are and reads until the other side closes.
pub(super) async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) -> Vec<u8> {
    // The other side may answer and close before it has read all.
    let _ = stream.write_all(bytes).await;
    let mut out = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut out)).await;
    assert!(read.is_ok(), "the connection stayed open");
    out
}

/// One request with its own connection. `head`: request line and headers, without the length and the end.
pub(super) async fn send(addr: SocketAddr, head: &str, body: &[u8]) -> Reply {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let mut bytes = format!(
        "{head}\r\nHost: sluis\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    Reply::parse(&exchange(&mut stream, &bytes).await)
}

pub(super) fn bearer(line: &str, token: &str) -> String {
    format!("{line} HTTP/1.1\r\nAuthorization: Bearer {token}")
}

pub(super) fn event_as(token: &str) -> String {
    format!(
        "{}\r\nContent-Type: application/cloudevents+json",
        bearer("POST /v1/berichten", token)
    )
}
