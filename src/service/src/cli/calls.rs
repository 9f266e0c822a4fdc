//! `calls status` and `calls lift`. Neither shows a number.

use std::io::Write;
use std::path::Path;

use clap::{Args, Subcommand};

use super::operator::actor;
use super::{Failure, with_service};
use engine::{CallsError, CallsToday, Reason};

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
    /// What the person types to sign in, such as jsmith.
    sign_in_name: String,
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
            Self::Clear(Lift { sign_in_name, reason }) => {
                let is_cleared = with_service(config, async |service| {
                    service.clear_sign_in_stop(&sign_in_name, actor(reason)).await.map_err(Failure::from)
                })?;
                if is_cleared {
                    writeln!(out, "{sign_in_name} may sign in from outside again.")?;
                } else {
                    writeln!(out, "Nothing was stopped for {sign_in_name}.")?;
                }
                Ok(())
            }
            Self::Lift(Lift { sign_in_name, reason }) => {
                let lifted = with_service(config, async |service| {
                    service.lift_call_stops(&sign_in_name, actor(reason)).await.map_err(Failure::from)
                })?;
                if lifted == 0 {
                    writeln!(out, "No calls to {sign_in_name} were stopped.")?;
                } else {
                    writeln!(out, "{sign_in_name} may be called again.")?;
                }
                Ok(())
            }
        }
    }
}

impl From<CallsError> for Failure {
    fn from(error: CallsError) -> Self {
        Self::failed(&error)
    }
}
