//! Keeps a connection: serves one until it ends, then makes another, with growing pauses that are never the same for two.

use std::sync::Arc;
use std::time::Duration;

use super::Shared;
use super::line::Line;

/// The first pause, doubled by each failure in a row.
const FIRST: Duration = Duration::from_millis(250);
/// The longest: after a broker is back, work goes on within this and what a login takes.
const LONGEST: Duration = Duration::from_secs(4);

pub(super) async fn keep(shared: Arc<Shared>, first: Arc<Line>) {
    let mut line = Some(first);
    let mut failures = 0_u32;
    let mut closed = shared.closed.subscribe();
    loop {
        if let Some(line) = line.take() {
            let ended = line.serve(&shared).await;
            shared.line.send_replace(None);
            for tray in shared.trays() {
                tray.forget();
            }
            if ended {
                return;
            }
            tracing::warn!("the connection with RabbitMQ ended; another is made, and notices wait in the outbox");
        }
        let pause = pause(failures, (shared.config.entropy)());
        tokio::select! {
            _ = closed.wait_for(|closed| *closed) => return,
            () = tokio::time::sleep(pause) => {}
        }
        match Line::open(&shared.config).await {
            Ok(opened) => {
                failures = 0;
                let opened = Arc::new(opened);
                shared.line.send_replace(Some(Arc::clone(&opened)));
                line = Some(opened);
                tracing::info!("there is a connection with RabbitMQ again");
            }
            Err(error) => {
                failures = failures.saturating_add(1);
                tracing::warn!(%error, "no connection with RabbitMQ");
            }
        }
    }
}

/// Between half and the whole of the doubled pause, so that many do not come at once.
fn pause(failures: u32, chance: u64) -> Duration {
    let doubled = FIRST
        .saturating_mul(1_u32.checked_shl(failures).unwrap_or(u32::MAX))
        .min(LONGEST);
    let half = doubled / 2;
    let span = u64::try_from(half.as_millis()).unwrap_or(u64::MAX).saturating_add(1);
    half + Duration::from_millis(chance % span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_longest_and_differ() {
        let mut before = Duration::ZERO;
        for failures in 0..40 {
            let (least, most) = (pause(failures, 0), pause(failures, 125));
            assert!(least >= before && most > least && most <= LONGEST);
            before = least;
        }
        assert_eq!(before, LONGEST / 2);
    }
}
