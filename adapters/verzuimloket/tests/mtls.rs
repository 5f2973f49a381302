//! TLS in earnest: the desk behind a door that takes nobody without a certificate of its authority.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail loudly"
)]

mod support;

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls::RootCertStore;
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::PrivateKeyDer;
use sluis_simulators::verzuimloket;
use sluis_stations::ports::Sent;
use sluis_verzuimloket::Config;
use support::{config, effect, key, send, target};
use tokio::net::{TcpListener, TcpStream};

struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
    der: rustls_pki_types::CertificateDer<'static>,
}

fn authority() -> Authority {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let cert = params.self_signed(&key).unwrap();
    Authority {
        pem: cert.pem(),
        der: cert.der().clone(),
        issuer: Issuer::new(params, key),
    }
}

impl Authority {
    /// A certificate with its key: for the desk (`localhost`) or for us.
    fn issue(&self, usage: ExtendedKeyUsagePurpose) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.extended_key_usages = vec![usage];
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }

    fn identity(&self) -> Vec<u8> {
        let (cert, key) = self.issue(ExtendedKeyUsagePurpose::ClientAuth);
        format!("{}{}", cert.pem(), key.serialize_pem()).into_bytes()
    }
}

/// A door in front of the simulator: TLS with a client certificate outside, plain inside.
async fn door(authority: &Authority, inside: SocketAddr) -> SocketAddr {
    let mut roots = RootCertStore::empty();
    roots.add(authority.der.clone()).unwrap();
    let (cert, key) = authority.issue(ExtendedKeyUsagePurpose::ServerAuth);
    let settings = rustls::ServerConfig::builder()
        .with_client_cert_verifier(WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap())
        .with_single_cert(
            vec![cert.der().clone()],
            PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        )
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(settings));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut outside = acceptor.accept(stream).await.ok()?;
                let mut within = TcpStream::connect(inside).await.ok()?;
                tokio::io::copy_bidirectional(&mut outside, &mut within).await.ok()
            });
        }
    });
    addr
}

#[tokio::test]
async fn only_who_shows_the_right_certificate_and_trusts_the_right_authority_comes_in() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (ours, theirs) = key();
    let desk = verzuimloket::start(verzuimloket::Config {
        client_key: Some(theirs),
        ..verzuimloket::Config::default()
    })
    .unwrap();
    let (real, strange) = (authority(), authority());
    let addr = door(&real, desk.addr).await;
    let base = format!("https://localhost:{}", addr.port());
    let with = |authorities: &Authority, identity: Option<Vec<u8>>| Config {
        authorities: Some(authorities.pem.clone().into_bytes()),
        identity,
        ..config(&base, ours.clone())
    };

    let sent = send(&target(&with(&real, Some(real.identity()))), &effect("a1")).await;
    assert_eq!(sent, Sent::Delivered);
    assert_eq!(desk.meldingen().len(), 1);
    let heard = desk.received().len();
    for wrong in [
        with(&real, None),
        with(&real, Some(strange.identity())),
        with(&strange, Some(real.identity())),
    ] {
        let sent = send(&target(&wrong), &effect("a2")).await;
        assert!(matches!(sent, Sent::Retry { .. }), "certainly not sent: {sent:?}");
    }
    assert_eq!(desk.received().len(), heard, "nobody came in");
}
