//! A Sluis with a screen, accounts, and a message of the youth doctor that waits for a consent.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use serde_json::{Value, json};

use crate::cli;
use crate::corpus::{self, Letter};
use crate::home::{LEERPLICHT, free_address};
use crate::process::Sluis;
use crate::region::Region;

/// What a party would be called by somebody who means ill.
pub(crate) const EVIL: &str = "Basisschool <script>alert(1)</script> '><img src=x onerror=alert(1)>";

pub(crate) struct Stage {
    pub(crate) region: Region,
    pub(crate) addr: SocketAddr,
    /// Certificate that the browser gets; plain HTTP without.
    pub(crate) tls: bool,
    /// What was shown once of each account.
    pub(crate) mensen: BTreeMap<&'static str, Value>,
    pub(crate) sluis: Sluis,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::with(false).await
    }

    /// Starts everything; nothing was sent yet.
    pub(crate) async fn with(tls: bool) -> Self {
        let (region, addr) = (Region::new(), free_address());
        let home = &region.home;
        let rules = home.path().join("regels");
        cli::copy(&cli::root().join("config/convenant"), &rules);
        let convenant = rules.join("convenant.toml");
        let text = std::fs::read_to_string(&convenant).unwrap();
        let evil = text.replacen("naam = \"Basisschool De Proefboom\"", &format!("naam = \"{EVIL}\""), 1);
        assert_ne!(text, evil);
        std::fs::write(&convenant, evil).unwrap();
        let written = cli::sluis(&["matrix", "--write", rules.to_str().unwrap()]);
        assert!(written.status.success());
        let mut config = std::fs::read_to_string(home.config()).unwrap();
        config = config.replacen("data = \"data\"", "data = \"data\"\nregels = \"regels\"", 1);
        config += &format!("\n[scherm]\nluister = \"{addr}\"\n");
        if tls {
            let own = rcgen::generate_simple_self_signed(vec!["127.0.0.1".into(), "localhost".into()]).unwrap();
            std::fs::write(home.path().join("scherm.pem"), own.cert.pem()).unwrap();
            std::fs::write(home.path().join("scherm.key"), own.signing_key.serialize_pem()).unwrap();
            config += "[scherm.tls]\ncertificaat = \"scherm.pem\"\nsleutel = \"scherm.key\"\n";
        }
        std::fs::write(home.config(), config).unwrap();
        let mut mensen = BTreeMap::new();
        for (id, rol) in [
            ("bh-1", "beheerder"),
            ("op-1", "operator"),
            ("op-2", "operator"),
            ("fg-1", "fg"),
            ("lz-1", "lezer"),
        ] {
            mensen.insert(id, account(home, &["add", id, "--rol", rol]));
        }
        let sluis = region.start().await;
        crate::region::until("the screen listens", || std::net::TcpStream::connect(addr).is_ok()).await;
        Self {
            region,
            addr,
            tls,
            mensen,
            sluis,
        }
    }

    /// Changes an account while Sluis runs.
    pub(crate) fn account(&self, args: &[&str]) -> Value {
        account(&self.region.home, args)
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://{}", if self.tls { "https" } else { "http" }, self.addr)
    }

    /// A case in which all is in order, but the youth doctor has no consent to speak; and the letter that is blocked.
    pub(crate) async fn blocked(&self, n: usize) -> String {
        self.region.cases(1).await;
        let born = json!({"soort": "leeftijd", "casus": "cas-0", "vanaf": "2025-01-06", "geboren": "2018-05-04"});
        let phase = json!({"soort": "fase", "casus": "cas-0", "fase": "beoordeling", "vanaf": "2025-01-07", "herbeoordeeld": true});
        self.region.record(&[born, phase]).await;
        let effects = self.region.send(&from_the_doctor(n)).await;
        let aside = self.region.settled().await;
        assert!(aside.contains_key(&effects[0]), "{aside:?}");
        effects[0].clone()
    }

    /// Another letter of a school, with canaries in everything that nobody may have.
    pub(crate) async fn sung(&self, n: usize) -> Vec<String> {
        let letter = corpus::request(n, "cas-onbekend", "a", None, Vec::new());
        let effects = self.region.send(&letter).await;
        self.region.settled().await;
        effects
    }

    /// A browser that nobody used before.
    pub(crate) fn browser(&self) -> Browser {
        let nobody = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(nobody)
            .no_proxy()
            .redirect(Policy::none())
            .timeout(Duration::from_secs(60))
            .build()
            .unwrap();
        Browser {
            http,
            base: self.url(),
            cookies: BTreeMap::new(),
        }
    }

    /// A browser in which somebody logged in.
    pub(crate) async fn logged_in(&self, id: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.log_in(&self.proof(id)).await;
        assert_eq!(answer.status, 303, "{id}: {}", answer.text);
        assert_eq!(answer.header("location"), "/");
        browser
    }

    /// Account, password and code, as the form has them.
    pub(crate) fn proof(&self, id: &str) -> Vec<(&'static str, String)> {
        let shown = &self.mensen[id];
        vec![
            ("account", id.to_owned()),
            ("wachtwoord", shown["wachtwoord"].as_str().unwrap().to_owned()),
            ("code", code(shown["otpauth"].as_str().unwrap())),
        ]
    }
}

