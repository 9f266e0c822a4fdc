//! `alerts`: what somebody is to look at.

use std::io::Write;
use std::path::Path;

use clap::Args;
use domain::{DAY_MILLIS, Timestamp};

use super::time::day_and_time;
use super::{Failure, with_service};
use crate::alert_text::alert_text;
use engine::system_clock;

#[derive(Debug, Args)]
pub(super) struct Alerts {
    /// So many days back.
    #[arg(long, default_value_t = 7, value_name = "DAYS")]
    days: u16,
}

impl Alerts {
    pub(super) fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        let since = system_clock()().millis() - i64::from(self.days) * DAY_MILLIS;
        let alerts = with_service(config, async |service| {
            service.alerts_since(Timestamp::from_millis(since)).await.map_err(Failure::from)
        })?;
        if alerts.is_empty() {
            writeln!(out, "No alerts in the last {} days.", self.days)?;
        }
        for (alert, name) in alerts {
            let whom = name.map(|name| format!(" {name}:")).unwrap_or_default();
            let (at, kind) = (day_and_time(alert.at), alert.kind);
            writeln!(out, "{at} {}:{whom} {}", kind.name(), alert_text(kind))?;
        }
        Ok(())
    }
}
