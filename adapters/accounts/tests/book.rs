//! The accounts from both sides: what the command line keeps, and what a running gateway believes.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jiff::civil::Date;
use sluis_accounts::{AccountBook, AccountFile, AccountsError};
use sluis_stations::ports::{AccountRefusal, AccountRol, Accounts as _, Bewijs, Clock, Opened, PortError, Sealer};

/// Seals by reversing, and opens only for the same context: enough to see that both are asked.
struct Mirror;

impl Sealer for Mirror {
    fn seal(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>, PortError> {
        Ok(context.bytes().chain([0]).chain(plain.iter().rev().copied()).collect())
    }
    fn open(&self, context: &str, sealed: &[u8]) -> Result<Opened, PortError> {
        let mut start = context.as_bytes().to_vec();
        start.push(0);
        let body = sealed.strip_prefix(start.as_slice());
        let body = body.ok_or(PortError::Corrupt("it", "is another's"))?;
        Ok(Opened::new(body.iter().rev().copied().collect()))
    }
    fn keyed_id(&self, _: &str, _: &[&[u8]]) -> String {
        String::new()
    }
}

struct Turned(AtomicI64);

impl Turned {
    fn on(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Turned {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
    fn today(&self) -> Date {
        Date::constant(2026, 11, 23)
    }
}

struct House {
    dir: tempfile::TempDir,
    clock: Arc<Turned>,
    book: AccountBook,
}

impl House {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(Turned(AtomicI64::new(1_795_000_000)));
        let book = AccountBook::new(dir.path().join("accounts.json"), Arc::new(Mirror), clock.clone());
        Self { dir, clock, book }
    }

    fn path(&self) -> std::path::PathBuf {
        self.dir.path().join("accounts.json")
    }

    fn file(&self) -> AccountFile<'static> {
        AccountFile::open(&self.path(), &Mirror).unwrap()
    }

    /// Adds an account; gives password and base32 secret.
    fn add(&self, id: &str, rollen: &[AccountRol]) -> (String, String) {
        let (first, told) = self.file().add(id, None, rollen.iter().copied().collect()).unwrap();
        (first.to_string(), told.geheim.to_string())
    }

    fn code(&self, secret: &str) -> String {
        let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
        let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
        totp.generate(u64::try_from(self.clock.now().as_second()).unwrap())
            .to_string()
    }

