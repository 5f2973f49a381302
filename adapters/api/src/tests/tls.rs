//! Client certificates.

use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use sha2::{Digest, Sha256};
use sluis_rules::journal::hex;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::played::{LEERPLICHT, Played, SCHOOL};
use super::support::{Reply, SCHOOL_TOKEN, event_as, exchange, koppeling};
use crate::api::{Api, ApiSettings};
use crate::auth::{Callers, Rol};
use crate::server::{Server, ServerSettings};
use crate::tls::{TlsError, TlsFiles};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

struct Identity {
    der: CertificateDer<'static>,
    pem: String,
    key: KeyPair,
}

impl Identity {
    fn new(name: &str, by: &Authority) -> Self {
        let key = KeyPair::generate().unwrap();
        let cert = CertificateParams::new(vec![name.to_owned()])
            .unwrap()
            .signed_by(&key, by)
            .unwrap();
        Self {
            der: cert.der().clone(),
            pem: cert.pem(),
            key,
        }
    }

    fn fingerprint(&self) -> String {
        hex(&Sha256::digest(&self.der))
    }
}

struct Safe {
    server: Server,
    ca: Authority,
    _dir: tempfile::TempDir,
}

fn files(dir: &Path, ca: &Authority, required: bool) -> TlsFiles {
    let server = Identity::new("localhost", ca);
    let write = |name: &str, text: &str| {
        let path = dir.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    TlsFiles {
        certificaat: write("cert.pem", &server.pem),
        sleutel: write("key.pem", &server.key.serialize_pem()),
        client_ca: Some(write("ca.pem", &ca.pem())),
        client_verplicht: required,
    }
}

/// A listener that knows three connections: by certificate, by token and certificate, by token.
async fn safe(required: bool, ca: Authority, cert: &Identity, beside_token: &Identity) -> Safe {
    let dir = tempfile::tempdir().unwrap();
    let tls = files(dir.path(), &ca, required).load().unwrap();
    let mut only_cert = koppeling("met-certificaat", None, &[LEERPLICHT], &[Rol::Leveren]);
    only_cert.cert_sha256 = vec![cert.fingerprint()];
    let mut both = koppeling("met-beide", Some(SCHOOL_TOKEN), &[SCHOOL], &[Rol::Leveren]);
    both.cert_sha256 = vec![beside_token.fingerprint()];
    let only_token = koppeling(
        "met-token",
        Some(super::support::BOTH_TOKEN),
        &[SCHOOL],
        &[Rol::Leveren],
    );
    let callers = Callers::new(&[only_cert, both, only_token]).unwrap();
    let api = Arc::new(Api::new(Arc::new(Played::default()), callers, ApiSettings::default()));
    let mut settings = ServerSettings::new(std::net::SocketAddr::from(([127, 0, 0, 1], 0)));
    settings.tls = Some(tls);
    Safe {
        server: Server::start(settings, api).await.unwrap(),
        ca,
        _dir: dir,
    }
}

fn client(ca: &Authority, identity: Option<&Identity>) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(ca.der().clone()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    match identity {
        None => builder.with_no_client_auth(),
        Some(i) => {
            let key = PrivateKeyDer::Pkcs8(i.key.serialize_der().into());
            builder.with_client_auth_cert(vec![i.der.clone()], key).unwrap()
        }
    }
}

/// `None`: turned away before any answer.
async fn ask(safe: &Safe, config: &Arc<ClientConfig>, head: &str) -> Option<Reply> {
    let stream = TcpStream::connect(safe.server.addr()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::clone(config))
        .connect(name, stream)
        .await
        .ok()?;
    let text = format!("{head}\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{{}}");
    let out = exchange(&mut stream, text.as_bytes()).await;
    (!out.is_empty()).then(|| Reply::parse(&out))
}

const BARE: &str = "POST /v1/berichten HTTP/1.1\r\nContent-Type: application/cloudevents+json";

#[tokio::test]
async fn a_certificate_is_a_proof_of_one_connection_only() {
    let ca = authority();
    let (cert, beside, stranger) = (
        Identity::new("a", &ca),
        Identity::new("b", &ca),
        Identity::new("c", &ca),
    );
    let safe = safe(false, ca, &cert, &beside).await;
    let of = |i: Option<&Identity>| Arc::new(client(&safe.ca, i));
    let (none, cert, beside, stranger) = (of(None), of(Some(&cert)), of(Some(&beside)), of(Some(&stranger)));
    let school = event_as(SCHOOL_TOKEN);
    let by_token = event_as(super::support::BOTH_TOKEN);
    for (config, head, status, about) in [
        (&cert, BARE, 202, "its certificate"),
        (&none, BARE, 401, "nothing"),
        (&stranger, BARE, 401, "a certificate nobody knows"),
        (&beside, BARE, 401, "a certificate that needs its token"),
        (&beside, school.as_str(), 202, "token and certificate"),
        (&none, school.as_str(), 401, "a token that needs its certificate"),
        (&cert, school.as_str(), 401, "a token with the certificate of another"),
        (
            &stranger,
            school.as_str(),
            401,
            "a token with a certificate nobody knows",
        ),
        (&none, by_token.as_str(), 202, "a token"),
        (
            &cert,
            by_token.as_str(),
            401,
            "a token, beside the certificate of another",
        ),
    ] {
        let reply = ask(&safe, config, head).await.unwrap();
        assert_eq!(reply.status, status, "{about}");
        assert_eq!(reply.header("strict-transport-security"), Some("max-age=31536000"));
        if status == 401 {
            reply.is_problem("geen-toegang");
        }
    }
}

#[tokio::test]
async fn strangers_do_not_get_past_the_handshake() {
    let (ca, other) = (authority(), authority());
    let (cert, beside) = (Identity::new("a", &ca), Identity::new("b", &ca));
    let forged = Identity::new("a", &other);
    let safe = safe(true, ca, &cert, &beside).await;
    assert_eq!(
        ask(&safe, &Arc::new(client(&safe.ca, Some(&cert))), BARE)
            .await
            .unwrap()
            .status,
        202
    );
    assert!(
        ask(&safe, &Arc::new(client(&safe.ca, None)), BARE).await.is_none(),
        "no certificate"
    );
    assert!(
        ask(&safe, &Arc::new(client(&safe.ca, Some(&forged))), BARE)
            .await
            .is_none(),
        "another authority"
    );
}

#[tokio::test]
async fn no_session_is_resumed() {
    let ca = authority();
    let (cert, beside) = (Identity::new("a", &ca), Identity::new("b", &ca));
    let safe = safe(true, ca, &cert, &beside).await;
    for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
        let mut roots = RootCertStore::empty();
        roots.add(safe.ca.der().clone()).unwrap();
        let key = PrivateKeyDer::Pkcs8(cert.key.serialize_der().into());
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(roots)
            .with_client_auth_cert(vec![cert.der.clone()], key)
            .unwrap();
        let connector = TlsConnector::from(Arc::new(config));
        for _ in 0..3 {
            let stream = TcpStream::connect(safe.server.addr()).await.unwrap();
            let name = ServerName::try_from("localhost").unwrap();
            let mut stream = connector.connect(name, stream).await.unwrap();
            let text = format!("{BARE}\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{{}}");
            assert_eq!(Reply::parse(&exchange(&mut stream, text.as_bytes()).await).status, 202);
            assert_eq!(stream.get_ref().1.handshake_kind(), Some(rustls::HandshakeKind::Full));
        }
    }
}

