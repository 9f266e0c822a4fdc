//! `gallery` and `pictures`: they start the tests that paint the window's pages, and tell them what to do with the pictures.
//!
//! Not here: the pages and how they are painted (`src/assistant/src/window/tests/gallery.rs`).

use clap::Args;

use crate::cargo::{cargo_in, finish, root};

/// The variable by which the tests are told.
const TASK: &str = "ENROL_GALLERY";

const TESTS: &str = "window::tests::gallery::";

#[derive(Debug, Args)]
pub(crate) struct Gallery {
    /// Keep the pictures as they are now. Look at them first.
    #[arg(long)]
    accept: bool,
}

impl Gallery {
    /// Draws or keeps all pictures, then says where they are.
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let task = if self.accept { "accept" } else { "draw" };
        test(task, "every_page_looks_as_it_did")?;
        if self.accept {
            println!("Kept: tests/gallery");
        } else {
            let target =
                std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
            println!("Open {}", target.join("gallery/index.html").display());
        }
        Ok(())
    }
}

/// Makes the pictures and the film of the pages.
pub(crate) fn pictures() -> anyhow::Result<()> {
    test("pictures", "docs::the_pictures_of_the_docs_are_what_the_window_shows")?;
    println!("Made: assets/pictures");
    Ok(())
}

/// Every library's tests are built, as `check` has them built: with other features most crates would be compiled again.
fn test(task: &str, name: &str) -> anyhow::Result<()> {
    let mut tests = cargo_in(&root());
    tests.args(["test", "--quiet", "--workspace", "--locked", "--lib", "--"]);
    finish(tests.arg(format!("{TESTS}{name}")).env(TASK, task))
}
