//! Passwords: Argon2id with the parameters of the crate's default (19 MiB, 2 passes), as a PHC string.

use argon2::Argon2;
use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::PasswordVerifier as _;
use zeroize::Zeroizing;

use crate::error::AccountsError;

/// The shortest password, in characters (NIST SP 800-63B asks 8; without a list of known ones we ask more).
pub const SHORTEST: usize = 12;

/// Longer ones are not hashed: a long text must not keep the machine busy.
const LONGEST: usize = 256;

/// Letters and digits that cannot be mistaken for each other: 32 of them, so five bits each.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789_";

/// A password of 24 characters, 120 bits.
pub(crate) fn generate() -> Result<Zeroizing<String>, AccountsError> {
    let mut bytes = Zeroizing::new([0_u8; 24]);
    getrandom::fill(bytes.as_mut()).map_err(|_| AccountsError::Crypto("the system gives no randomness"))?;
    let letter = |b: &u8| ALPHABET.get(usize::from(b & 31)).copied().map_or('x', char::from);
    Ok(Zeroizing::new(bytes.iter().map(letter).collect()))
}

/// The PHC string to keep.
pub(crate) fn hash(password: &str) -> Result<String, AccountsError> {
    if password.chars().count() < SHORTEST || password.len() > LONGEST {
        return Err(AccountsError::TooShort);
    }
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|_| AccountsError::Crypto("the system gives no randomness"))?;
    Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map(|phc| phc.to_string())
        .map_err(|_| AccountsError::Crypto("the password could not be hashed"))
}

/// Whether the password is the one that was kept. With none kept it works as long, so that time tells nothing.
pub(crate) fn verify(password: &str, kept: Option<&str>) -> bool {
    // Of no password: every comparison with it fails.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    if password.len() > LONGEST {
        return false;
    }
    let same = Argon2::default()
        .verify_password(password.as_bytes(), kept.unwrap_or(NOBODY))
        .is_ok();
    same && kept.is_some()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_itself_opens_and_two_hashes_of_it_differ() {
        let kept = hash("paard-batterij-niet").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify("paard-batterij-niet", Some(&kept)));
        assert!(!verify("paard-batterij-nieT", Some(&kept)));
        assert!(!verify("paard-batterij-niet", None));
        assert!(!verify("", None));
        assert_ne!(kept, hash("paard-batterij-niet").unwrap());
        assert!(matches!(hash("elf-tekens!"), Err(AccountsError::TooShort)));
        assert!(!verify(&"a".repeat(10_000), Some(&kept)));
    }

    #[test]
    fn what_is_generated_is_long_enough_and_never_twice_the_same() {
        let (a, b) = (generate().unwrap(), generate().unwrap());
        assert!(a.len() == 24 && a.is_ascii() && a != b);
        hash(&a).unwrap();
    }
}
