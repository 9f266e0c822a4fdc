//! What is kept: every table and column, in plain words, why, and how long. One list, by which a person's data is
//! shown, deleted and described; a test holds it against the real tables.
//!
//! Not here: reading and deleting by it (`store::of_person`), and what the rows mean (`store`).

mod tables;

use domain::{KeptKind, Policy};
use serde::Serialize;

pub use tables::TABLES;

/// A table that is kept.
pub struct KeptTable {
    pub name: &'static str,
    /// What a row is.
    pub what: &'static str,
    pub why: &'static str,
    pub until: Until,
    pub whose: Whose,
    pub columns: &'static [KeptColumn],
}

/// A column of it.
pub struct KeptColumn {
    pub name: &'static str,
    pub what: &'static str,
    pub form: Form,
}

/// How a column is stored, and whether it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Text,
    /// Milliseconds since 1970; 0 for never.
    Time,
    Number,
    /// 0 or 1.
    YesNo,
    /// JSON as bytes.
    Json,
    /// A secret, a number, or what they could be known again by: only that it is there.
    Hidden,
}

/// Whose rows they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Nobodys,
    /// A person's, by an SQL condition on the person's id as `$1`. They go with the person.
    Persons(&'static str),
    /// The audit: a row that names a person is shown to them and stays, since it holds no more than their id.
    Audit,
}

/// How long rows are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// As long as the service runs.
    Service,
    Departure,
    /// As `Departure`, but for what was set up since.
    SetUpAgain,
    UnusedGrant,
    Day,
    /// A day after the last use.
    SessionUse,
    CallOver,
    /// As `Addresses`, but for a call in which a stop began that lasts.
    Calls,
    Addresses,
    Proof,
    StopOver,
    ClearedByIt,
    Audit,
}

impl Until {
    /// What page 2 says of it. `None` for what is nobody's.
    const fn kind(self) -> Option<KeptKind> {
        match self {
            Self::Service | Self::Day => None,
            Self::Departure => Some(KeptKind::Person),
            Self::SetUpAgain => Some(KeptKind::Secrets),
            Self::UnusedGrant | Self::SessionUse | Self::CallOver | Self::Proof => Some(KeptKind::Unfinished),
            Self::Calls | Self::StopOver | Self::ClearedByIt => Some(KeptKind::Calls),
            Self::Addresses => Some(KeptKind::Addresses),
            Self::Audit => Some(KeptKind::Audit),
        }
    }

    fn words(self, policy: &Policy) -> String {
        let kept = &policy.retention;
        let left = format!("until {} days after the person left, or was erased", kept.departed_days);
        match self {
            Self::Service => "as long as the service runs".to_owned(),
            Self::Departure => left,
            Self::SetUpAgain => format!("until the person sets up again; else {left}"),
            Self::UnusedGrant => {
                format!("used: {left}; unused: until {} days after it expired", kept.unused_grant_days)
            }
            Self::Day => "at most a day".to_owned(),
            Self::SessionUse => "until somebody signs in a day or more after its last use".to_owned(),
            Self::CallOver => "until the call is over, at most a day or two".to_owned(),
            Self::Addresses => format!("{} days", kept.address_days),
            Self::Proof => {
                format!("{} hours count, then until the next daily deletion", policy.calls.tested_hours)
            }
            Self::StopOver => {
                format!("until the stop is over ({} days), or IT lifts it", policy.calls.stopped_days)
            }
            Self::Calls => {
                format!("{} days, and while a stop lasts that began in the call", kept.address_days)
            }
            Self::ClearedByIt => "until IT has looked into it".to_owned(),
            Self::Audit => format!("{} days", kept.audit_days),
        }
    }
}

impl KeptTable {
    /// How long rows are kept under a policy, in words.
    pub fn retention_text(&self, policy: &Policy) -> String {
        self.until.words(policy)
    }
}

/// A column of the store, said in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// The table.
    pub table: &'static str,
    /// The column in it.
    pub column: &'static str,
    /// What it holds.
    pub what: &'static str,
    /// Whether it is of one person.
    pub personal: bool,
    /// Whether it is shown to the person it is of, or only said to exist.
    pub shown: bool,
    /// Why the table is kept.
    pub why: &'static str,
    /// How long, under the policy in force.
    pub retention_text: String,
}

/// Everything that is kept, column by column.
pub fn fields(policy: &Policy) -> Vec<Field> {
    let of = |table: &'static KeptTable| {
        let retention_text = table.retention_text(policy);
        table.columns.iter().map(move |column| Field {
            table: table.name,
            column: column.name,
            what: column.what,
            personal: table.until.kind().is_some(),
            shown: column.form != Form::Hidden,
            why: table.why,
            retention_text: retention_text.clone(),
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
                let (said, days) = (table.retention_text(&policy), format!("{} days", kind.days(&policy)));
                assert!(said.contains(&days), "{name}: {said}, and page 2 says {days}");
            }
        }
        for kind in KeptKind::ALL {
            assert!(TABLES.iter().any(|table| table.until.kind() == Some(kind)), "{kind:?} is kept nowhere");
        }
    }
}