#[allow(clippy::disallowed_methods, reason = "an authenticator app reads the clock")]
fn code(uri: &str) -> String {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    totp_rs::Totp::from_url(uri)
        .unwrap()
        .generate(now.as_secs())
        .to_string()
}

fn account(home: &crate::home::Home, args: &[&str]) -> Value {
    let config = home.config();
    let fixed = ["gebruiker", "--config", config.to_str().unwrap(), "--output", "json"];
    let out = cli::sluis(&[&fixed[..], args].concat());
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    cli::json(&out.stdout)
}

/// What a young person can take, from the youth doctor, while the case is assessed.
fn from_the_doctor(n: usize) -> Letter {
    let content = json!({
        "taal": "nl",
        "persoon": {"voornamen": "Noor", "achternaam": "Oefenveld", "roepnaam": corpus::mark(n)},
        "gezondheid": {"belastbaarheid": {"urenPerWeek": 6, "opbouwMogelijk": true}}
    });
    let letter = corpus::letter_from_doctor(n, LEERPLICHT, content);
    let text = String::from_utf8(letter.body).unwrap();
    let body = text
        .replace("\"fase\":\"intake\"", "\"fase\":\"beoordeling\"")
        .into_bytes();
    Letter { body, ..letter }
}

/// What came back.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    /// The token of the first form.
    pub(crate) fn csrf(&self) -> String {
        let from = self.text.split("name=\"csrf\" value=\"").nth(1).unwrap_or_default();
        from.split('"').next().unwrap_or_default().to_owned()
    }
}

/// Keeps cookies as a browser does, and follows nothing by itself.
#[derive(Clone)]
pub(crate) struct Browser {
    http: reqwest::Client,
    base: String,
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.ask("GET", path, &[], None).await
    }

    /// Posts a form as it is given.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, String)]) -> Page {
        self.ask("POST", path, &[], Some(fields)).await
    }

    pub(crate) async fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        form: Option<&[(&str, String)]>,
    ) -> Page {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if !self.cookies.is_empty() {
            let all: Vec<String> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
            request = request.header("cookie", all.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(fields) = form {
            let pairs: Vec<String> = fields.iter().map(|(k, v)| format!("{k}={}", escaped(v))).collect();
            request = request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(pairs.join("&"));
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        for cookie in headers.get_all("set-cookie") {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Page {
            status,
            headers,
            text: answer.text().await.unwrap(),
        }
    }

    /// Only the head of an answer.
    pub(crate) async fn head(&mut self, path: &str) -> Page {
        let mut answer = self.open(path).await;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = if status == 200 {
            String::new()
        } else {
            let chunk = answer.chunk().await.unwrap().unwrap_or_default();
            String::from_utf8_lossy(&chunk).into_owned()
        };
        Page { status, headers, text }
    }

    /// The first thing that a stream tells; it stays open until the browser is gone.
    pub(crate) async fn stream(&mut self, path: &str) -> (u16, String) {
        let mut answer = self.open(path).await;
        let chunk = answer.chunk().await.unwrap().unwrap_or_default();
        let told = (answer.status().as_u16(), String::from_utf8_lossy(&chunk).into_owned());
        tokio::spawn(async move { while let Ok(Some(_)) = answer.chunk().await {} });
        told
    }

    async fn open(&self, path: &str) -> reqwest::Response {
        let all: Vec<String> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let request = self.http.get(format!("{}{path}", self.base));
        request.header("cookie", all.join("; ")).send().await.unwrap()
    }

    /// Opens the form and sends it.
    pub(crate) async fn log_in(&mut self, proof: &[(&'static str, String)]) -> Page {
        let form = self.get("/aanmelden").await;
        let mut fields = vec![("csrf", form.csrf())];
        fields.extend(proof.iter().cloned());
        self.post("/aanmelden", &fields).await
    }
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}
