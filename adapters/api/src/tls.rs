//! TLS on the listener: our certificate, and the authorities whose clients may come in.
//!
//! A resumed session skips the check of the client certificate, so there is none: no tickets, no session store.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

/// Where the PEM files are.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsFiles {
    /// Our certificate and the intermediate ones, leaf first.
    pub certificaat: PathBuf,
    /// Our private key.
    pub sleutel: PathBuf,
    /// The authorities of client certificates; absent: no client certificate is asked for.
    #[serde(default)]
    pub client_ca: Option<PathBuf>,
    /// Whether a client without a certificate is turned away in the handshake. Only with `client_ca`.
    #[serde(default)]
    pub client_verplicht: bool,
}

/// Why TLS cannot start. Names the file and what to do.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file is not there or not PEM of the right kind.
    #[error("{0} cannot be read as {1}: check the path, the rights and that it is PEM")]
    Unreadable(PathBuf, &'static str),
    /// The certificate does not go with the key.
    #[error("{0} and {1} do not belong together, or use an algorithm that is not supported")]
    Mismatch(PathBuf, PathBuf),
    /// The authorities cannot be used.
    #[error("{0} holds no certificate of an authority that can be used")]
    Authorities(PathBuf),
    /// Client certificates are required but nobody could sign one.
    #[error("client_verplicht needs client_ca: name the authorities of the client certificates")]
    NoAuthorities,
    /// The library refused the settings.
    #[error("TLS 1.2 and 1.3 are not available in this build")]
    Versions,
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let unreadable = || TlsError::Unreadable(path.to_owned(), "certificates");
    let list = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|_| unreadable())?;
    if list.is_empty() { Err(unreadable()) } else { Ok(list) }
}

impl TlsFiles {
    /// Reads the files and makes the settings of the listener.
    ///
    /// # Errors
    /// See [`TlsError`].
    pub fn load(&self) -> Result<Arc<ServerConfig>, TlsError> {
        // Given explicitly: with two providers in the tree, rustls would otherwise refuse to choose.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(|_| TlsError::Versions)?;
        let builder = match &self.client_ca {
            None if self.client_verplicht => return Err(TlsError::NoAuthorities),
            None => builder.with_no_client_auth(),
            Some(path) => {
                let bad = || TlsError::Authorities(path.clone());
                let mut roots = RootCertStore::empty();
                for authority in certificates(path)? {
                    roots.add(authority).map_err(|_| bad())?;
                }
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                let verifier = if self.client_verplicht {
                    verifier
                } else {
                    verifier.allow_unauthenticated()
                };
                builder.with_client_cert_verifier(verifier.build().map_err(|_| bad())?)
            }
        };
        let key = PrivateKeyDer::from_pem_file(&self.sleutel)
            .map_err(|_| TlsError::Unreadable(self.sleutel.clone(), "a private key"))?;
        let mut config = builder
            .with_single_cert(certificates(&self.certificaat)?, key)
            .map_err(|_| TlsError::Mismatch(self.certificaat.clone(), self.sleutel.clone()))?;
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        config.max_early_data_size = 0;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}
