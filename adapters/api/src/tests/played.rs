//! Stations that answer what a test asks, and remember what they were asked.

use std::sync::Mutex;

use axum::http::HeaderMap;
use sluis_rules::event::{Bericht, Claim, Event, Kanaal};
use sluis_rules::facts::{Einde, Feit, Toestemming, ToestemmingGeldig, ToestemmingKind};
use sluis_rules::ids::Partij;
use sluis_rules::inzage::Vraag;
use sluis_rules::journal::{Inhoud, Record, Stap as Journaalstap};
use sluis_rules::recht::{Stap, Verzoek};

use sluis_stations::ports::{Account, AccountRefusal, AccountRol, Accounts, Bewijs};
use sluis_stations::{AkkoordVraag, Beheerbericht, Grootboekregel, Mededeling, NieuwVerzoek, Registerpost, Wie};

use crate::auth::Caller;
use crate::doors::{
    Announcements, BlockedItem, Content, Counts, Doors, Fetched, Fut, Kind, PostItem, Receipt, Recorded, Refusal,
    RulesInUse, WireIntake,
};

pub(super) const SCHOOL: &str = "00000099000000001000/school";
pub(super) const LEERPLICHT: &str = "00000099000000002000/leerplicht";
pub(super) const EFFECT: &str = "a1b2c3d4e5f60718a1b2c3d4e5f60718";
pub(super) const CONTENT: &str = r#"{"bericht":"hulpvraag","versie":"1","bijdragen":[]}"#;

pub(super) fn partij(text: &str) -> Partij {
    text.parse().unwrap()
}

#[derive(Default)]
pub(super) struct Played {
    /// What every call that changes something answers, when set.
    pub(super) refuse: Mutex<Option<Refusal>>,
    /// Never answers.
    pub(super) silent: bool,
    /// How many messages the mailbox holds.
    pub(super) waiting: usize,
    /// Whether content is older than it may be.
    pub(super) old: bool,
    /// How many administrative messages are late.
    pub(super) late: u64,
    pub(super) asked: Mutex<Vec<String>>,
    pub(super) rules: Mutex<Option<RulesInUse>>,
}

impl Played {
    fn note(&self, what: String) {
        self.asked.lock().unwrap().push(what);
    }

    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn answer<'a, T: Send + 'a>(&'a self, value: T) -> Fut<'a, Result<T, Refusal>> {
        let refuse = self.refuse.lock().unwrap().clone();
        let silent = self.silent;
        Box::pin(async move {
            if silent {
                std::future::pending::<()>().await;
            }
            refuse.map_or(Ok(value), Err)
        })
    }
}

fn receipt(repeat: bool) -> Receipt {
    Receipt {
        id: "k1".into(),
        repeat,
        berichten: vec![(EFFECT.into(), Some(partij(LEERPLICHT)))],
        gaten: vec!["/bijdragen/0/onbekend#1a2b3c4d".into()],
        aantal_gaten: 1,
    }
}

fn event() -> Event {
    Event {
        id: "e-1".into(),
        source: "urn:nld:oin:00000099000000001000:systeem:kindkans".into(),
        bericht: Bericht::Hulpvraag,
        time: None,
        claim: Claim {
            kanaal: Kanaal::Casusoverleg,
            casusoverleg: "thuiszitterstafel".into(),
            casus: "cas-1".into(),
            fase: "intake".into(),
            doel: "a".into(),
            afzender: partij(SCHOOL),
            ontvanger: None,
            grondslag: None,
        },
        traceparent: None,
    }
}

/// Two persons whose password is their id backwards, and one who was switched off meanwhile.
impl Accounts for Played {
    fn verify(&self, bewijs: Bewijs) -> sluis_stations::ports::Fut<'_, Result<Account, AccountRefusal>> {
        self.note(format!("verify {}", bewijs.account));
        let right: String = bewijs.account.chars().rev().collect();
        let answer = match (bewijs.wachtwoord == right, bewijs.code.as_str()) {
            (_, "later") => Err(AccountRefusal::Later(std::time::Duration::from_secs(60))),
            (true, "123456") => Ok(Account::new(bewijs.account, [AccountRol::Operator])),
            _ => Err(AccountRefusal::Geweigerd),
        };
        Box::pin(async move { answer })
    }

