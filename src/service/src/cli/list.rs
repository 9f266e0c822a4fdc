//! How lists are printed: a table for people, JSON for programs.

use std::io::Write;

use clap::Args;
use serde_json::Value;

use super::Failure;

/// How a list is printed.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Format {
    /// As JSON instead of a table.
    #[arg(long)]
    pub(super) json: bool,
}

/// Something that is listed.
pub(super) trait Row<const COLUMNS: usize> {
    /// The columns' names.
    const HEAD: [&str; COLUMNS];

    /// Its cells.
    fn cells(&self) -> [String; COLUMNS];

    /// The same for programs. Times are RFC 3339.
    fn json(&self) -> Value;
}

/// Prints rows. A table without rows says `none` in its place; as JSON it is an empty list.
pub(super) fn print<const COLUMNS: usize, R: Row<COLUMNS>>(
    out: &mut dyn Write,
    format: Format,
    rows: &[R],
    none: &str,
) -> Result<(), Failure> {
    if format.json {
        return print_json(out, rows.iter().map(|row| row.json()));
    }
    if rows.is_empty() {
        return Ok(writeln!(out, "{none}")?);
    }
    let rows: Vec<[String; COLUMNS]> = rows.iter().map(|row| row.cells()).collect();
    Ok(write!(out, "{}", table(R::HEAD, &rows))?)
}

/// Prints a list for programs.
pub(super) fn print_json(out: &mut dyn Write, rows: impl Iterator<Item = Value>) -> Result<(), Failure> {
    let rows: Value = rows.collect();
    Ok(writeln!(out, "{rows:#}")?)
}

/// Cells under one another, each column as wide as its longest cell.
fn table<const COLUMNS: usize>(head: [&str; COLUMNS], rows: &[[String; COLUMNS]]) -> String {
    let head = head.map(str::to_owned);
    let lines = || std::iter::once(&head).chain(rows);
    let widths: [usize; COLUMNS] = std::array::from_fn(|column| {
        lines().map(|cells| cells[column].chars().count()).max().unwrap_or_default()
    });
    let line = |cells: &[String; COLUMNS]| {
        let padded: Vec<String> =
            cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("{}\n", padded.join("  ").trim_end())
    };
    lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_begins_under_its_heading_however_long_the_others_are() {
        let rows = [["Siân".to_owned(), "x".repeat(40), "a".to_owned()], ["b", "", "c"].map(str::to_owned)];
        let text = table(["name", "what", "by"], &rows);
        let starts = |line: &str, cell: &str| line.chars().count() - cell.chars().count();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert_eq!([starts(lines[0], "by"), starts(lines[1], "a"), starts(lines[2], "c")], [48; 3], "{text}");
        assert!(text.lines().all(|line| line == line.trim_end()), "{text:?}");
    }
}
