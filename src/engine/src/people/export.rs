//! Exports everything that is kept on one person. Secrets and numbers are only listed as present, never shown.

use domain::{ServiceId, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{PersonError, PersonReference, Service};
use crate::Operator;
use crate::audit::{self, Entry, What};
use store::StoreError;
use store::data_inventory::{Form, KeptColumn, TABLES, Whose};

/// Everything that is kept on a person, table by table, without empty tables.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PersonExport {
    /// The service that keeps it.
    pub service: ServiceId,
    /// When it was exported, as RFC 3339.
    pub made_at: String,
    /// The tables.
    pub tables: Vec<ExportedTable>,
}

/// A table of the export.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExportedTable {
    /// Its name.
    pub table: &'static str,
    /// What a row is.
    pub what: &'static str,
    /// Why it is kept.
    pub why: &'static str,
    /// How long, under the active policy.
    pub kept_for: String,
    /// What its columns hold, in their order.
    pub columns: Vec<ColumnDescription>,
    /// The person's rows, column by column.
    pub rows: Vec<Map<String, Value>>,
}

/// A column of the export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ColumnDescription {
    /// Its name.
    pub name: &'static str,
    /// What it holds, in plain words.
    pub what: &'static str,
}

/// Replaces values that are never shown.
const NOT_SHOWN: &str = "kept, not shown";

impl Service {
    /// Exports everything that is kept on a person. The audit records the export, and who gave the command.
    pub async fn export_person(
        &self,
        who: impl Into<PersonReference>,
        by: impl Into<Operator>,
    ) -> Result<PersonExport, PersonError> {
        let by = by.into();
        let person = self.find_person(&who.into()).await?;
        let (keys, now) = (self.keys(), self.now());
        // The audit row comes first, so that the export contains it.
        let noted = self.store.write(move |tx| {
            Box::pin(async move {
                let entry = Entry { person: Some(person), ..by.entry(What::PersonExported) };
                audit::append(tx, &keys, &entry, now).await.map(|_| ())
            })
        });
        noted.await.map_err(|error: StoreError| PersonError::from(error))?;
        let policy = self.policy();
        let mut rows = self.store.read().await?;
        let mut tables = Vec::new();
        for table in TABLES.iter().filter(|table| table.whose != Whose::Nobodys) {
            let found = rows.person_rows(table, person).await?;
            if found.is_empty() {
                continue;
            }
            let row = |texts: Vec<String>| {
                let of = |(column, text): (&KeptColumn, String)| {
                    (column.name.to_owned(), shown_value(column.form, text))
                };
                table.columns.iter().zip(texts).map(of).collect()
            };
            tables.push(ExportedTable {
                table: table.name,
                what: table.what,
                why: table.why,
                kept_for: table.retention_text(&policy),
                columns: table
                    .columns
                    .iter()
                    .map(|column| ColumnDescription { name: column.name, what: column.what })
                    .collect(),
                rows: found.into_iter().map(row).collect(),
            });
        }
        Ok(PersonExport { service: self.keys().service(), made_at: now.rfc3339(), tables })
    }
}

fn shown_value(form: Form, text: String) -> Value {
    let number = |text: &str| text.parse::<i64>().ok();
    match form {
        Form::Text | Form::OptionalText if text.is_empty() => Value::Null,
        Form::Text | Form::OptionalText => Value::String(text),
        Form::Time => match number(&text) {
            None | Some(0) => Value::Null,
            Some(millis) => Value::String(Timestamp::from_millis(millis).rfc3339()),
        },
        Form::Number => number(&text).map_or(Value::Null, Value::from),
        Form::YesNo => Value::Bool(text != "0"),
        Form::Json => serde_json::from_str(&text).unwrap_or(Value::Null),
        Form::Hidden if text == "0" => Value::Null,
        Form::Hidden => Value::String(NOT_SHOWN.to_owned()),
    }
}
