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
    let pem = fs::read(path).map_err(|error| wrong(&error))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let certificates = certificates.map_err(|_| wrong(&"it is no PEM"))?;
    if certificates.is_empty() { Err(wrong(&"there is none in it")) } else { Ok(certificates) }
}
