//! `calls status` and `calls lift`. Neither shows a number.

use std::io::Write;
use std::path::Path;

use clap::{Args, Subcommand};

use super::operator::actor;
use super::person::Whom;
use super::{Failure, with_service};
use engine::{CallsToday, Reason};

#[derive(Debug, Subcommand)]
pub(super) enum Calls {
    /// Say how many calls were made in the last 24 hours, and how many wait.
    Status,
    /// Let a person be called again after 9 was pressed on their phone. Ask whose phone it is first.
    Lift(Lift),
    /// Let a person sign in from outside again, and be called, after they said that a sign-in was not theirs.
    /// Have them change their password first.
    Clear(Lift),
}

#[derive(Debug, Args)]
pub(super) struct Lift {
    #[command(flatten)]
    whom: Whom,
    /// Why. It goes into the audit.
    #[arg(long)]
    reason: Reason,
}

impl Calls {
    pub(super) fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        match self {
            Self::Status => {
                let today = with_service(config, async |service| {
                    service.calls_today().await.map_err(|refusal| Failure::failed(&refusal))
                })?;
                let CallsToday { calls, most, is_alert, waiting, on_line, practice } = today;
                writeln!(out, "Calls in the last 24 hours: {calls} of {most} at most.")?;
                writeln!(out, "Waiting for a line: {waiting}. On a line: {on_line}.")?;
                if is_alert {
                    writeln!(out, "Most of them are used up. If that is no rush, find out who asks.")?;
                }
                if practice {
                    writeln!(out, "For practice: no phone rings.")?;
                }
                Ok(())
            }
            Self::Clear(Lift { whom, reason }) => {
                let who = whom.reference();
                let is_cleared = with_service(config, async |service| {
                    service.clear_sign_in_stop(who.clone(), actor(reason)).await.map_err(Failure::from)
                })?;
                if is_cleared {
                    writeln!(out, "{who} may sign in from outside again.")?;
                } else {
                    writeln!(out, "Nothing was stopped for {who}.")?;
                }
                Ok(())
            }
            Self::Lift(Lift { whom, reason }) => {
                let who = whom.reference();
                let lifted = with_service(config, async |service| {
                    service.lift_call_stops(who.clone(), actor(reason)).await.map_err(Failure::from)
                })?;
                if lifted == 0 {
                    writeln!(out, "No calls to {who} were stopped.")?;
                } else {
                    writeln!(out, "{who} may be called again.")?;
                }
                Ok(())
            }
        }
    }
}
