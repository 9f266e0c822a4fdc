//! What an error at the end means to whoever started the program: an exit code, and an event for IT.
//!
//! Not here: the words on standard error, which are the error's own.

use domain::error_chain;

use super::RunError;
use crate::{
    effects::{FolderError, StartError, system_log::SystemEvent},
    settings::SettingError,
    view::StartFailure,
};

/// A fault.
pub(super) const FAULT: u8 = 1;
/// A wrong setting, as clap has it too.
pub(super) const WRONG_SETTING: u8 = 2;
/// Another one is open.
const ALREADY_OPEN: u8 = 3;
/// Nothing to show the pages on.
const NOWHERE_TO_SHOW: u8 = 4;

impl RunError {
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Setting(_) | Self::NoFolder | Self::Start(StartError::CaFile(..) | StartError::Pin(..)) => {
                WRONG_SETTING
            }
            Self::Folder(FolderError::InUse(_)) => ALREADY_OPEN,
            Self::NowhereToShow(_) => NOWHERE_TO_SHOW,
            Self::Folder(FolderError::Unusable(..))
            | Self::Start(StartError::Thread(_))
            | Self::Texts(_)
            | Self::Console(_)
            | Self::Window(_)
            | Self::Station(_) => FAULT,
        }
    }

    /// What a page says to whoever started the program by an icon; `None` where there was a page, or can be none.
    pub(super) fn start_failure(&self) -> Option<StartFailure> {
        let is_not_set_up = matches!(self, Self::Setting(SettingError::NoServer));
        match self {
            Self::Setting(_) | Self::NoFolder | Self::Folder(_) | Self::Start(_) => {
                Some(StartFailure { is_not_set_up, reason: error_chain(self) })
            }
            Self::Texts(_)
            | Self::Console(_)
            | Self::Station(_)
            | Self::Window(_)
            | Self::NowhereToShow(_) => None,
        }
    }

    /// Without paths: a person's own have their name in them.
    pub(super) fn event(&self) -> Option<SystemEvent> {
        Some(match self {
            Self::Setting(error) => SystemEvent::WrongSetting(error_chain(error)),
            Self::NoFolder => SystemEvent::WrongSetting(
                "There is no folder for programs' data, and --data names none".to_owned(),
            ),
            Self::Start(StartError::CaFile(_, why)) => {
                SystemEvent::WrongSetting(format!("CaFile: the certificates cannot be read ({why})"))
            }
            Self::Start(StartError::Pin(_, why)) => {
                SystemEvent::WrongSetting(format!("service.json in the data folder cannot be read ({why})"))
            }
            // Whoever gave the command sits there and reads why.
            Self::Folder(FolderError::InUse(_)) | Self::Station(_) => return None,
            Self::Folder(FolderError::Unusable(_, why)) => {
                SystemEvent::Fault(format!("The data folder cannot be used ({why})"))
            }
            Self::NowhereToShow(why) => SystemEvent::NowhereToShow(why.clone()),
            Self::Start(StartError::Thread(_)) | Self::Texts(_) | Self::Console(_) | Self::Window(_) => {
                SystemEvent::Fault(error_chain(self))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{io, path::PathBuf};

    use super::*;
    use crate::window::WindowError;

    #[test]
    fn no_event_has_a_path_in_it_for_that_may_hold_a_name() {
        let path = || PathBuf::from(r"C:\Users\ssample\AppData\Local\enrol");
        let denied = || io::Error::from(io::ErrorKind::PermissionDenied);
        let errors: [(RunError, u8, Option<u32>); 7] = [
            (StartError::CaFile(path(), "no such file".to_owned()).into(), 2, Some(220)),
            (StartError::Pin(path(), denied()).into(), 2, Some(220)),
            (FolderError::Unusable(path(), denied()).into(), 1, Some(240)),
            (FolderError::InUse(path()).into(), 3, None),
            (RunError::Window(WindowError::Lost), 1, Some(240)),
            (RunError::NowhereToShow("There is no display.".to_owned()), 4, Some(230)),
            (RunError::NoFolder, 2, Some(220)),
        ];
        for (error, code, id) in errors {
            assert_eq!(error.exit_code(), code, "{error}");
            let event = error.event();
            assert_eq!(event.as_ref().map(SystemEvent::id), id, "{error}");
            let text = event.map_or_else(String::new, |event| event.text());
            assert!(!text.contains("ssample"), "{text}");
        }
    }
}
