//! What must stand at the broker: declared from here, exported from here, and compared with what is there at every
//! connection. One list, so that none of these can say something else than another.

use std::time::Duration;

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{Connection, ExchangeKind};
use serde_json::{Value, json};
use sluis_stations::ports::Station;
use tokio::time::timeout;

use super::error::RabbitError;

/// A notice that was delivered so often without an end is set aside: its taker dies of it, or every connection with it.
const DELIVERIES: i64 = 20;
/// More cannot wait: the relay of a process has some hundreds under way, and what is refused stays in the outbox.
const LONGEST: i64 = 100_000;
/// What was set aside stays for thirty days, then it goes: it is a notice, and the outbox still has its row.
const DEAD_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// The most that the broker may take to answer about one thing.
const ANSWER: Duration = Duration::from_secs(5);

const BOTH: [Station; 2] = [Station::Judge, Station::Deliver];

/// The names and properties of exchanges and queues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topology {
    prefix: String,
}

enum Word {
    Text(String),
    Number(i64),
}

/// Properties of a queue by name.
type Properties = Vec<(&'static str, Word)>;

impl Topology {
    /// Names that all begin with `prefix`: lower-case letters, digits, `-` and `.`.
    #[must_use]
    pub fn new(prefix: &str) -> Self {
        Self {
            prefix: prefix.to_owned(),
        }
    }

    /// The topic exchange to which notices are published.
    #[must_use]
    pub fn exchange(&self) -> String {
        self.prefix.clone()
    }

    /// The queue of a station.
    #[must_use]
    pub fn queue(&self, station: Station) -> String {
        match station {
            Station::Judge => format!("{}.oordelen", self.prefix),
            Station::Deliver => format!("{}.bezorgen", self.prefix),
        }
    }

    /// The exchange to which goes what is set aside.
    #[must_use]
    pub fn dead_exchange(&self) -> String {
        format!("{}.opzij", self.prefix)
    }

    /// The queue in which it then waits.
    #[must_use]
    pub fn dead_queue(&self) -> String {
        self.dead_exchange()
    }

    fn exchanges(&self) -> [String; 2] {
        [self.exchange(), self.dead_exchange()]
    }

    /// Each queue: its name, the exchange and key it is bound to, and its properties.
    fn queues(&self) -> Vec<(String, String, &'static str, Properties)> {
        let quorum = || ("x-queue-type", Word::Text("quorum".to_owned()));
        let dead = (
            self.dead_queue(),
            self.dead_exchange(),
            "#",
            vec![quorum(), ("x-message-ttl", Word::Number(DEAD_MS))],
        );
        let work = BOTH.into_iter().map(|station| {
            let key = match station {
                Station::Judge => "oordelen.#",
                Station::Deliver => "bezorgen.#",
            };
            let properties = vec![
                quorum(),
                ("x-dead-letter-exchange", Word::Text(self.dead_exchange())),
                // Set aside at least once: this asks for the refusal of what is too much, instead of dropping the oldest.
                ("x-dead-letter-strategy", Word::Text("at-least-once".to_owned())),
                ("x-overflow", Word::Text("reject-publish".to_owned())),
                ("x-max-length", Word::Number(LONGEST)),
                ("x-delivery-limit", Word::Number(DELIVERIES)),
            ];
            (self.queue(station), self.exchange(), key, properties)
        });
        // What others send to comes first.
        std::iter::once(dead).chain(work).collect()
    }

    /// The same as definitions that RabbitMQ imports (`rabbitmqctl import_definitions`), for a virtual host of its own.
    #[must_use]
    pub fn definitions(&self, vhost: &str) -> Value {
        let exchanges: Vec<Value> = self
            .exchanges()
            .iter()
            .map(|name| {
                json!({"name": name, "vhost": vhost, "type": "topic", "durable": true, "auto_delete": false,
                    "internal": false, "arguments": {}})
            })
            .collect();
        let (mut queues, mut bindings) = (Vec::new(), Vec::new());
        for (name, exchange, key, properties) in self.queues() {
            let arguments: serde_json::Map<String, Value> = properties
                .into_iter()
                .map(|(key, word)| match word {
                    Word::Text(text) => (key.to_owned(), text.into()),
                    Word::Number(n) => (key.to_owned(), n.into()),
                })
                .collect();
            bindings.push(json!({"source": exchange, "vhost": vhost, "destination": name,
                "destination_type": "queue", "routing_key": key, "arguments": {}}));
            queues.push(
                json!({"name": name, "vhost": vhost, "durable": true, "auto_delete": false, "arguments": arguments}),
            );
        }
        json!({"vhosts": [{"name": vhost}], "exchanges": exchanges, "queues": queues, "bindings": bindings})
    }

    /// Declares what is missing. What is there with other properties is not touched: that refuses.
    pub(super) async fn declare(&self, connection: &Connection) -> Result<(), RabbitError> {
        for name in self.exchanges() {
            // A channel of its own: a refusal closes it.
            let channel = connection.create_channel().await.map_err(|e| RabbitError::of(&e))?;
            let options = ExchangeDeclareOptions {
                durable: true,
                ..ExchangeDeclareOptions::default()
            };
            let declaring = channel.exchange_declare(short(&name), ExchangeKind::Topic, options, FieldTable::default());
            answered(declaring, "exchange", &name).await?;
            let _ = channel.close(200, "OK".into()).await;
        }
        for (name, exchange, key, properties) in self.queues() {
            let channel = connection.create_channel().await.map_err(|e| RabbitError::of(&e))?;
            let mut arguments = FieldTable::default();
            for (key, word) in properties {
                let value = match word {
                    Word::Text(text) => AMQPValue::LongString(text.into()),
                    Word::Number(n) => AMQPValue::LongLongInt(n),
                };
                arguments.insert(key.into(), value);
            }
            let options = QueueDeclareOptions {
                durable: true,
                ..QueueDeclareOptions::default()
            };
            answered(channel.queue_declare(short(&name), options, arguments), "queue", &name).await?;
            let binding = channel.queue_bind(
                short(&name),
                short(&exchange),
                key.into(),
                QueueBindOptions::default(),
                FieldTable::default(),
            );
            answered(binding, "queue", &name).await?;
            let _ = channel.close(200, "OK".into()).await;
        }
        Ok(())
    }
}

/// Each has its own time: a broker that is silent about one thing is told apart from one that is away.
async fn answered<T>(
    declaring: impl Future<Output = lapin::Result<T>>,
    what: &'static str,
    name: &str,
) -> Result<(), RabbitError> {
    match timeout(ANSWER, declaring).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(RabbitError::declaring(&error, what, name)),
        Err(_) => Err(RabbitError::Silent(what, name.to_owned())),
    }
}

/// The configuration holds prefixes of at most 40 characters: a name always fits.
pub(super) fn short(name: &str) -> ShortString {
    ShortString::try_new(name).unwrap_or_default()
}
