//! `--register-station` and `--forget-station`: for IT, who sit at the computer, in a terminal.
//!
//! Not here: what is done (`effects::station`).

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use super::RunError;
use crate::{
    effects::{
        DataFolder,
        station::{Registrar, STORE_NAME},
        system_log::{self, SystemEvent},
    },
    settings::{Flags, Settings},
};

/// Asks for the code that `enrol-service station add` printed; where there is nobody to ask it comes on standard input, so
/// that it stands in no command line.
pub(super) fn register(flags: &Flags) -> Result<(), RunError> {
    let registrar = registrar(flags)?;
    registrar.check()?;
    #[cfg(windows)]
    crate::effects::windows::use_a_console_of_its_own();
    if std::io::stdin().is_terminal() {
        let mut out = std::io::stdout();
        let _ = write!(out, "Station code: ").and_then(|()| out.flush());
    }
    let mut typed = zeroize::Zeroizing::new(String::with_capacity(64));
    // No code is longer, so the text never grows and leaves a copy behind.
    let _ = std::io::Read::take(std::io::stdin().lock(), 64).read_line(&mut typed);
    let name = registrar.register(&typed)?;
    system_log::tell(&SystemEvent::Station(format!("This computer became the station {name}.")));
    done(&format!(
        "This computer is now the station {name}. Its key is in {STORE_NAME}, for this user alone."
    ));
    Ok(())
}

/// The service is not told: whoever takes a station out of use revokes it there.
pub(super) fn forget(flags: &Flags) -> Result<(), RunError> {
    let name = registrar(flags)?.forget()?;
    let was = name.map_or_else(String::new, |name| format!(" It was {name}."));
    system_log::tell(&SystemEvent::Station(format!("This computer is a station no more.{was}")));
    done(&format!(
        "This computer is a station no more, and its key is deleted.{was} If it is not to be one again: enrol-service station revoke"
    ));
    Ok(())
}

fn registrar(flags: &Flags) -> Result<Registrar, RunError> {
    let settings = Settings::of(flags)?;
    let data = DataFolder::hold(&settings.data_folder().ok_or(RunError::NoFolder)?)?;
    crate::effects::log::begin(&data);
    let Settings {
        server,
        server_key,
        data: _,
        console: _,
        ca_file,
        renderer: _,
        theme: _,
        workstation: _,
        proxy,
    } = settings;
    Ok(Registrar::new(server, server_key, data, ca_file.as_deref(), proxy)?)
}

fn done(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
    #[cfg(windows)]
    crate::effects::windows::show_if_no_output(text, false);
}
