//! The file of certificates that IT has the assistant trust besides the system's.

use std::{fs, path::Path};

use rustls::pki_types::{CertificateDer, pem::PemObject as _};

use super::start_error::StartError;

/// Whether a file of certificates can be used.
///
/// # Errors
///
/// When it cannot be read, or is no PEM with certificates.
pub fn check_certificates(path: &Path) -> Result<(), StartError> {
    read_certificates(path).map(|_| ())
}

/// Reads the certificates of a PEM file.
pub(super) fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, StartError> {
    let wrong = |why: &dyn std::fmt::Display| StartError::CaFile(path.to_owned(), why.to_string());
    let bytes = fs::read(path).map_err(|error| wrong(&error))?;
    let text = platform::decode_text(&bytes);
    // Words between the certificates may be in any encoding: PEM itself is ASCII.
    let pem = text.as_ref().map_or(&bytes[..], |text| text.as_bytes());
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let certificates = certificates.map_err(|_| wrong(&"it is no PEM"))?;
    match text {
        _ if !certificates.is_empty() => Ok(certificates),
        Ok(_) => Err(wrong(&"there is none in it")),
        Err(encoding) => Err(wrong(&encoding)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";

    fn read(bytes: &[u8]) -> Result<usize, String> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), bytes).expect("writes");
        read_certificates(file.path()).map(|found| found.len()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_file_is_read_as_editors_save_it() {
        let text = format!("The school's filter\n{ONE}Another\n{ONE}");
        let utf16 = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect()
        };
        for bytes in [
            text.clone().into_bytes(),
            format!("\u{feff}{text}").into_bytes(),
            format!("\u{feff}{ONE}{ONE}").into_bytes(),
            utf16(u16::to_le_bytes),
            utf16(u16::to_be_bytes),
            [b"Ra\xedz\n", text.as_bytes()].concat(),
        ] {
            assert_eq!(read(&bytes), Ok(2), "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn a_file_without_certificates_is_refused_with_the_reason() {
        let unmarked: Vec<u8> = ONE.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, expected) in [
            (&b""[..], "there is none in it"),
            (b"\xef\xbb\xbf", "there is none in it"),
            (b"-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n", "it is no PEM"),
            (&unmarked, "save it as UTF-8"),
        ] {
            let refused = read(bytes).expect_err(expected);
            assert!(refused.contains(expected), "{refused}");
        }
    }
}