    async fn try_in(&self, account: &str, wachtwoord: &str, code: &str) -> Result<String, AccountRefusal> {
        let bewijs = Bewijs {
            account: account.into(),
            wachtwoord: wachtwoord.into(),
            code: code.into(),
        };
        self.book.verify(bewijs).await.map(|a| a.id().to_owned())
    }
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[tokio::test]
async fn password_and_code_together_open_and_each_alone_does_not() {
    let house = House::new();
    let (password, secret) = house.add("op-1", &[AccountRol::Operator]);
    let (other, _) = house.add("op-2", &[AccountRol::Operator]);
    let code = house.code(&secret);
    assert_eq!(
        house.try_in("op-1", &other, &code).await,
        Err(AccountRefusal::Geweigerd)
    );
    assert_eq!(
        house.try_in("op-1", &password, "000000").await,
        Err(AccountRefusal::Geweigerd)
    );
    assert_eq!(
        house.try_in("op-2", &other, &code).await,
        Err(AccountRefusal::Geweigerd)
    );
    assert_eq!(
        house.try_in("nobody", &password, &code).await,
        Err(AccountRefusal::Geweigerd)
    );
    assert_eq!(house.try_in("op-1", &password, &code).await, Ok("op-1".to_owned()));
    // The code counts once, also within its half minute.
    assert_eq!(
        house.try_in("op-1", &password, &code).await,
        Err(AccountRefusal::Geweigerd)
    );
    house.clock.on(30);
    let next = house.code(&secret);
    assert_eq!(house.try_in("op-1", &password, &next).await, Ok("op-1".to_owned()));
}

#[tokio::test]
async fn who_guesses_is_shut_out_for_a_while_and_the_right_proof_too() {
    let house = House::new();
    let (password, secret) = house.add("op-1", &[AccountRol::Operator]);
    for _ in 0..5 {
        assert_eq!(
            house.try_in("op-1", "guess-guess-guess", "000000").await,
            Err(AccountRefusal::Geweigerd)
        );
    }
    let code = house.code(&secret);
    let refused = house.try_in("op-1", &password, &code).await;
    assert!(
        matches!(refused, Err(AccountRefusal::Later(left)) if left.as_secs() == 60),
        "{refused:?}"
    );
    house.clock.on(61);
    let code = house.code(&secret);
    assert_eq!(house.try_in("op-1", &password, &code).await, Ok("op-1".to_owned()));
}

#[tokio::test]
async fn a_change_of_the_file_counts_at_the_next_call() {
    let house = House::new();
    assert!(house.book.active("op-1").is_none());
    let (password, secret) = house.add("op-1", &[AccountRol::Operator]);
    assert!(house.book.active("op-1").unwrap().has(AccountRol::Operator));
    house
        .file()
        .set_roles("op-1", BTreeSet::from([AccountRol::Lezer]))
        .unwrap();
    assert!(!house.book.active("op-1").unwrap().has(AccountRol::Operator));
    house.file().set_active("op-1", false).unwrap();
    assert!(house.book.active("op-1").is_none());
    let code = house.code(&secret);
    assert_eq!(
        house.try_in("op-1", &password, &code).await,
        Err(AccountRefusal::Geweigerd)
    );
    house.file().set_active("op-1", true).unwrap();
    assert_eq!(house.try_in("op-1", &password, &code).await, Ok("op-1".to_owned()));
    let fresh = house.file().set_totp("op-1").unwrap();
    house.clock.on(60);
    let (old, new) = (house.code(&secret), house.code(&fresh.geheim));
    assert_eq!(
        house.try_in("op-1", &password, &old).await,
        Err(AccountRefusal::Geweigerd)
    );
    assert_eq!(house.try_in("op-1", &password, &new).await, Ok("op-1".to_owned()));
}

#[tokio::test]
async fn a_file_that_others_can_read_or_that_was_changed_lets_nobody_act() {
    let house = House::new();
    house.add("op-1", &[AccountRol::Operator]);
    assert_eq!(mode(&house.path()), 0o600);
    assert!(house.book.active("op-1").is_some());
    std::fs::set_permissions(house.path(), std::fs::Permissions::from_mode(0o640)).unwrap();
    // Another stamp, as after a copy.
    std::fs::write(house.path(), std::fs::read(house.path()).unwrap()).unwrap();
    assert!(house.book.active("op-1").is_none());
    assert!(matches!(
        AccountFile::open(&house.path(), &Mirror),
        Err(AccountsError::TooOpen { .. })
    ));
    std::fs::set_permissions(house.path(), std::fs::Permissions::from_mode(0o600)).unwrap();
    let text = std::fs::read_to_string(house.path()).unwrap();
    std::fs::write(house.path(), text.replace("\"versie\": 1", "\"versie\": 2")).unwrap();
    assert!(house.book.active("op-1").is_none());
    std::fs::write(house.path(), &text[..text.len() / 2]).unwrap();
    assert!(house.book.active("op-1").is_none());
}

#[tokio::test]
async fn the_file_holds_neither_password_nor_secret_and_no_id_is_a_number_of_a_person() {
    let house = House::new();
    let (password, secret) = house.add("op-1", &[AccountRol::Operator]);
    let text = std::fs::read_to_string(house.path()).unwrap();
    assert!(!text.contains(&password) && !text.contains(&secret) && text.contains("$argon2id$"));
    for wrong in ["", "Op", "op 1", "999900006", "op-999900006", "op/1", "é"] {
        let added = house.file().add(wrong, None, BTreeSet::from([AccountRol::Lezer]));
        assert!(matches!(added, Err(AccountsError::NotAnId)), "{wrong}");
    }
    let again = house.file().add("op-1", None, BTreeSet::from([AccountRol::Lezer]));
    assert!(matches!(again, Err(AccountsError::Exists)));
    let idle = house.file().add("op-2", None, BTreeSet::new());
    assert!(matches!(idle, Err(AccountsError::NoRole)));
    // The secret of one account is not the secret of another: it is sealed to its account.
    house.add("op-3", &[AccountRol::Operator]);
    let other = house.file().set_password("op-3", None).unwrap().unwrap();
    let mut json: serde_json::Value = serde_json::from_slice(&std::fs::read(house.path()).unwrap()).unwrap();
    json["accounts"][1]["totp"] = json["accounts"][0]["totp"].clone();
    std::fs::write(house.path(), json.to_string()).unwrap();
    let code = house.code(&secret);
    assert_eq!(house.try_in("op-3", &other, &code).await, Err(AccountRefusal::NietNu));
}
