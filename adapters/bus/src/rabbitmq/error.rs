//! Why there is no connection, in the operator's words. What the broker wrote is not repeated: its kind is enough.

use lapin::ErrorKind;

/// Why RabbitMQ cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RabbitError {
    /// Nobody answers, or not in time.
    #[error("RabbitMQ cannot be reached ({0}): is it running, are bus.adres and the way to it right?")]
    Unreachable(String),
    /// It does not accept who we are.
    #[error(
        "RabbitMQ refuses the login: check bus.gebruiker and its password, or the client certificate, and that the \
         virtual host of bus.adres exists and the user has all rights on it (rabbitmqctl list_permissions)"
    )]
    Refused,
    /// TLS cannot be set up, or one side does not accept the certificate of the other.
    #[error("no TLS with RabbitMQ ({0}): check bus.autoriteiten, bus.identiteit and the host name in bus.adres")]
    Tls(String),
    /// Something stands there with other properties than ours.
    #[error(
        "the {0} `{1}` exists at RabbitMQ with other properties than Sluis needs, so that messages could be lost there \
         unseen. Nothing was changed. Compare it with docker/rabbitmq/definitions.json; then remove it when it may go \
         (what is open stays in the store and is announced again), or give another bus.voorvoegsel"
    )]
    Differs(&'static str, String),
    /// It stands there, and the broker says nothing about it.
    #[error(
        "RabbitMQ does not answer about the {0} `{1}`: after a crash a queue may be without a leader. When it stays so, \
         remove it (rabbitmqctl delete_queue): what is open stays in the store and is announced again"
    )]
    Silent(&'static str, String),
    /// Anything else, by its AMQP code.
    #[error("RabbitMQ does not do what was asked (AMQP code {0})")]
    Protocol(u16),
}

impl RabbitError {
    /// Whether trying again later, with nothing changed, can succeed.
    #[must_use]
    pub const fn is_temporary(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Silent(..) | Self::Protocol(_))
    }

    pub(super) fn of(error: &lapin::Error) -> Self {
        match error.kind() {
            ErrorKind::ProtocolError(amqp) => match amqp.get_id() {
                // Access refused; not allowed, as when there is no such virtual host.
                403 | 530 => Self::Refused,
                code => Self::Protocol(code),
            },
            ErrorKind::AuthProviderError(_) => Self::Refused,
            ErrorKind::IOError(io) if of_tls(io) => Self::Tls(io.kind().to_string()),
            ErrorKind::IOError(io) => Self::Unreachable(io.kind().to_string()),
            ErrorKind::MissingHeartbeatError => Self::Unreachable("no sign of life".to_owned()),
            _ => Self::Unreachable("the connection ended".to_owned()),
        }
    }

    pub(super) fn declaring(error: &lapin::Error, what: &'static str, name: &str) -> Self {
        match error.kind() {
            ErrorKind::ProtocolError(amqp) if amqp.get_id() == 406 => Self::Differs(what, name.to_owned()),
            _ => Self::of(error),
        }
    }
}

/// Whether it was TLS that failed: rustls hides its errors in those of the connection.
fn of_tls(io: &std::io::Error) -> bool {
    matches!(
        io.kind(),
        std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput
    )
}
