//! Reads and deletes all that is stored about one person, table by table, by the data inventory.
//!
//! Not here: the inventory (`data_inventory`), and who may ask (`engine::people`).

use domain::PersonId;
use sqlx::{AssertSqlSafe, Row as _};

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::{Reader, StoreError, Tx};
use crate::data_inventory::{Form, KeptColumn, KeptTable, TABLES, Whose};

impl Reader {
    /// A person's rows of one table, each column as text. A hidden column gives its length in bytes.
    pub async fn person_rows(
        &mut self,
        table: &KeptTable,
        person: PersonId,
    ) -> Result<Vec<Vec<String>>, StoreError> {
        let postgres = self.is_postgres();
        let of_whom = match table.whose {
            Whose::Nobodys => return Ok(Vec::new()),
            Whose::Persons(condition) => condition,
            Whose::Audit if postgres => "position(convert_to($1, 'UTF8') in body) > 0",
            Whose::Audit => "instr(body, cast($1 as blob)) > 0",
        };
        let columns: Vec<String> = table.columns.iter().map(|column| as_text(column, postgres)).collect();
        // The inventory is the only source of its words.
        // By the columns themselves and not by their texts: entry 2 comes before entry 10. A bare name would mean the text.
        let column = |column: &KeptColumn| format!("{}.{}", table.name, column.name);
        let order: Vec<String> = table.columns.iter().take(2).map(column).collect();
        let sql = format!(
            "select {} from {} where {of_whom} order by {}",
            columns.join(", "),
            table.name,
            order.join(", ")
        );
        let count = columns.len();
        on!(self, open => sqlx::query(AssertSqlSafe(sql))
            .bind(person.to_string())
            .fetch_all(open)
            .await
            .and_then(|rows| {
                let texts = rows.iter().map(|row| (0..count).map(|place| row.try_get::<String, _>(place)).collect());
                texts.collect::<Result<Vec<Vec<String>>, _>>()
            })
            .doing("reading what is kept on a person"))
    }
}

impl Tx {
    /// Deletes everything that is stored about a person, but for the audit's rows. Returns how many rows.
    pub async fn delete_person(&mut self, person: PersonId) -> Result<u64, StoreError> {
        let mut deleted = 0;
        for table in TABLES.iter().rev() {
            let Whose::Persons(condition) = table.whose else { continue };
            let sql = format!("delete from {} where {condition}", table.name);
            deleted += on!(self, open => sqlx::query(AssertSqlSafe(sql))
                .bind(person.to_string())
                .execute(open)
                .await
                .done("deleting what is kept on a person"))?;
        }
        Ok(deleted)
    }
}

fn as_text(column: &KeptColumn, postgres: bool) -> String {
    let name = column.name;
    match column.form {
        Form::Text => name.to_owned(),
        // A person is shown the same for both.
        Form::OptionalText => format!("coalesce({name}, '')"),
        Form::Time | Form::Number | Form::YesNo => format!("cast({name} as text)"),
        Form::Hidden => format!("cast(length({name}) as text)"),
        Form::Json if postgres => format!("convert_from({name}, 'UTF8')"),
        Form::Json => format!("cast({name} as text)"),
    }
}
