//! Accounts: who acts. Made by the command line now; an organisation's own provider is another adapter of this port.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Fut;

/// What an account may do. An account can have several; none implies another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountRol {
    /// Makes accounts and sets up the system; records no facts.
    Beheerder,
    /// Records facts, and has what is blocked judged again.
    Operator,
    /// The privacy officer: sees everything that is recorded, and is the second person where two are asked.
    Fg,
    /// Sees what is recorded, and changes nothing.
    Lezer,
}

impl AccountRol {
    /// All roles.
    pub const ALL: [Self; 4] = [Self::Beheerder, Self::Operator, Self::Fg, Self::Lezer];

    /// The word in files and on screens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Beheerder => "beheerder",
            Self::Operator => "operator",
            Self::Fg => "fg",
            Self::Lezer => "lezer",
        }
    }
}

/// An account that is active. Its id is opaque: a word, never a name or a number of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    id: String,
    rollen: BTreeSet<AccountRol>,
}

impl Account {
    /// For an adapter of [`Accounts`], and for nobody else: what it gives is believed.
    #[must_use]
    pub fn new(id: impl Into<String>, rollen: impl IntoIterator<Item = AccountRol>) -> Self {
        Self {
            id: id.into(),
            rollen: rollen.into_iter().collect(),
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether it has a role.
    #[must_use]
    pub fn has(&self, rol: AccountRol) -> bool {
        self.rollen.contains(&rol)
    }

    /// Refuses an account that has none of these roles.
    ///
    /// # Errors
    /// [`AccountRefusal::GeenRol`].
    pub fn require_role(&self, any_of: &[AccountRol]) -> Result<(), AccountRefusal> {
        if any_of.iter().any(|rol| self.has(*rol)) {
            Ok(())
        } else {
            Err(AccountRefusal::GeenRol)
        }
    }
}

/// What somebody shows to be an account. Blank `Debug`.
pub struct Bewijs {
    /// The id of the account.
    pub account: String,
    /// Its password.
    pub wachtwoord: String,
    /// The code of the moment (RFC 6238).
    pub code: String,
}

impl fmt::Debug for Bewijs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bewijs(…)")
    }
}

/// Why somebody may not act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccountRefusal {
    /// No such active account, or password or code is wrong: which one is not told.
    #[error("account, password or code is not right")]
    Geweigerd,
    /// Too often wrong: nothing is looked at before then.
    #[error("too many attempts for this account: wait {} s", .0.as_secs())]
    Later(Duration),
    /// The account may not do this.
    #[error("this account does not have the role for it")]
    GeenRol,
    /// Two different persons are needed, and this is one.
    #[error("this needs two different persons")]
    ZelfdePersoon,
    /// The accounts cannot be read now.
    #[error("the accounts cannot be read now")]
    NietNu,
}

/// The accounts.
pub trait Accounts: Send + Sync {
    /// The account behind a proof. Slow on purpose, and limited per account: see [`AccountRefusal::Later`]. A code
    /// counts once.
    fn verify(&self, bewijs: Bewijs) -> Fut<'_, Result<Account, AccountRefusal>>;

    /// An account that was verified before, as it is now: `None` once it was switched off.
    fn active(&self, id: &str) -> Option<Account>;
}

/// Two different active accounts, each with a role that the step asks: what a two-person step takes as an argument, so
/// that it cannot be called with one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TweePersonen {
    eerste: Account,
    tweede: Account,
}

impl TweePersonen {
    /// Who proposes and who agrees.
    ///
    /// # Errors
    /// When they are one account, or either has none of the roles asked of it.
    pub fn new(
        eerste: Account,
        een_van: &[AccountRol],
        tweede: Account,
        ander_van: &[AccountRol],
    ) -> Result<Self, AccountRefusal> {
        if eerste.id == tweede.id {
            return Err(AccountRefusal::ZelfdePersoon);
        }
        eerste.require_role(een_van)?;
        tweede.require_role(ander_van)?;
        Ok(Self { eerste, tweede })
    }

    /// Who proposes.
    #[must_use]
    pub const fn eerste(&self) -> &Account {
        &self.eerste
    }

    /// Who agrees.
    #[must_use]
    pub const fn tweede(&self) -> &Account {
        &self.tweede
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_is_never_two_and_roles_do_not_imply_each_other() {
        use AccountRol::{Beheerder, Fg, Lezer, Operator};
        let operator = Account::new("op-1", [Operator]);
        let fg = Account::new("fg-1", [Fg]);
        let both = Account::new("op-1", [Operator, Fg]);
        let two = |a: &Account, b: &Account| TweePersonen::new(a.clone(), &[Operator], b.clone(), &[Fg, Operator]);
        assert!(two(&operator, &fg).is_ok());
        assert_eq!(two(&operator, &both), Err(AccountRefusal::ZelfdePersoon));
        assert_eq!(two(&fg, &operator), Err(AccountRefusal::GeenRol));
        let admin = Account::new("bh-1", [Beheerder]);
        assert_eq!(two(&operator, &admin), Err(AccountRefusal::GeenRol));
        assert_eq!(admin.require_role(&[Lezer, Operator]), Err(AccountRefusal::GeenRol));
    }

    #[test]
    fn a_proof_shows_nothing() {
        let bewijs = Bewijs {
            account: "op-1".into(),
            wachtwoord: "correct paard".into(),
            code: "123456".into(),
        };
        assert_eq!(format!("{bewijs:?}"), "Bewijs(…)");
    }
}
