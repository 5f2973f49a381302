#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::time::Duration;

use super::*;

const SAMPLE: &str = include_str!("../../config/sluis.toml");

fn with(text: &str, env: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    let env = env.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
    parse(Path::new("/etc/sluis/sluis.toml"), text.to_owned(), env)
}

fn told(text: &str, env: &[(&str, &str)]) -> String {
    with(text, env).unwrap_err().to_string()
}

#[test]
fn the_shipped_sample_is_read() {
    let settings = with(SAMPLE, &[]).unwrap();
    assert_eq!(settings.organisatie.to_string(), "00000099000000003000");
    assert_eq!(settings.koppelingen.len(), 3);
    assert_eq!(settings.bestemmingen.len(), 2);
    assert_eq!(settings.stations.quarantine_days, 30);
    assert_eq!(settings.api.settings.limits.per_second.get(), 200);
    let kindkans = settings.kindkans.unwrap();
    assert_eq!(kindkans.bron.poll_every, std::time::Duration::from_secs(60));
    assert_eq!(kindkans.bestemming.schools.len(), 2);
}

#[test]
fn a_claim_holds_four_of_the_longest_sends() {
    let settings = with(SAMPLE, &[("SLUIS__BESTEMMING__GEMEENTE__ANTWOORD_SECONDEN", "3")]).unwrap();
    assert_eq!(settings.stations.send_timeout, Duration::from_secs(10));
    assert_eq!(settings.stations.lease, Duration::from_secs(40));
}

#[test]
fn an_unknown_key_is_refused_with_its_place_and_what_was_meant() {
    let said = told(&SAMPLE.replace("dagen = 30 ", "dgaen = 30 "), &[]);
    assert!(said.contains("/etc/sluis/sluis.toml:"), "{said}");
    assert!(said.contains("quarantaine.dgaen: unknown key"), "{said}");
    assert!(said.contains("did you mean `dagen`?"), "{said}");
    assert!(said.contains("^^^^^"), "{said}");
    let said = told(SAMPLE, &[("SLUIS__LOG__LEVEL", "debug")]);
    assert!(said.contains("SLUIS__LOG__LEVEL (log.level): unknown key"), "{said}");
    assert!(told(&SAMPLE.replace("\"shadow\"", "\"shadwo\""), &[]).contains("did you mean `shadow`?"));
}

#[test]
fn the_environment_wins_and_an_oin_keeps_its_zeros() {
    let env = [
        ("SLUIS__SLUIS__ORGANISATIE", "00000099000000002000"),
        ("SLUIS__KOPPELING__KINDKANS__MODE", "enforce"),
        ("SLUIS__QUARANTAINE__DAGEN", "7"),
        (
            "SLUIS__KOPPELING__KINDKANS__PARTIJEN",
            r#"["00000099000000002000/jeugd"]"#,
        ),
        (
            "SLUIS__KOPPELING__KINDKANS__MANDAAT",
            r#"["00000099000000001200/school"]"#,
        ),
        ("SLUIS__KINDKANS__TOKEN", "1234567890"),
        ("SLUISWACHTER", "none of ours"),
    ];
    let settings = with(SAMPLE, &env).unwrap();
    assert_eq!(settings.organisatie.to_string(), "00000099000000002000");
    assert_eq!(settings.stations.quarantine_days, 7);
    let kindkans = settings.koppelingen.get("kindkans").unwrap();
    assert_eq!(kindkans.mode, Mode::Enforce);
    assert_eq!(kindkans.mandaat.len(), 1);
    assert_eq!(settings.kindkans.unwrap().bron.token, "1234567890");
}

#[test]
fn a_secret_comes_from_a_file_and_is_never_shown() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("token");
    std::fs::write(&file, "z3er-geheim\n").unwrap();
    let text = SAMPLE.replace(
        "token = \"vervang-mij\"                 # liever / rather: token_file\n",
        "",
    );
    let settings = with(&text, &[("SLUIS__KINDKANS__TOKEN_FILE", file.to_str().unwrap())]).unwrap();
    assert_eq!(settings.kindkans.as_ref().unwrap().bron.token, "z3er-geheim");
    assert!(!format!("{settings:?}").contains("z3er-geheim"));
    assert!(told(&text, &[]).contains("kindkans.token: this secret is required"));
    let both = told(SAMPLE, &[("SLUIS__KINDKANS__TOKEN_FILE", file.to_str().unwrap())]);
    assert!(both.contains("given here and in a file"), "{both}");
    let none = told(&text, &[("SLUIS__KINDKANS__TOKEN_FILE", "/bestaat/niet")]);
    assert!(
        none.contains("SLUIS__KINDKANS__TOKEN_FILE") && none.contains("cannot be read"),
        "{none}"
    );
}

