//! Lines of CSV (RFC 4180) that a spreadsheet takes for texts.

use std::io::Write;

use super::Failure;

/// What a spreadsheet takes for the beginning of a formula.
const BEGINS_A_FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '＝', '＠'];

/// Prints one line.
pub(super) fn print_csv<const CELLS: usize>(
    out: &mut dyn Write,
    cells: [&str; CELLS],
) -> Result<(), Failure> {
    Ok(writeln!(out, "{}", cells.map(cell).join(","))?)
}

/// A cell: in quotes where it has a comma, a quotation mark or a space at an end, and with an apostrophe before what would
/// be a formula.
fn cell(text: &str) -> String {
    let is_formula = text.trim_start().starts_with(BEGINS_A_FORMULA);
    let text = format!("{}{text}", if is_formula { "'" } else { "" });
    if is_formula || text.contains([',', '"', ';', '\n', '\r']) || text.trim() != text {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_read_as_the_text_that_it_is_and_as_no_formula() {
        for (text, expected) in [
            ("Siân Price", "Siân Price"),
            ("", ""),
            ("Price, Siân", "\"Price, Siân\""),
            ("Jo \"Jay\" Smith", "\"Jo \"\"Jay\"\" Smith\""),
            ("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\""),
            ("+44", "\"'+44\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            (" =1", "\"' =1\""),
            ("＝1", "\"'＝1\""),
            ("a=b", "a=b"),
            ("O'Neill-Smith", "O'Neill-Smith"),
        ] {
            assert_eq!(cell(text), expected, "{text}");
        }
    }
}
