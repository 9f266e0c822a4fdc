//! One client's requests: sent until they are answered, as an assistant does, and every answer's time noted.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use client::{Answer, ClientError};
use platform::Backoff;

use super::nodes::HOST;
use crate::line::{Line, post};

/// The first pause after a failure. It doubles with each. An assistant begins with two seconds; with shorter ones a
/// node that dies costs less of the load.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// Nothing is worth asking for longer.
const LONGEST: Duration = Duration::from_secs(120);

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `/v1/sign-in`
    SignIn,
    /// `/v1/enrolments`
    Enrolment,
    /// `/v1/verify`
    Code,
}

impl Kind {
    /// In plain words.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-ins",
            Self::Enrolment => "enrolments",
            Self::Code => "codes",
        }
    }
}

/// An answer.
pub(super) struct Said {
    pub(super) status: u16,
    pub(super) body: String,
    /// The same had been sent before, and no answer came: it may have been done then.
    pub(super) was_lost: bool,
}

/// A client's way to the service.
pub(super) struct Asking {
    service: SocketAddr,
    own: IpAddr,
    line: Option<Line>,
    /// Of each answer.
    pub(super) times: BTreeMap<Kind, Vec<Duration>>,
    /// The longest that anybody waited, with all that was sent again.
    pub(super) longest: BTreeMap<Kind, Duration>,
    /// What was sent again, and why.
    pub(super) again: BTreeMap<String, usize>,
}

impl Asking {
    pub(super) fn of(service: SocketAddr, own: IpAddr) -> Self {
        let (times, longest, again) = Default::default();
        Self { service, own, line: None, times, longest, again }
    }

    /// Sends the same bytes until the service has answered, whatever it says.
    pub(super) async fn ask(
        &mut self,
        kind: Kind,
        path: &str,
        key: Option<&str>,
        body: &impl serde::Serialize,
    ) -> anyhow::Result<Said> {
        let request = post(HOST, path, key, &serde_json::to_string(body)?);
        let (begun, mut was_lost) = (Instant::now(), false);
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        loop {
            let why = match self.once(kind, &request).await {
                Ok((status, body)) => match passes(status, &body) {
                    None => {
                        let longest = self.longest.entry(kind).or_default();
                        *longest = begun.elapsed().max(*longest);
                        return Ok(Said { status, body, was_lost });
                    }
                    Some(why) => {
                        // The service says by itself that it did nothing; a proxy does not know.
                        was_lost |= matches!(status, 502..=504);
                        why
                    }
                },
                Err(error) => {
                    was_lost = true;
                    format!("no answer ({})", error.kind())
                }
            };
            *self.again.entry(format!("{}: {why}", kind.name())).or_default() += 1;
            anyhow::ensure!(begun.elapsed() < LONGEST, "no answer for {LONGEST:?}; last: {why}");
            tokio::time::sleep(backoff.next_pause()).await;
        }
    }

    async fn once(&mut self, kind: Kind, request: &[u8]) -> std::io::Result<(u16, String)> {
        let mut line = match self.line.take() {
            Some(line) => line,
            None => Line::to(self.service, Some(self.own)).await?,
        };
        let begun = Instant::now();
        let answer = line.ask(request).await?;
        if answer.status == 200 {
            self.times.entry(kind).or_default().push(begun.elapsed());
        }
        if !answer.is_last {
            self.line = Some(line);
        }
        Ok((answer.status, answer.body))
    }
}

/// Why the same may succeed later, where it may: as the assistant judges.
fn passes(status: u16, body: &str) -> Option<String> {
    let error = Answer::of(status, body.as_bytes().to_vec()).err().filter(ClientError::is_transient)?;
    let by = error.problem().map_or_else(|| "of HAProxy".to_owned(), |problem| problem.code.to_string());
    Some(format!("{status} {by}"))
}
