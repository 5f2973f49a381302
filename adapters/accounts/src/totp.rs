//! The code of the moment: RFC 6238 with SHA-1, six digits and thirty seconds, which every authenticator app knows.

use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

use crate::error::AccountsError;

/// What a person enters into an authenticator app, shown once. Blank `Debug`.
pub struct Enrolment {
    /// Base32, to type.
    pub geheim: Zeroizing<String>,
    /// `otpauth://`, for a QR code.
    pub uri: Zeroizing<String>,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment(…)")
    }
}

impl Enrolment {
    /// The code of a moment, as the app would show it: for a demonstration, where nobody has one.
    #[must_use]
    pub fn code(&self, seconds: u64) -> Option<String> {
        let secret = Secret::try_from_base32(self.geheim.as_str()).ok()?;
        let totp = Builder::new().with_secret(secret).build().ok()?;
        Some(totp.generate(seconds).to_string())
    }
}

/// A new secret of 160 bits (RFC 4226, section 4).
pub(crate) fn generate() -> Result<Zeroizing<[u8; 20]>, AccountsError> {
    let mut bytes = Zeroizing::new([0; 20]);
    getrandom::fill(bytes.as_mut()).map_err(|_| AccountsError::Crypto("the system gives no randomness"))?;
    Ok(bytes)
}

/// As a person enters it. The id is a word, so nothing in the address needs escaping.
pub(crate) fn enrolment(id: &str, secret: [u8; 20]) -> Enrolment {
    let geheim = Zeroizing::new(Secret::new_stack(secret).to_base32());
    let uri = Zeroizing::new(format!(
        "otpauth://totp/Sluis:{id}?secret={}&issuer=Sluis&algorithm=SHA1&digits=6&period=30",
        &*geheim
    ));
    Enrolment { geheim, uri }
}

fn totp(secret: &[u8]) -> Option<Totp> {
    Builder::new().with_secret(secret.to_vec()).build().ok()
}

/// The step in which this code was right, one step of drift to either side allowed (RFC 6238, section 5.2).
pub(crate) fn check(secret: &[u8], code: &str, seconds: u64) -> Option<u64> {
    let digits = code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
    if digits {
        totp(secret)?.check(code, seconds)
    } else {
        None
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the last six of its eight digits.
    #[test]
    fn the_codes_of_the_standard() {
        let secret = *b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(check(&secret, code, seconds), Some(seconds / 30));
            assert_eq!(
                check(&secret, code, seconds + 30),
                Some(seconds / 30),
                "one step of drift"
            );
            assert_eq!(check(&secret, code, seconds + 90), None);
        }
        for wrong in ["", "28708", "2870821", "287 82", "a87082", "２８７０８２"] {
            assert_eq!(check(&secret, wrong, 59), None);
        }
    }

    #[test]
    fn an_app_gets_the_same_secret_and_a_log_gets_none() {
        let secret = *b"12345678901234567890";
        let told = enrolment("op-1", secret);
        assert_eq!(&*told.geheim, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert!(told.uri.starts_with("otpauth://totp/Sluis:op-1?secret=GEZD"));
        assert_eq!(format!("{told:?}"), "Enrolment(…)");
    }
}
