//! What others build on, as the real programs give it: the HTTP interface, the command lines, the annotated settings
//! and the tables of the store. Each is compared with its file in `snapshots/`, so that a change of it is seen in review.
//!
//! A changed file is written on request: `INSTA_UPDATE=always cargo xtask scenario snapshots`.
//! Not here: whether any of it is right.

mod help;
mod http;
mod schema;

/// Compares a text with `snapshots/NAME.snap`.
#[track_caller]
fn compare(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
