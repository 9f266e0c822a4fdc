//! Whether macOS is set to "Reduce motion". Its own command says it, which costs no library; the window toolkit says
//! light or dark.

use std::process::{Command, Stdio};

use super::Appearance;

pub(super) fn read(_bus: Option<&str>, take: &mut dyn FnMut(Appearance)) {
    let asked = Command::new("/usr/bin/defaults")
        .args(["read", "com.apple.universalaccess", "reduceMotion"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    // Without a value nobody has touched the switch.
    let reduced_motion = asked.is_ok_and(|output| output.stdout.trim_ascii() == b"1");
    take(Appearance { reduced_motion, ..Appearance::default() });
}