    fn active(&self, id: &str) -> Option<Account> {
        (id != "uit-1").then(|| Account::new(id, [AccountRol::Operator]))
    }
}

fn notice(n: usize) -> Beheerbericht {
    Beheerbericht {
        id: format!("{n:032x}"),
        ontvanger: partij(LEERPLICHT),
        mededeling: Mededeling::Regierol {
            casus: "cas-1".into(),
            partij: partij(SCHOOL),
            vanaf: jiff::civil::date(2026, 11, 1),
        },
        sinds_ms: 1_793_000_000_000,
        uiterlijk_ms: 1_795_592_000_000,
        gegeven: false,
        bevestigd_ms: None,
    }
}

/// A request as it stands.
fn request() -> Verzoek {
    serde_json::from_str(
        r#"{"id":"vz-a","recht":"bezwaar","vrager":"jongere","ontvangen_op":"2026-11-20","uiterlijk":"2026-12-20",
        "stand":"gevraagd","door":["op-1"],"op":"2026-11-20"}"#,
    )
    .unwrap()
}

impl Doors for Played {
    fn accept_event<'a>(
        &'a self,
        caller: &'a Caller,
        body: &'a [u8],
        traceparent: Option<&'a str>,
    ) -> Fut<'a, Result<Receipt, Refusal>> {
        self.note(format!(
            "event {} {} {}",
            caller.koppeling,
            body.len(),
            traceparent.unwrap_or("-")
        ));
        self.answer(receipt(body.starts_with(b"again")))
    }

    fn mailbox<'a>(
        &'a self,
        _: &'a Caller,
        partij: Partij,
        na: Option<String>,
        limit: usize,
    ) -> Fut<'a, Result<Vec<PostItem>, Refusal>> {
        self.note(format!("mailbox {partij} {} {limit}", na.as_deref().unwrap_or("-")));
        let item = |n: usize| PostItem {
            effect: format!("{n:032x}"),
            bericht: Bericht::Hulpvraag,
            casus: "cas-1".into(),
            afzender: super::played::partij(SCHOOL),
            since_ms: 1_793_000_000_000,
        };
        self.answer((0..self.waiting.min(limit)).map(item).collect())
    }

    fn fetch<'a>(&'a self, _: &'a Caller, partij: Partij, effect: String) -> Fut<'a, Result<Option<Fetched>, Refusal>> {
        self.note(format!("fetch {partij} {effect}"));
        let fetched = Fetched {
            event: event(),
            content: Content::planted(CONTENT.as_bytes()),
        };
        self.answer((effect == EFFECT).then_some(fetched))
    }

    fn done<'a>(&'a self, _: &'a Caller, partij: Partij, effect: String) -> Fut<'a, Result<bool, Refusal>> {
        self.note(format!("done {partij} {effect}"));
        self.answer(effect == EFFECT)
    }

    fn notices<'a>(
        &'a self,
        _: &'a Caller,
        partij: Partij,
        na: Option<String>,
        limit: usize,
    ) -> Fut<'a, Result<Vec<Beheerbericht>, Refusal>> {
        self.note(format!("notices {partij} {} {limit}", na.as_deref().unwrap_or("-")));
        self.answer((0..self.waiting.min(limit)).map(notice).collect())
    }

    fn notice<'a>(
        &'a self,
        _: &'a Caller,
        partij: Partij,
        id: String,
    ) -> Fut<'a, Result<Option<Beheerbericht>, Refusal>> {
        self.note(format!("notice {partij} {id}"));
        self.answer((id == EFFECT).then(|| notice(0)))
    }

    fn confirm<'a>(&'a self, _: &'a Caller, partij: Partij, id: String) -> Fut<'a, Result<bool, Refusal>> {
        self.note(format!("confirm {partij} {id}"));
        self.answer(id == EFFECT)
    }

    fn ask_accord<'a>(&'a self, caller: &'a Caller, vraag: AkkoordVraag) -> Fut<'a, Result<String, Refusal>> {
        self.note(format!("ask {} {}", caller.koppeling, vraag.vraag));
        self.answer(EFFECT.to_owned())
    }

    fn answer_accord<'a>(
        &'a self,
        _: &'a Caller,
        partij: Partij,
        id: String,
        akkoord: bool,
    ) -> Fut<'a, Result<bool, Refusal>> {
        self.note(format!("accord {partij} {id} {akkoord}"));
        self.answer(id == EFFECT)
    }

    fn unconfirmed<'a>(&'a self, _: Option<String>, limit: usize) -> Fut<'a, Result<Vec<Beheerbericht>, Refusal>> {
        self.note("unconfirmed".to_owned());
        self.answer((0..self.waiting.min(limit)).map(notice).collect())
    }

    fn record_facts<'a>(&'a self, caller: &'a Caller, feiten: Vec<Feit>) -> Fut<'a, Result<Recorded, Refusal>> {
        let by = caller.wie.as_ref().map_or(String::new(), Wie::told);
        self.note(format!("facts {} {by}", feiten.len()));
        self.answer(Recorded {
            versie: 7,
            onderweg: Vec::new(),
            onbekende_toestemming: feiten
                .iter()
                .filter_map(|f| match f {
                    Feit::Intrekking(i) => Some(i.toestemming.clone()),
                    _ => None,
                })
                .collect(),
        })
    }

    fn history<'a>(&'a self, id: String) -> Fut<'a, Result<Vec<Record>, Refusal>> {
        let record = Record {
            versie: 1,
            nummer: 1,
            tijd_ms: 1_793_000_000_000,
            stap: Journaalstap::Aanvaard,
            effect: EFFECT.into(),
            trace_id: "0".repeat(32),
            span_id: "0".repeat(16),
            verwerking: "v".into(),
            inhoud: Inhoud {
                afzender: SCHOOL.into(),
                ontvanger: LEERPLICHT.into(),
                ..Inhoud::default()
            },
            vorige: String::new(),
        };
        self.answer(if id == "k1" { vec![record] } else { Vec::new() })
    }

    fn blocked<'a>(&'a self, _: Option<String>, _: usize) -> Fut<'a, Result<Vec<BlockedItem>, Refusal>> {
        self.answer(vec![BlockedItem {
            effect: EFFECT.into(),
            bericht: Bericht::Hulpvraag,
            casus: "cas-1".into(),
            afzender: partij(SCHOOL),
            ontvanger: Some(partij(LEERPLICHT)),
            redenen: vec!["casus-gesloten".into()],
            since_ms: 1_793_000_000_000,
            until_ms: 1_795_592_000_000,
        }])
    }

    fn rejudge<'a>(&'a self, caller: &'a Caller, effect: String) -> Fut<'a, Result<bool, Refusal>> {
        self.note(format!("rejudge {} {effect}", caller.koppeling));
        self.answer(effect == EFFECT)
    }

    fn make_request<'a>(
        &'a self,
        caller: &'a Caller,
        _: Vraag,
        verzoek: NieuwVerzoek,
    ) -> Fut<'a, Result<Verzoek, Refusal>> {
        let by = caller.wie.as_ref().map_or(String::new(), Wie::told);
        self.note(format!("request {} {by}", verzoek.recht.as_str()));
        self.answer(request())
    }

    fn requests(&self, id: Option<String>) -> Fut<'_, Result<Vec<Verzoek>, Refusal>> {
        self.note(format!("requests {}", id.as_deref().unwrap_or("-")));
        self.answer(if id.as_deref().is_none_or(|id| id == "vz-a") {
            vec![request()]
        } else {
            Vec::new()
        })
    }

    fn request_step<'a>(&'a self, caller: &'a Caller, id: String, stap: Stap) -> Fut<'a, Result<Verzoek, Refusal>> {
        let by = caller.wie.as_ref().map_or(String::new(), Wie::told);
        self.note(format!("step {id} {} {by}", stap.as_str()));
        self.answer(request())
    }

    fn ending_soon(
        &self,
        na: Option<String>,
        limit: usize,
    ) -> Fut<'_, Result<(Vec<Registerpost>, Option<String>), Refusal>> {
        self.note(format!("ending {} {limit}", na.as_deref().unwrap_or("-")));
        self.answer((Vec::new(), na.is_none().then(|| "cas-1".to_owned())))
    }

    fn consents(&self, casus: String) -> Fut<'_, Result<Vec<Registerpost>, Refusal>> {
        self.note(format!("consents {casus}"));
        let toestemming = Toestemming {
            id: "t-1".into(),
            casus: "cas-1".into(),
            kind: ToestemmingKind::Grondslag,
            verstrekker: partij(SCHOOL),
            gegevens: vec!["gezondheid.*".into()],
            doelen: vec!["a".into()],
            ontvangers: Vec::new(),
            schriftelijk_op: jiff::civil::date(2026, 9, 1),
            geldig_tot: None,
            door: Vec::new(),
            vastgelegd_door: Some("op-1".into()),
        };
        self.answer(vec![Registerpost {
            toestemming,
            stand: ToestemmingGeldig::Aanwezig,
            eindigt: Some((Einde::Ontgroeid, 12)),
        }])
    }

    fn ledger(
        &self,
        casus: String,
        toestemming: Option<String>,
        na: Option<String>,
        limit: usize,
    ) -> Fut<'_, Result<Vec<Grootboekregel>, Refusal>> {
        let (on, after) = (toestemming.as_deref().unwrap_or("-"), na.as_deref().unwrap_or("-"));
        self.note(format!("ledger {casus} {on} {after} {limit}"));
        let line = Grootboekregel {
            effect: sluis_stations::ports::EffectId(EFFECT.into()),
            ontvanger: LEERPLICHT.into(),
            toestemmingen: vec!["t-1".into()],
            tijd_ms: 1_793_000_000_000,
            regelboek: "ab12".into(),
            paden: Vec::new(),
        };
        // One more than a page of one can hold.
        self.answer(vec![line; limit.min(2)])
    }

    fn knows(&self, koppeling: &str) -> bool {
        koppeling != "bestaat-niet"
    }

    fn counts(&self) -> Fut<'_, Result<Counts, Refusal>> {
        self.answer(Counts {
            open: 1,
            geblokkeerd: 2,
            postbus: 3,
            oudste_inhoud_seconden: Some(60),
            inhoud_te_oud: self.old,
            beheerberichten: 4,
            beheerberichten_te_laat: self.late,
            toestemmingen_binnenkort: 5,
        })
    }

    fn rules(&self) -> Option<RulesInUse> {
        self.rules.lock().unwrap().clone()
    }

    fn writable(&self) -> Fut<'_, Result<(), Refusal>> {
        self.answer(())
    }
}

impl WireIntake for Played {
    fn accept<'a>(
        &'a self,
        caller: &'a Caller,
        body: &'a [u8],
        _: Option<&'a str>,
    ) -> Fut<'a, Result<Receipt, Refusal>> {
        self.note(format!("wire {} {}", caller.koppeling, body.len()));
        self.answer(receipt(false))
    }
}

impl Announcements for Played {
    fn announce<'a>(
        &'a self,
        koppeling: &'a str,
        headers: &'a HeaderMap,
        body: &'a [u8],
    ) -> Fut<'a, Result<(), Refusal>> {
        let fine = koppeling == "kindkans" && headers.get("x-handtekening-sha512").is_some_and(|s| s == "good");
        self.note(format!("announce {} {fine}", body.len()));
        Box::pin(async move {
            if fine {
                Ok(())
            } else {
                Err(Refusal::new(Kind::NotAuthenticated, "handtekening-onjuist"))
            }
        })
    }
}
