//! One connection, from its making to its end. Nothing of it is mended: when something is wrong it is left, and the
//! keeper makes another.

use std::time::Duration;

use lapin::options::{
    BasicConsumeOptions, BasicQosOptions, BasicRejectOptions, ConfirmSelectOptions, QueueDeclareOptions,
};
use lapin::tcp::{OwnedIdentity, OwnedTLSConfig};
use lapin::types::FieldTable;
use lapin::uri::{AMQPAuthority, AMQPQueryString, AMQPScheme, AMQPUri, AMQPUserInfo, SASLMechanism};
use lapin::{Channel, Connection, ConnectionProperties, Consumer, Event};
use sluis_stations::ports::Station;
use tokio::time::timeout;
use tokio_stream::StreamExt as _;

use super::error::RabbitError;
use super::topology::short;
use super::{Login, RabbitConfig, Shared, notice};

/// The most that making a connection may take: TCP, TLS, login, declaring.
const CONNECT: Duration = Duration::from_secs(20);
/// Without a sign of life for twice this, the connection counts as gone.
const HEARTBEAT_SECONDS: u16 = 10;
/// How long an orderly end waits for what is under way to be told to the broker.
const FAREWELL: Duration = Duration::from_secs(2);

/// A connection with everything on it.
pub(super) struct Line {
    connection: Connection,
    publish: Channel,
    judge: Consumer,
    deliver: Consumer,
}

impl Line {
    /// Connects, declares, and begins to consume.
    pub(super) async fn open(config: &RabbitConfig) -> Result<Self, RabbitError> {
        timeout(CONNECT, Self::open_in_time(config))
            .await
            .unwrap_or_else(|_| Err(RabbitError::Unreachable("no answer in time".to_owned())))
    }

    async fn open_in_time(config: &RabbitConfig) -> Result<Self, RabbitError> {
        let of = |error: lapin::Error| RabbitError::of(&error);
        let runtime = lapin::runtime::default_runtime().map_err(of)?;
        let properties = ConnectionProperties::default().with_connection_name("sluis".into());
        let connection = Connection::connect_uri_with_config(uri(config), properties, tls(config), runtime)
            .await
            .map_err(of)?;
        config.topology.declare(&connection).await?;
        let publish = connection.create_channel().await.map_err(of)?;
        // Without this every publish would seem to succeed.
        publish
            .confirm_select(ConfirmSelectOptions::default())
            .await
            .map_err(of)?;
        let judge = consume(&connection, config, Station::Judge).await.map_err(of)?;
        let deliver = consume(&connection, config, Station::Deliver).await.map_err(of)?;
        Ok(Self {
            connection,
            publish,
            judge,
            deliver,
        })
    }

    pub(super) const fn publish(&self) -> &Channel {
        &self.publish
    }

    /// Whether the broker said that it takes nothing for now.
    pub(super) fn blocked(&self) -> bool {
        self.connection.status().blocked()
    }

    /// Messages in a queue that nobody took yet; `None` when the broker does not say.
    pub(super) async fn depth(&self, queue: &str) -> Option<u64> {
        let channel = self.connection.create_channel().await.ok()?;
        let options = QueueDeclareOptions {
            passive: true,
            ..QueueDeclareOptions::default()
        };
        let found = channel
            .queue_declare(short(queue), options, FieldTable::default())
            .await;
        let depth = found.ok().map(|queue| u64::from(queue.message_count()));
        let _ = channel.close(200, "OK".into()).await;
        depth
    }

