//! The data inventory: every table and column in plain words, why it is kept, and how long. A person's data is shown,
//! deleted and described by this one list. A test compares it with the real tables.
//!
//! Not here: reading and deleting by it (`person_data`).

mod tables;

use domain::{DataCategory, Policy};
use serde::Serialize;

pub use tables::TABLES;

/// A table of the store.
pub struct KeptTable {
    /// Its name.
    pub name: &'static str,
    /// What one row is.
    pub what: &'static str,
    /// Why it is kept.
    pub why: &'static str,
    /// How long it is kept.
    pub until: Until,
    /// Whose rows it holds.
    pub whose: Whose,
    /// Its columns.
    pub columns: &'static [KeptColumn],
}

/// A column of a table.
pub struct KeptColumn {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub what: &'static str,
    /// How it is stored.
    pub form: Form,
}

/// How a column is stored, and whether it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Text.
    Text,
    /// Text, or nothing at all (null).
    OptionalText,
    /// Milliseconds since 1970; 0 for never.
    Time,
    /// A number.
    Number,
    /// 0 or 1.
    YesNo,
    /// JSON as bytes.
    Json,
    /// A secret, a telephone number, or a hash of one. Only that it is there is shown.
    Hidden,
}

/// Whose rows they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Nobody's.
    Nobodys,
    /// A person's, by an SQL condition with the person's id as `$1`. Erasing the person deletes them.
    Persons(&'static str),
    /// The audit's. A row that names a person is shown to them. It stays, since it holds no more than their id.
    Audit,
}

/// How long rows are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// As long as the service runs.
    Service,
    /// Until some days after the person left, or was erased.
    Departure,
    /// Until the person sets up again; else as `Departure`.
    SetUpAgain,
    /// As `Departure` once used; else until some days after it expired.
    UnusedGrant,
    /// At most a day.
    Day,
    /// A day after the last use.
    SessionUse,
    /// Until the call is over.
    CallOver,
    /// As `Addresses`; longer while a stop lasts that began in the call.
    Calls,
    /// As long as the policy keeps network addresses.
    Addresses,
    /// As long as a tested number counts.
    Proof,
    /// Until calls to the phone are allowed again.
    StopOver,
    /// Until IT has cleared it.
    ClearedByIt,
    /// As long as the policy keeps the audit.
    Audit,
}

impl Until {
    /// The row of the assistant's page 2 that covers it; `None` for what is nobody's.
    const fn kind(self) -> Option<DataCategory> {
        match self {
            Self::Service | Self::Day => None,
            Self::Departure => Some(DataCategory::Person),
            Self::SetUpAgain => Some(DataCategory::Secrets),
            Self::UnusedGrant | Self::SessionUse | Self::CallOver | Self::Proof => {
                Some(DataCategory::Unfinished)
            }
            Self::Calls | Self::StopOver | Self::ClearedByIt => Some(DataCategory::Calls),
            Self::Addresses => Some(DataCategory::Addresses),
            Self::Audit => Some(DataCategory::Audit),
        }
    }

    fn text(self, policy: &Policy) -> String {
        let kept = &policy.retention;
        let left =
            format!("until {} days after the person left, or until IT erases the person", kept.departed_days);
        match self {
            Self::Service => "as long as the service runs".to_owned(),
            Self::Departure => left,
            Self::SetUpAgain => format!("until the person sets up again; otherwise {left}"),
            Self::UnusedGrant => {
                format!("if used: {left}; if unused: until {} days after it expired", kept.unused_grant_days)
            }
            Self::Day => "at most one day".to_owned(),
            Self::SessionUse => {
                "until somebody signs in, at the earliest a day after its last use".to_owned()
            }
            Self::CallOver => "until the call is over, at most one or two days".to_owned(),
            Self::Addresses => format!("{} days", kept.address_days),
            Self::Proof => {
                format!("{} hours, and then until the next daily deletion", policy.calls.tested_hours)
            }
            Self::StopOver => {
                format!("until the stop is over ({} days), or IT lifts it", policy.calls.stopped_days)
            }
            Self::Calls => {
                format!(
                    "{} days; longer while calls to the phone are stopped because of this call",
                    kept.address_days
                )
            }
            Self::ClearedByIt => "until IT has looked into it".to_owned(),
            Self::Audit => format!("{} days", kept.audit_days),
        }
    }
}

impl KeptTable {
    /// How long rows are kept under a policy, in plain words.
    pub fn retention_text(&self, policy: &Policy) -> String {
        self.until.text(policy)
    }
}

/// A column of the store, described in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// The table.
    pub table: &'static str,
    /// The column in it.
    pub column: &'static str,
    /// What it holds.
    pub what: &'static str,
    /// Whether it is about one person.
    pub personal: bool,
    /// Whether its value is shown to the person, or only that there is one.
    pub shown: bool,
    /// Why the table is kept.
    pub why: &'static str,
    /// How long it is kept under the active policy.
    pub kept_for: String,
}

/// Every column of the store.
pub fn fields(policy: &Policy) -> Vec<Field> {
    let of = |table: &'static KeptTable| {
        let kept_for = table.retention_text(policy);
        table.columns.iter().map(move |column| Field {
            table: table.name,
            column: column.name,
            what: column.what,
            personal: table.until.kind().is_some(),
            shown: column.form != Form::Hidden,
            why: table.why,
            kept_for: kept_for.clone(),
        })
    };
    TABLES.iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_2_has_a_row_for_all_that_is_personal_and_says_the_same_days() {
        let policy: Policy =
            toml::from_str(include_str!("../../../assets/policy.example.toml")).expect("the example");
        for table in TABLES {
            let name = table.name;
            assert_eq!(table.until.kind().is_some(), table.whose != Whose::Nobodys, "{name}");
            // These end sooner, or when somebody says so.
            let sooner =
                [Until::SessionUse, Until::CallOver, Until::Proof, Until::StopOver, Until::ClearedByIt];
            if let Some(kind) = table.until.kind().filter(|_| !sooner.contains(&table.until)) {
                let (said, days) =
                    (table.retention_text(&policy), format!("{} days", kind.days(&policy.retention)));
                assert!(said.contains(&days), "{name}: {said}, and page 2 says {days}");
            }
        }
        for kind in DataCategory::ALL {
            assert!(TABLES.iter().any(|table| table.until.kind() == Some(kind)), "{kind:?} is kept nowhere");
        }
    }
}
