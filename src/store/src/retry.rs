//! Optimistic concurrency: what was read may have changed before it is written, so the work is done again.

use std::ops::ControlFlow;
use std::time::Duration;

/// How often to try again after somebody else was faster.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    /// Rounds at most.
    pub rounds: u32,
    /// How long to wait between two rounds.
    pub pause: Duration,
}

impl Retry {
    /// So many rounds, one right after another.
    pub const fn at_once(rounds: u32) -> Self {
        Self { rounds, pause: Duration::ZERO }
    }

    /// Runs rounds, counted from 0, until one breaks with an answer. A round that continues has lost against somebody else.
    /// `None` when every round has lost.
    pub async fn run<T, E, F, Round>(self, mut round: F) -> Result<Option<T>, E>
    where
        F: FnMut(u32) -> Round,
        Round: Future<Output = Result<ControlFlow<T>, E>>,
    {
        for number in 0..self.rounds {
            if number > 0 && !self.pause.is_zero() {
                tokio::time::sleep(self.pause).await;
            }
            if let ControlFlow::Break(answer) = round(number).await? {
                return Ok(Some(answer));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Loses so many rounds, then answers with the round's number.
    async fn after(lost: u32, rounds: u32) -> Result<Option<u32>, &'static str> {
        let retry = Retry { rounds, pause: Duration::from_millis(1) };
        let round = |number| async move {
            Ok(if number < lost { ControlFlow::Continue(()) } else { ControlFlow::Break(number) })
        };
        retry.run(round).await
    }

    #[tokio::test]
    async fn a_lost_round_is_run_again_and_the_last_is_the_end() {
        assert_eq!(after(0, 3).await, Ok(Some(0)));
        assert_eq!(after(2, 3).await, Ok(Some(2)));
        assert_eq!(after(3, 3).await, Ok(None));
    }

    #[tokio::test]
    async fn an_error_ends_it_at_once() {
        let mut rounds = 0;
        let failed: Result<Option<()>, &str> = Retry::at_once(3)
            .run(|_| {
                rounds += 1;
                std::future::ready(Err("broken"))
            })
            .await;
        assert_eq!((failed, rounds), (Err("broken"), 1));
    }
}