    /// Passes deliveries on until the connection is no good any more, or the bus is closed: `true`.
    pub(super) async fn serve(&self, shared: &Shared) -> bool {
        let mut events = self.connection.events_listener();
        let mut closed = shared.closed.subscribe();
        let mut look = tokio::time::interval(Duration::from_secs(1));
        let judge = pump(self.judge.clone(), Station::Judge, shared);
        let deliver = pump(self.deliver.clone(), Station::Deliver, shared);
        let told = async move {
            // A sender that is gone is as good as told.
            let _ = closed.wait_for(|closed| *closed).await;
        };
        tokio::pin!(judge, deliver, told);
        loop {
            tokio::select! {
                () = &mut told => break,
                () = &mut judge => return false,
                () = &mut deliver => return false,
                () = shared.broken.notified() => return false,
                event = events.next() => match event {
                    Some(Event::ConnectionBlocked(_)) => tracing::warn!(
                        "RabbitMQ takes nothing for now: it is short of memory or disk; notices wait in the outbox"
                    ),
                    Some(Event::ConnectionUnblocked) => tracing::info!("RabbitMQ takes notices again"),
                    None | Some(Event::Error(_)) => return false,
                    Some(_) => {}
                },
                _ = look.tick() => if !self.connection.status().connected() {
                    return false;
                },
            }
        }
        self.farewell(shared).await;
        true
    }

    /// What ends within a moment is told to the broker; what does not, it gives to another.
    async fn farewell(&self, shared: &Shared) {
        let told = async {
            while shared.trays().iter().any(|tray| tray.held().0 > 0) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let _ = timeout(FAREWELL, told).await;
        let _ = timeout(FAREWELL, self.connection.close(200, "OK".into())).await;
    }
}

async fn consume(connection: &Connection, config: &RabbitConfig, station: Station) -> Result<Consumer, lapin::Error> {
    let channel = connection.create_channel().await?;
    channel
        .basic_qos(config.prefetch.get(), BasicQosOptions::default())
        .await?;
    channel
        .basic_consume(
            short(&config.topology.queue(station)),
            "".into(),
            BasicConsumeOptions::default(),
            FieldTable::default(),
        )
        .await
}

/// Until the broker ends the consuming, whatever the reason.
async fn pump(mut consumer: Consumer, station: Station, shared: &Shared) {
    while let Some(Ok(delivery)) = consumer.next().await {
        match notice::read(&delivery.data, station, &shared.config.source) {
            Ok((effect, published)) => shared.tray(station).put(effect, published, delivery.acker),
            Err(foreign) => {
                tracing::warn!(
                    reden = foreign.word(),
                    "what came from RabbitMQ is no notice of this Sluis; it was set aside there"
                );
                let options = BasicRejectOptions { requeue: false };
                if delivery.acker.reject(options).await.is_err() {
                    return;
                }
            }
        }
    }
}

fn uri(config: &RabbitConfig) -> AMQPUri {
    let (mechanism, userinfo) = match &config.login {
        Login::Password { user, password } => (
            SASLMechanism::Plain,
            AMQPUserInfo {
                username: user.clone(),
                password: password.to_string(),
            },
        ),
        Login::Certificate => (
            SASLMechanism::External,
            AMQPUserInfo {
                username: String::new(),
                password: String::new(),
            },
        ),
    };
    AMQPUri {
        scheme: if config.tls.is_some() {
            AMQPScheme::AMQPS
        } else {
            AMQPScheme::AMQP
        },
        authority: AMQPAuthority {
            userinfo,
            host: config.host.clone(),
            port: config.port,
        },
        vhost: config.vhost.clone(),
        query: AMQPQueryString {
            heartbeat: Some(HEARTBEAT_SECONDS),
            auth_mechanism: Some(mechanism),
            ..AMQPQueryString::default()
        },
    }
}

fn tls(config: &RabbitConfig) -> OwnedTLSConfig {
    let Some(tls) = &config.tls else {
        return OwnedTLSConfig::default();
    };
    OwnedTLSConfig {
        identity: tls.identity.as_ref().map(|pem| OwnedIdentity::PKCS8 {
            pem: pem.to_vec(),
            key: pem.to_vec(),
        }),
        cert_chain: Some(tls.authorities.clone()),
    }
}
