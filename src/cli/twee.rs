//! Two persons who prove who they are, on standard input: an argument would stand where others see it.

use std::io::Read as _;
use std::path::Path;

use serde::Deserialize;
use sluis_stations::Wie;
use sluis_stations::ports::{Account, AccountRol, Accounts, Bewijs, TweePersonen};
use zeroize::Zeroizing;

use super::Failure;

/// One of the two.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bewezen {
    account: String,
    wachtwoord: String,
    code: String,
}

impl Bewezen {
    fn bewijs(self) -> Bewijs {
        Bewijs {
            account: self.account,
            wachtwoord: self.wachtwoord,
            code: self.code,
        }
    }
}

/// Who acts alone; proved it.
pub(super) async fn een(accounts: &dyn Accounts, bewezen: Bewezen) -> Result<Account, Failure> {
    accounts.verify(bewezen.bewijs()).await.map_err(Failure::usage)
}

/// An operator, and another person who is operator or FG; both proved it.
pub(super) async fn twee(accounts: &dyn Accounts, eerste: Bewezen, tweede: Bewezen) -> Result<TweePersonen, Failure> {
    let eerste = accounts.verify(eerste.bewijs()).await.map_err(Failure::usage)?;
    let tweede = accounts.verify(tweede.bewijs()).await.map_err(Failure::usage)?;
    let (operator, fg) = (AccountRol::Operator, AccountRol::Fg);
    TweePersonen::new(eerste, &[operator], tweede, &[operator, fg]).map_err(Failure::usage)
}

/// What is asked, from a file or standard input, up to so many bytes.
pub(super) fn asked(file: Option<&Path>, most: u64) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut text = Zeroizing::new(Vec::with_capacity(usize::try_from(most).unwrap_or_default()));
    let read = match file {
        Some(path) => std::fs::File::open(path).and_then(|f| f.take(most).read_to_end(&mut text)),
        None => std::io::stdin().lock().take(most).read_to_end(&mut text),
    };
    read.map_err(|e| Failure::usage(anyhow::anyhow!("the question cannot be read: {}", e.kind())))?;
    Ok(text)
}

/// Who acts: one who proved it, and a second where there is one. What role a step asks, the step says.
pub(super) async fn wie(accounts: &dyn Accounts, eerste: Bewezen, tweede: Option<Bewezen>) -> Result<Wie, Failure> {
    let eerste = accounts.verify(eerste.bewijs()).await.map_err(Failure::usage)?;
    let tweede = match tweede {
        Some(tweede) => Some(accounts.verify(tweede.bewijs()).await.map_err(Failure::usage)?),
        None => None,
    };
    Ok(Wie::persoon(eerste, tweede, None))
}
