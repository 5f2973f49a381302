//! Who calls: a client certificate, a bearer token, or both, resolved to one connection (*koppeling*) with its mandate.
//!
//! Tokens are random and at least 32 bytes, so their plain SHA-256 is kept: there is nothing to guess offline. A token
//! is compared with all known ones in constant time. A certificate is known by the SHA-256 of its DER.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use axum::http::{HeaderMap, header};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use sluis_rules::ids::Partij;
use sluis_stations::Wie;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

/// SHA-256 of a token or of the DER of a certificate.
pub type Fingerprint = [u8; 32];

/// A token shorter than this is never looked at.
const TOKEN_MIN: usize = 32;
/// Nor one that is longer.
const TOKEN_MAX: usize = 512;

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rol {
    /// Send messages on behalf of its parties.
    Leveren,
    /// Empty the mailboxes of its parties.
    Postbus,
    /// Record facts, see what is blocked, have it judged again.
    Beheer,
}

/// A connection as configuration states it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Koppeling {
    /// Its name in records and screens: lower-case letters, digits and `-`.
    pub naam: String,
    /// Hex of the SHA-256 of its bearer token (random, at least 32 bytes).
    #[serde(default)]
    pub token_sha256: Option<String>,
    /// Hex of the SHA-256 of the DER of each client certificate it may show. With a token as well, both are needed.
    #[serde(default)]
    pub cert_sha256: Vec<String>,
    /// The parties it *is*: it may send as them and empty their mailboxes.
    #[serde(default)]
    pub eigen: Vec<Partij>,
    /// The parties it may also speak for (the mandate): send, never fetch.
    #[serde(default)]
    pub mandaat: Vec<Partij>,
    /// What it may do.
    pub rollen: Vec<Rol>,
    /// The machine account under which it records by itself. Without one, every act that changes something names the
    /// account of a person.
    #[serde(default)]
    pub account: Option<String>,
}

impl fmt::Debug for Koppeling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Koppeling")
            .field("naam", &self.naam)
            .finish_non_exhaustive()
    }
}

/// A caller that was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The name of its connection.
    pub koppeling: String,
    /// The parties it is.
    pub eigen: Vec<Partij>,
    /// The parties it may also speak for.
    pub mandaat: Vec<Partij>,
    /// What it may do.
    pub rollen: BTreeSet<Rol>,
    /// In whose name it acts: its own machine account, or the persons whose sessions came with this request.
    pub wie: Option<Wie>,
}

impl Caller {
    /// Whether it has a role.
    #[must_use]
    pub fn has(&self, rol: Rol) -> bool {
        self.rollen.contains(&rol)
    }

    /// Whether it is a party: only then may it empty the mailbox.
    #[must_use]
    pub fn is(&self, partij: &Partij) -> bool {
        self.eigen.contains(partij)
    }

    /// Whether it may send in the name of a party.
    #[must_use]
    pub fn speaks_for(&self, partij: &Partij) -> bool {
        self.is(partij) || self.mandaat.contains(partij)
    }
}

/// Why the list of connections is refused. Names connections, never a digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallersError {
    /// A name that is empty or has other characters.
    #[error("koppeling {0}: a name has lower-case letters, digits (never eight in a row) and `-`, at most 40")]
    Name(usize),
    /// Two connections with one name.
    #[error("koppeling `{0}` is there twice: give each its own name")]
    Twice(String),
    /// Nothing to recognise it by.
    #[error("koppeling `{0}` has no token_sha256 and no cert_sha256: it could never be recognised")]
    NoProof(String),
    /// Not 64 hex digits.
    #[error("koppeling `{0}`: {1} is written as 64 lower-case hex digits (sha256sum gives them)")]
    NotHex(String, &'static str),
    /// A token or certificate of two connections: whose message would it be?
    #[error("koppelingen `{0}` and `{1}` share a token or certificate: each has its own")]
    Shared(String, String),
    /// A role without a party to do it for.
    #[error("koppeling `{0}` may leveren or postbus, and is no party that could: state eigen (or mandaat, to leveren)")]
    NoParty(String),
    /// May do nothing.
    #[error("koppeling `{0}` has no rol: it could do nothing")]
    NoRole(String),
}

struct Known {
    token: Option<Fingerprint>,
    certs: Vec<Fingerprint>,
    caller: Arc<Caller>,
}

/// Every connection that is known.
pub struct Callers(Vec<Known>);

impl fmt::Debug for Callers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|k| &k.caller.koppeling))
            .finish()
    }
}

fn unhex(text: &str) -> Option<Fingerprint> {
    let mut out = Fingerprint::default();
    if text.len() != 64 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    for (byte, at) in out.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(out)
}

