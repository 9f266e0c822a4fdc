//! A phone with an authenticator app: a camera that decodes what it sees, and codes from an independent TOTP.
//!
//! It uses neither the codes nor the links of `domain`, since code that checks itself proves nothing.

use std::cell::Cell;

use anyhow::{Context as _, bail, ensure};
use domain::Step;
use percent_encoding::percent_decode_str;
use url::Url;
use zeroize::Zeroizing;

/// The pixels of a module in the camera's picture.
const SCALE: usize = 8;

/// The light modules around the code (ISO/IEC 18004, quiet zone).
const QUIET: usize = 4;

/// The phone, with the one account that its app has.
pub(crate) struct Phone {
    account: String,
    secret: Zeroizing<Vec<u8>>,
    newest_step: Cell<Option<Step>>,
}

impl Phone {
    /// Takes a picture of a code of `width` modules and reads it.
    pub(crate) fn scan(width: usize, is_dark: impl Fn(usize, usize) -> bool) -> anyhow::Result<Self> {
        let side = (width + 2 * QUIET) * SCALE;
        let module = |pixel: usize| (pixel / SCALE).checked_sub(QUIET);
        let mut picture =
            rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| match (module(x), module(y)) {
                (Some(column), Some(row)) if row < width && is_dark(column, row) => 0,
                _ => 255,
            });
        let grids = picture.detect_grids();
        let grid = grids.first().context("the camera sees no QR code")?;
        let (_, text) = grid.decode().context("the QR code cannot be read")?;
        Self::add(&Zeroizing::new(text))
    }

    /// Adds the account of a scanned link, as an app does (Google Authenticator, Key Uri Format).
    fn add(link: &str) -> anyhow::Result<Self> {
        let link = Url::parse(link).context("the QR code is no link")?;
        ensure!(
            link.scheme() == "otpauth" && link.host_str() == Some("totp"),
            "the QR code is no link for an authenticator app"
        );
        let label = link.path().strip_prefix('/').context("the link names no account")?;
        let account = percent_decode_str(label).decode_utf8().context("the account is no text")?;
        let mut secret = None;
        for (name, value) in link.query_pairs() {
            match (name.as_ref(), value.as_ref()) {
                ("secret", value) => {
                    secret = Some(Zeroizing::new(data_encoding::BASE32_NOPAD.decode(value.as_bytes())?));
                }
                ("algorithm", "SHA1") | ("digits", "6") | ("period", "30") | ("issuer", _) => {}
                (name, _) => bail!("the app does not know the parameter {name} so"),
            }
        }
        let secret = secret.context("the link has no secret")?;
        ensure!(secret.len() == 20, "the secret has {} bytes instead of 20", secret.len());
        Ok(Self { account: account.into_owned(), secret, newest_step: Cell::new(None) })
    }

    /// The account's name in the app.
    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// The code of a step: six digits.
    pub(crate) fn code(&self, step: Step) -> anyhow::Result<Zeroizing<String>> {
        let secs = u64::try_from(step.0 * domain::STEP_SECS)?;
        let totp = totp_rs::Builder::new()
            .with_algorithm(totp_rs::Algorithm::SHA1)
            .with_digits(6)
            .with_step_duration(domain::STEP_SECS.unsigned_abs())
            .with_skew(0)
            .with_secret(<[u8; 20]>::try_from(self.secret.as_slice())?)
            .build_noncompliant();
        self.newest_step.set(self.newest_step.get().max(Some(step)));
        Ok(Zeroizing::new(totp.generate(secs).to_string()))
    }

    /// The step of the newest code that the phone has shown.
    pub(crate) fn newest_step(&self) -> Option<Step> {
        self.newest_step.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phone_knows_the_vectors_of_rfc_6238() {
        let link = "otpauth://totp/A%20B:c?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=A%20B&algorithm=SHA1&digits=6&period=30";
        let phone = Phone::add(link).expect("a good link");
        assert_eq!(phone.account(), "A B:c");
        assert_eq!(*phone.code(Step(1)).expect("a code"), "287082");
        assert_eq!(phone.newest_step(), Some(Step(1)));
        for wrong in
            ["https://example.org", "otpauth://hotp/a:b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "otpauth:"]
        {
            assert!(Phone::add(wrong).is_err(), "{wrong}");
        }
        assert!(Phone::add(&link.replace("secret", "key")).is_err());
        assert!(Phone::add(&link.replace("digits=6", "digits=8")).is_err());
    }

    #[test]
    fn a_white_wall_is_no_code() {
        assert!(Phone::scan(29, |_, _| false).is_err());
    }
}
