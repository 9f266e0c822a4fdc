//! Certificate and key from PEM files, for rustls with ring.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::Tls;

/// Why TLS cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read as what it should be.
    #[error("{file}: expected {expected} in PEM ({source})")]
    File {
        /// Which.
        file: PathBuf,
        /// What it should hold.
        expected: &'static str,
        /// Why it does not.
        source: rustls::pki_types::pem::Error,
    },
    /// Everybody on this computer could read the key.
    #[error("{0}: every user of this computer can read this private key; expected mode 0600 or 0640")]
    Open(PathBuf),
    /// Certificate and key do not belong together, or the key is of no usable kind.
    #[error("{certificate} and {key}: they cannot be used together ({source})")]
    Pair {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// Why not.
        source: rustls::Error,
    },
}

/// Reads and checks both files.
pub(super) fn server_config(files: &Tls) -> Result<Arc<ServerConfig>, TlsError> {
    let Tls { certificate, key } = files;
    let unreadable = |file: &Path, expected| {
        let file = file.to_owned();
        move |source| TlsError::File { file, expected, source }
    };
    let expected = "the certificate and those that vouch for it";
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(unreadable(certificate, expected))?;
    if chain.is_empty() {
        return Err(unreadable(certificate, expected)(rustls::pki_types::pem::Error::NoItemsFound));
    }
    if open_to_all(key) {
        return Err(TlsError::Open(key.clone()));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(unreadable(key, "a private key"))?;
    let pair = |source| TlsError::Pair { certificate: certificate.clone(), key: key.clone(), source };
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(pair)?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(pair)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

#[cfg(unix)]
pub(super) fn open_to_all(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(file).is_ok_and(|about| about.permissions().mode() & 0o007 != 0)
}

#[cfg(not(unix))]
pub(super) fn open_to_all(_file: &Path) -> bool {
    false
}