impl Callers {
    /// Checks the list as a whole: every connection can be recognised, and no proof is of two.
    ///
    /// # Errors
    /// The first connection that cannot be taken, and what to do.
    pub fn new(list: &[Koppeling]) -> Result<Self, CallersError> {
        let mut known: Vec<Known> = Vec::with_capacity(list.len());
        for (at, k) in list.iter().enumerate() {
            let naam = &k.naam;
            let fine = (1..=40).contains(&naam.len())
                && naam
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                && !naam.as_bytes().windows(8).any(|w| w.iter().all(u8::is_ascii_digit));
            if !fine {
                return Err(CallersError::Name(at + 1));
            }
            if known.iter().any(|o| o.caller.koppeling == *naam) {
                return Err(CallersError::Twice(naam.clone()));
            }
            let hex = |text: &String, what| unhex(text).ok_or_else(|| CallersError::NotHex(naam.clone(), what));
            let token = k.token_sha256.as_ref().map(|t| hex(t, "token_sha256")).transpose()?;
            let certs = k
                .cert_sha256
                .iter()
                .map(|c| hex(c, "cert_sha256"))
                .collect::<Result<Vec<_>, _>>()?;
            if token.is_none() && certs.is_empty() {
                return Err(CallersError::NoProof(naam.clone()));
            }
            if k.rollen.is_empty() {
                return Err(CallersError::NoRole(naam.clone()));
            }
            let may = |rol| k.rollen.contains(&rol);
            let sends_as_nobody = may(Rol::Leveren) && k.eigen.is_empty() && k.mandaat.is_empty();
            if sends_as_nobody || (may(Rol::Postbus) && k.eigen.is_empty()) {
                return Err(CallersError::NoParty(naam.clone()));
            }
            if let Some(other) = known
                .iter()
                .find(|o| (token.is_some() && o.token == token) || certs.iter().any(|c| o.certs.contains(c)))
            {
                return Err(CallersError::Shared(other.caller.koppeling.clone(), naam.clone()));
            }
            let rollen = k.rollen.iter().copied().collect();
            let (eigen, mandaat) = (k.eigen.clone(), k.mandaat.clone());
            let caller = Caller {
                koppeling: naam.clone(),
                eigen,
                mandaat,
                rollen,
                wie: k.account.as_ref().map(|a| Wie::machine(a, Some(naam.clone()))),
            };
            known.push(Known {
                token,
                certs,
                caller: Arc::new(caller),
            });
        }
        Ok(Self(known))
    }

    /// Who calls, with its place in the list. `None`: nobody we know, or a proof that does not fit the other.
    ///
    /// A token decides; a connection that names certificates must show one of them as well, and a certificate of
    /// another connection beside it is refused. Without a token a certificate alone decides.
    #[must_use]
    pub fn identify(&self, headers: &HeaderMap, cert: Option<&Fingerprint>) -> Option<(usize, Arc<Caller>)> {
        let by_cert = cert.and_then(|c| {
            self.0
                .iter()
                .position(|k| k.certs.iter().any(|own| bool::from(own.ct_eq(c))))
        });
        let mut given = headers.get_all(header::AUTHORIZATION).iter();
        let at = match (given.next(), given.next()) {
            (None, _) => by_cert.filter(|at| self.0.get(*at).is_some_and(|k| k.token.is_none()))?,
            (Some(value), None) => {
                let at = self.by_token(bearer(value.as_bytes())?)?;
                let wants_cert = self.0.get(at).is_some_and(|k| !k.certs.is_empty());
                if by_cert.map_or(wants_cert, |other| other != at) {
                    return None;
                }
                at
            }
            (Some(_), Some(_)) => return None,
        };
        self.0.get(at).map(|k| (at, Arc::clone(&k.caller)))
    }

    /// Compares with every token, whatever was found before: time tells nothing.
    fn by_token(&self, token: &[u8]) -> Option<usize> {
        let digest: Fingerprint = Sha256::digest(token).into();
        let mut found = 0_u64;
        for (number, known) in (1_u64..).zip(&self.0) {
            let has = Choice::from(u8::from(known.token.is_some()));
            let same = known.token.unwrap_or_default().ct_eq(&digest) & has;
            found = u64::conditional_select(&found, &number, same);
        }
        usize::try_from(found).ok()?.checked_sub(1)
    }
}

/// The token of `Bearer <token>`; the scheme in any case (RFC 9110 §11.1).
fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked(7)?;
    let fine = scheme.eq_ignore_ascii_case(b"Bearer ")
        && (TOKEN_MIN..=TOKEN_MAX).contains(&token.len())
        && token.iter().all(u8::is_ascii_graphic);
    fine.then_some(token)
}
