//! A phone with an authenticator app: a camera that decodes what it sees, and codes from an independent TOTP.
//!
//! Not here: anything of `domain`'s own codes and links. It would prove nothing to check a thing by itself.

use std::cell::Cell;

use anyhow::{Context as _, bail, ensure};
use domain::Step;
use zeroize::Zeroizing;

/// Pixels a module in the camera's picture.
const SCALE: usize = 8;

/// Light modules around the code (ISO/IEC 18004).
const QUIET: usize = 4;

/// What the app keeps of one account.
pub(crate) struct Phone {
    account: String,
    secret: Zeroizing<Vec<u8>>,
    newest_step: Cell<Option<Step>>,
}

impl Phone {
    /// Takes a picture of the modules and reads it.
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

    /// What an app does with a scanned link (Key Uri Format).
    fn add(link: &str) -> anyhow::Result<Self> {
        let rest = link
            .strip_prefix("otpauth://totp/")
            .context("the QR code is no link for an authenticator app")?;
        let (label, parameters) = rest.split_once('?').context("the link has no parameters")?;
        let mut secret = None;
        for parameter in parameters.split('&') {
            match parameter.split_once('=') {
                Some(("secret", value)) => {
                    secret = Some(Zeroizing::new(data_encoding::BASE32_NOPAD.decode(value.as_bytes())?))
                }
                Some(("algorithm", "SHA1") | ("digits", "6") | ("period", "30") | ("issuer", _)) => {}
                Some((name, _)) => bail!("the app does not know the parameter {name} so"),
                None => bail!("a parameter has no value"),
            }
        }
        let secret = secret.context("the link has no secret")?;
        ensure!(secret.len() == 20, "the secret has {} bytes instead of 20", secret.len());
        Ok(Self { account: percent_decoded(label)?, secret, newest_step: Cell::new(None) })
    }

    /// As the app lists it.
    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// The six digits of a step.
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

    /// The step of the newest code that was shown.
    pub(crate) fn newest_step(&self) -> Option<Step> {
        self.newest_step.get()
    }
}

fn percent_decoded(text: &str) -> anyhow::Result<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2).context("a % stands at the link's end")?;
        bytes.push(u8::from_str_radix(std::str::from_utf8(digits)?, 16)?);
        rest = after;
    }
    Ok(String::from_utf8(bytes)?)
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
        assert!(Phone::add("https://example.org").is_err());
        assert!(Phone::add(&link.replace("digits=6", "digits=8")).is_err());
    }

    #[test]
    fn a_white_wall_is_no_code() {
        assert!(Phone::scan(29, |_, _| false).is_err());
    }
}
