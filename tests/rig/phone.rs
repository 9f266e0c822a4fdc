//! A phone that shares no code with the product: zbarimg reads the picture, oathtool makes the codes.

use std::path::Path;

use crate::needs::{run, tool, wait_for};
use crate::x11::Screen;

/// What an authenticator app keeps after a scan.
pub struct Phone {
    secret: String,
    /// The whole link, as scanned.
    pub uri: String,
}

impl Phone {
    /// Scans a picture. `None` when no QR code is found in it.
    pub fn scan(picture: &Path) -> Option<Self> {
        let output = tool("zbarimg", "zbar-tools")
            .args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"])
            .arg(picture)
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let uri = text.lines().find(|line| line.starts_with("otpauth://"))?.to_owned();
        let secret = uri.split_once("secret=")?.1.split('&').next()?.to_owned();
        Some(Self { secret, uri })
    }

    /// Points the camera at a screen until there is a code to scan.
    ///
    /// # Panics
    /// When none comes.
    pub fn scan_screen(screen: &Screen) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let picture = folder.path().join("screen.png");
        wait_for("a QR code on the screen", 30, || {
            screen.picture(&picture);
            Self::scan(&picture)
        })
    }

    /// A phone that was linked elsewhere: with this secret.
    pub fn of_secret(secret: &[u8]) -> Self {
        let secret = data_encoding::BASE32_NOPAD.encode(secret);
        Self { uri: format!("otpauth://totp/?secret={secret}"), secret }
    }

    /// Types a key as a page shows it, in groups.
    pub fn typed(key: &str) -> Self {
        Self { secret: key.split_whitespace().collect(), uri: String::new() }
    }

    /// The secret in base32, for searches only.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// The code at a point in time.
    ///
    /// # Panics
    /// When oathtool fails.
    pub fn code_at(&self, unix_secs: u64) -> String {
        let output = run(tool("oathtool", "oathtool").args([
            "--totp",
            "--base32",
            "--now",
            &format!("@{unix_secs}"),
            &self.secret,
        ]));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// The code now.
    pub fn code(&self) -> String {
        self.code_at(now_secs())
    }
}

/// Seconds since 1970.
///
/// # Panics
/// When the clock stands before 1970.
pub fn now_secs() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock after 1970").as_secs()
}