#[test]
fn no_finding_quotes_a_value() {
    for wrong in [
        SAMPLE.replace(
            "webhook_geheim = \"vervang-mij-ook-eens\"",
            "webhook_geheim = [\"vervang-mij-ook-eens\"]",
        ),
        SAMPLE.replace(
            "webhook_geheim = \"vervang-mij-ook-eens\"",
            "webhook_gehiem = \"vervang-mij-ook-eens\"",
        ),
        SAMPLE.replace(
            "webhook_geheim = \"vervang-mij-ook-eens\"",
            "webhook_geheim = \"vervang-mij-ook-eens",
        ),
        SAMPLE.replace(
            "webhook_geheim = \"vervang-mij-ook-eens\"",
            "webhook_geheim = vervang-mij-ook",
        ),
        SAMPLE.replace(
            "webhook_geheim = \"vervang-mij-ook-eens\"",
            "webhook_geheim = \"vervang-mij-ook-eens \\u00e9\"",
        ),
    ] {
        let said = told(&wrong, &[]);
        assert!(!said.contains("vervang-mij"), "{said}");
    }
}

#[test]
fn what_would_be_unsafe_is_refused() {
    let cases = [
        (
            "luister = \"127.0.0.1:8700\"",
            "luister = \"0.0.0.0:8700\"",
            "without TLS only the own machine",
        ),
        ("bereik = \"eigen-machine\"  ", "bereik = \"prive\"  ", "plain HTTP"),
        (
            "http://127.0.0.1:8710",
            "https://u:p@zaken.example",
            "more than an address",
        ),
        ("http://127.0.0.1:8710", "ftp://zaken.example", "not an address of HTTP"),
        (
            "0000000000000000000000000000000000000000000000000000000000000003",
            "ABC",
            "not a SHA-256 digest",
        ),
        (
            "0000000000000000003\"",
            "0000000000000000001\"",
            "whose message would it be?",
        ),
        (
            "rollen = [\"beheer\"]",
            "rollen = [\"beheer\", \"postbus\"]",
            "empty a mailbox, and has none",
        ),
        (
            "koppeling = \"kindkans\"",
            "koppeling = \"kinkans\"",
            "no connection of this name",
        ),
        (
            "\"00000099000000002000/jeugd\"",
            "\"00000099000000004000/jgz\"",
            "receives somewhere else too",
        ),
        ("dagen = 30", "dagen = 0", "too little"),
        ("\"vervang-mij-ook-eens\"", "\"te-kort\"", "short enough to guess"),
        ("99ZB00 =", "99ZB =", "not a BRIN"),
        (
            "organisatie = \"00000099000000003000\"",
            "organisatie = \"00000099000000009000\"",
            "speaks for no party",
        ),
        ("[koppeling.jgz]", "[koppeling.JGZ]", "not a name"),
    ];
    for (from, to, expected) in cases {
        assert!(SAMPLE.contains(from), "the sample has no {from}");
        let said = told(&SAMPLE.replace(from, to), &[]);
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

#[test]
fn all_findings_come_at_once() {
    let said = told(
        &SAMPLE
            .replace("dagen = 30", "dagen = 0")
            .replace("pogingen = 300", "pogingen = 0"),
        &[],
    );
    assert!(said.contains("2 finding(s)"), "{said}");
}

#[test]
fn the_bus_moves_by_a_setting() {
    assert!(matches!(with(SAMPLE, &[]).unwrap().bus, Bus::Ingebouwd));
    let moved = [
        ("SLUIS__BUS__SOORT", "rabbitmq"),
        ("SLUIS__BUS__ADRES", "amqp://127.0.0.1/sluis"),
        ("SLUIS__BUS__GEBRUIKER", "sluis"),
        ("SLUIS__BUS__WACHTWOORD", "geheim-voor-de-proef"),
    ];
    let settings = with(SAMPLE, &moved).unwrap();
    assert!(!format!("{settings:?}").contains("geheim-voor-de-proef"));
    let Bus::Rabbit(rabbit) = settings.bus else {
        unreachable!("it was set")
    };
    assert_eq!(
        (rabbit.host.as_str(), rabbit.port, rabbit.vhost.as_str()),
        ("127.0.0.1", 5672, "sluis")
    );
    assert_eq!((rabbit.voorvoegsel.as_str(), rabbit.tls.is_none()), ("sluis", true));
}

#[test]
fn a_bus_that_would_show_or_trust_too_much_is_refused() {
    let told = |more: &[(&str, &str)]| {
        let base = [
            ("SLUIS__BUS__SOORT", "rabbitmq"),
            ("SLUIS__BUS__GEBRUIKER", "sluis"),
            ("SLUIS__BUS__WACHTWOORD", "geheim-voor-de-proef"),
        ];
        told(SAMPLE, &[&base, more].concat())
    };
    let with = |adres| told(&[("SLUIS__BUS__ADRES", adres)]);
    assert!(with("amqp://rabbit.example/sluis").contains("without TLS the password would be read"));
    assert!(with("amqps://rabbit.example/sluis").contains("required with TLS"));
    assert!(with("amqp://sluis:w@127.0.0.1/").contains("more than an address"));
    assert!(with("https://127.0.0.1/").contains("not an address of RabbitMQ"));
    assert!(with("amqp://127.0.0.1/a%20b").contains("a virtual host of that name"));
    assert!(told(&[]).contains("required for rabbitmq"));
    let embedded = super::tests::told(SAMPLE, &[("SLUIS__BUS__GEBRUIKER", "sluis")]);
    assert!(embedded.contains("the embedded bus calls nobody"), "{embedded}");
}