#[tokio::test]
async fn http2_is_spoken_by_those_who_ask_for_it() {
    let ca = authority();
    let (cert, beside) = (Identity::new("a", &ca), Identity::new("b", &ca));
    let safe = safe(true, ca, &cert, &beside).await;
    let mut config = client(&safe.ca, Some(&cert));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(config)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(std::time::Duration::from_secs(5))
        .build()
        .unwrap();
    let url = format!("https://localhost:{}/v1/berichten", safe.server.addr().port());
    let request = client
        .post(url)
        .header("content-type", "application/cloudevents+json")
        .body("{}");
    let answer = request.send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.version()),
        (202, reqwest::Version::HTTP_2)
    );
}

#[test]
fn files_that_cannot_serve_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let ca = authority();
    let good = files(dir.path(), &ca, true);
    assert!(good.load().is_ok());
    let load = |change: &dyn Fn(&mut TlsFiles)| {
        let mut files = good.clone();
        change(&mut files);
        files.load().unwrap_err()
    };
    assert!(matches!(load(&|f| f.client_ca = None), TlsError::NoAuthorities));
    assert!(matches!(
        load(&|f| f.sleutel = "none.pem".into()),
        TlsError::Unreadable(..)
    ));
    assert!(matches!(
        load(&|f| f.certificaat = f.sleutel.clone()),
        TlsError::Unreadable(..)
    ));
    let stray = dir.path().join("stray.pem");
    std::fs::write(&stray, KeyPair::generate().unwrap().serialize_pem()).unwrap();
    assert!(matches!(load(&|f| f.sleutel = stray.clone()), TlsError::Mismatch(..)));
}
