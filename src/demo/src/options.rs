//! The flags of `enrol-demo`. The doc comments of the fields are the help text.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use assistant::window::ThemeChoice;
use clap::Parser;

/// A practice trust on this computer: the real service, three people's codes and the real assistant.
#[derive(Debug, Parser)]
#[command(
    name = "enrol-demo",
    version,
    about,
    after_help = "Exit codes: 0 done; 1 a fault, or the tour did not come through; 2 a wrong flag."
)]
pub(crate) struct Options {
    /// Run in this terminal instead of a window
    #[arg(long, conflicts_with_all = ["tour", "no_window"])]
    pub(crate) console: bool,

    /// Play a whole enrolment and two sign-ins by itself, printing each page
    #[arg(long, conflicts_with = "no_window")]
    pub(crate) tour: bool,

    /// Folder for the service's store and keys and the assistant's files. The tour uses a passing one unless told
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,

    /// Port to listen on, 0 for any that is free [default: 8620, or any when that is taken]
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,

    /// Which colours the window has: system, light or dark
    #[arg(long, value_name = "NAME", default_value_t, hide_possible_values = true)]
    pub(crate) theme: ThemeChoice,

    /// Serve only, and say how to go on
    #[arg(long)]
    pub(crate) no_window: bool,
}

/// The folder with all files. Dropping a temporary one deletes it.
pub(crate) enum Home {
    /// The folder stays.
    Permanent(PathBuf),
    /// The folder is deleted at the end.
    Temporary(tempfile::TempDir),
}

impl Home {
    /// The folder's path.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Permanent(path) => path,
            Self::Temporary(folder) => folder.path(),
        }
    }
}

impl Options {
    /// The folder of `--data`, a temporary one for the tour, or the usual one.
    pub(crate) fn home(&self) -> anyhow::Result<Home> {
        if let Some(folder) = &self.data {
            return Ok(Home::Permanent(
                std::path::absolute(folder).context("--data: expected a folder's path")?,
            ));
        }
        if self.tour {
            let folder = tempfile::Builder::new().prefix("enrol-tour-").tempdir();
            return folder
                .map(Home::Temporary)
                .context("no folder can be made for the tour; say one with --data DIR");
        }
        let folders = directories::ProjectDirs::from("", "", "enrol-demo");
        let folders =
            folders.context("this system names no folder for programs' data; say one with --data DIR")?;
        Ok(Home::Permanent(folders.data_local_dir().to_owned()))
    }
}
