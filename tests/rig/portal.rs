//! A desktop's portal on a bus: says whether the person has set the desktop to dark, or that nothing is to move, or never
//! answers.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::reader::{Buses, PYTHON};

/// It runs until it is dropped.
pub struct Portal(Child);

impl Portal {
    /// With a colour scheme: 0 none, 1 dark, 2 light; without one it takes every question and answers none.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn start(buses: &Buses, scheme: Option<u32>) -> Self {
        Self::start_with(buses, scheme, None)
    }

    /// The same, with one more setting by which nothing moves: `reduced-motion`, or GNOME's `enable-animations`.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn start_with(buses: &Buses, scheme: Option<u32>, still: Option<&str>) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("portal.py");
        let scheme = scheme.map_or_else(|| "silent".to_owned(), |scheme| scheme.to_string());
        let mut portal = buses
            .command(Command::new(PYTHON))
            .arg(script)
            .arg(scheme)
            .args(still)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is there: install the package python3-gi");
        let mut line = String::new();
        let said = portal.stdout.take().expect("a piped output");
        BufReader::new(said).read_line(&mut line).expect("the portal says that it is up");
        assert_eq!(line.trim(), "up");
        Self(portal)
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
