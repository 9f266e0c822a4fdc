//! The pages of `docs/reference`, made from what the programs say of themselves: annotated examples, help texts, and the
//! description of the HTTP interface.
//!
//! Not here: starting the programs. Whoever makes the pages hands over what they print.

mod exit_codes;
mod help;
mod interface;
mod settings;

/// Gives what a program prints, for example for `["enrol-service", "default-config"]`.
pub type Output<'o> = &'o dyn Fn(&[&str]) -> anyhow::Result<String>;

/// A page that is made.
pub struct Page {
    /// Where it lies, from the repository's root.
    pub path: &'static str,
    /// Makes its text.
    pub make: fn(Output<'_>) -> anyhow::Result<String>,
}

/// All pages that are made.
pub const PAGES: &[Page] = &[
    Page { path: "docs/reference/service.toml.md", make: settings::service },
    Page { path: "docs/reference/policy.toml.md", make: settings::policy },
    Page { path: "docs/reference/cli.md", make: help::commands },
    Page { path: "docs/reference/exit-codes.md", make: exit_codes::exit_codes },
    Page { path: "docs/reference/api.md", make: interface::interface },
];

/// The programs that have commands and exit codes.
const PROGRAMS: [&str; 3] = ["enrol-service", "enrol", "enrol-demo"];

/// The head of a page.
fn head(title: &str, source: &str) -> String {
    format!("<!-- Made by `cargo xtask docs` from {source}. Do not edit. -->\n\n# {title}\n\n")
}

/// A row of a table.
fn row<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> String {
    let cells: Vec<String> = cells
        .into_iter()
        .map(|cell| cell.as_ref().replace('|', "\\|").split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    format!("| {} |\n", cells.join(" | "))
}

/// The first rows of a table.
fn table(columns: &[&str]) -> String {
    format!("{}|{}\n", row(columns), "---|".repeat(columns.len()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_cell_never_ends_its_row() {
        assert_eq!(super::row(["a\nb", "c | d"]), "| a b | c \\| d |\n");
        assert_eq!(super::table(&["a", "b"]), "| a | b |\n|---|---|\n");
    }
}
