//! Certificate and key from PEM files, for rustls with ring.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::{Date, Timestamp};
use platform::TextFileError;
use rustls::ServerConfig;
use rustls::client::verify_server_name;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::ParsedCertificate;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use zeroize::Zeroizing;

use crate::config::Tls;

/// Before its last day a certificate is warned of so many days ahead: time to get another by hand.
const WARNED_DAYS: i64 = 30;

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
        source: pem::Error,
    },
    /// A file cannot be read as text.
    #[error("{file}: it cannot be read ({source})")]
    Text {
        /// Which.
        file: PathBuf,
        /// Why not.
        source: TextFileError,
    },
    /// The key is sealed by a passphrase, which nobody could type at a start.
    #[error(
        "{0}: this private key is locked by a passphrase; expected one without, which this makes: openssl pkey -in LOCKED.pem -out KEY.pem"
    )]
    Locked(PathBuf),
    /// The key belongs to a certificate that does not stand first.
    #[error(
        "{file}: the key belongs to certificate number {number} of this file; expected the service's own certificate first, and those that vouch for it behind it"
    )]
    Order {
        /// The certificates' file.
        file: PathBuf,
        /// Where the service's own stands, counted from 1.
        number: usize,
    },
    /// Nobody takes it any more.
    #[error("{file}: this certificate ended on {last}, and no assistant takes it; expected a renewed one")]
    Ended {
        /// The certificate's file.
        file: PathBuf,
        /// Its last day (UTC).
        last: Date,
    },
    /// Nobody takes it yet.
    #[error(
        "{file}: this certificate counts from {first} on, and no assistant takes it before; expected one that counts today, or a right clock on this computer"
    )]
    NotYet {
        /// The certificate's file.
        file: PathBuf,
        /// Its first day (UTC).
        first: Date,
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
    let chain = chain(certificate)?;
    if is_readable_by_all(key) {
        return Err(TlsError::Open(key.clone()));
    }
    let text = pem_text(key)?;
    if text.contains("ENCRYPTED") {
        return Err(TlsError::Locked(key.clone()));
    }
    let private = PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(unreadable(key, "a private key"))?;
    let pair = |source| TlsError::Pair { certificate: certificate.clone(), key: key.clone(), source };
    let builder = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(pair)?
        .with_no_client_auth();
    let config_if_key_fits = |chain: Vec<_>| builder.clone().with_single_cert(chain, private.clone_key());
    let mut config = config_if_key_fits(chain.clone()).map_err(|source| {
        let own = chain.iter().skip(1).position(|own| config_if_key_fits(vec![own.clone()]).is_ok());
        match own {
            Some(place) => TlsError::Order { file: certificate.clone(), number: place + 2 },
            None => pair(source),
        }
    })?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// The certificates of a file, the service's own first.
fn chain(file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let unreadable = |source| TlsError::File {
        file: file.to_owned(),
        expected: "the certificate and those that vouch for it",
        source,
    };
    let text = pem_text(file)?;
    let chain = CertificateDer::pem_slice_iter(text.as_bytes()).collect::<Result<Vec<_>, _>>();
    let chain = chain.map_err(unreadable)?;
    if chain.is_empty() { Err(unreadable(pem::Error::NoItemsFound)) } else { Ok(chain) }
}

fn pem_text(file: &Path) -> Result<Zeroizing<String>, TlsError> {
    platform::read_text(file).map_err(|source| TlsError::Text { file: file.to_owned(), source })
}

/// From when until when a certificate counts (RFC 5280, section 4.1.2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Validity {
    first: Timestamp,
    pub(super) last: Timestamp,
}

/// When the service's own certificate counts; `None` where that cannot be read of it.
pub(super) fn validity(files: &Tls) -> Result<Option<Validity>, TlsError> {
    let chain = chain(&files.certificate)?;
    let own = chain.first().and_then(|own| X509Certificate::from_der(own).ok());
    Ok(own.map(|(_, own)| {
        let period = own.validity();
        Validity {
            first: Timestamp::from_secs(period.not_before.timestamp()),
            last: Timestamp::from_secs(period.not_after.timestamp()),
        }
    }))
}

impl Validity {
    /// Whether assistants take it at a time.
    pub(super) fn check(self, files: &Tls, now: Timestamp) -> Result<(), TlsError> {
        let file = || files.certificate.clone();
        if now > self.last {
            Err(TlsError::Ended { file: file(), last: Date::of(self.last) })
        } else if now < self.first {
            Err(TlsError::NotYet { file: file(), first: Date::of(self.first) })
        } else {
            Ok(())
        }
    }

    /// Its last day, when that is near.
    pub(super) fn ends_soon(self, now: Timestamp) -> Option<Date> {
        (now.plus_secs(WARNED_DAYS * 24 * 60 * 60) > self.last).then(|| Date::of(self.last))
    }
}

/// The hosts for which the service's own certificate was not made.
pub(super) fn hosts_without_certificate<'h>(
    files: &Tls,
    hosts: &'h [String],
) -> Result<Vec<&'h str>, TlsError> {
    let chain = chain(&files.certificate)?;
    let own = chain.first().and_then(|own| ParsedCertificate::try_from(own).ok());
    let is_named = |host: &str| {
        own.as_ref().is_some_and(|own| {
            ServerName::try_from(host).is_ok_and(|host| verify_server_name(own, &host).is_ok())
        })
    };
    Ok(hosts.iter().map(String::as_str).filter(|host| !is_named(host)).collect())
}

#[cfg(unix)]
pub(super) fn is_readable_by_all(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(file).is_ok_and(|about| about.permissions().mode() & 0o007 != 0)
}

#[cfg(not(unix))]
pub(super) fn is_readable_by_all(_file: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};

    use super::*;

    const MARK: &str = "\u{feff}";

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn new() -> Self {
            Self(tempfile::tempdir().expect("a folder"))
        }

        /// Files with these texts, the key for its owner alone.
        fn files(&self, certificate: &str, key: &str) -> Tls {
            let [certificate, key] = [("c.pem", certificate), ("k.pem", key)].map(|(name, text)| {
                let file = self.0.path().join(name);
                std::fs::write(&file, text).expect("writes");
                #[cfg(unix)]
                std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600))
                    .expect("its owner's");
                file
            });
            Tls { certificate, key }
        }
    }

    /// A certificate that counts until a year, with the one that vouches for it, and its key.
    fn pair(until: i32) -> (String, String, String) {
        let mut issuer = CertificateParams::default();
        issuer.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(issuer, KeyPair::generate().expect("a key"));
        let issuer = issuer.expect("a certificate");
        let mut own = CertificateParams::new(vec!["enrol.example".to_owned()]).expect("a name");
        own.not_before = date_time_ymd(2026, 1, 1);
        own.not_after = date_time_ymd(until, 1, 1);
        let key = KeyPair::generate().expect("a key");
        let own = own.signed_by(&key, &issuer).expect("a certificate").pem();
        (own, issuer.pem(), key.serialize_pem())
    }

    #[test]
    fn files_are_read_as_editors_save_them() {
        let (folder, (own, issuer, key)) = (Folder::new(), pair(2040));
        for mark in ["", MARK] {
            let files = folder.files(&format!("{mark}{own}{issuer}"), &format!("{mark}{key}"));
            assert!(server_config(&files).is_ok(), "{mark:?}");
        }
    }

    #[test]
    fn a_wrong_certificate_or_key_is_named() {
        let (folder, (own, issuer, key)) = (Folder::new(), pair(2040));
        let (_, _, other) = pair(2040);
        let locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMA==\n-----END ENCRYPTED PRIVATE KEY-----\n";
        for (certificate, key, expected) in [
            (format!("{issuer}{own}"), key.as_str(), "certificate number 2"),
            (format!("{own}{issuer}"), &other, "cannot be used together"),
            (own.clone(), locked, "openssl pkey"),
            (String::new(), &key, "the certificate and those that vouch for it"),
            (own.clone(), "", "a private key"),
        ] {
            let error = server_config(&folder.files(&certificate, key)).expect_err(expected);
            assert!(error.to_string().contains(expected), "{error}");
        }
    }

    #[test]
    fn a_certificate_counts_between_its_days_and_is_warned_of_before_the_last() {
        let (folder, (own, _, key)) = (Folder::new(), pair(2028));
        let files = folder.files(&own, &key);
        let validity = validity(&files).expect("reads").expect("has days");
        let day = |text: &str| Timestamp::from_secs(jiff_secs(text));
        for (now, soon, expected) in [
            ("2025-12-31T00:00:00Z", false, Some("from 2026-01-01")),
            ("2026-01-02T00:00:00Z", false, None),
            ("2027-11-30T00:00:00Z", false, None),
            ("2027-12-03T00:00:00Z", true, None),
            ("2028-01-02T00:00:00Z", true, Some("ended on 2028-01-01")),
        ] {
            let error = validity.check(&files, day(now)).err().map(|error| error.to_string());
            assert_eq!(error.is_some(), expected.is_some(), "{now}: {error:?}");
            assert!(error.unwrap_or_default().contains(expected.unwrap_or_default()), "{now}");
            assert_eq!(validity.ends_soon(day(now)).is_some(), soon, "{now}");
        }
    }

    #[test]
    fn hosts_that_the_certificate_does_not_name_are_found() {
        let (folder, (own, _, key)) = (Folder::new(), pair(2040));
        let files = folder.files(&own, &key);
        for (hosts, expected) in [
            (&["enrol.example"][..], &[][..]),
            (&["ENROL.example", "enrol.example.org", "192.0.2.1"], &["enrol.example.org", "192.0.2.1"]),
            (&[], &[]),
        ] {
            let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
            assert_eq!(hosts_without_certificate(&files, &hosts).expect("reads"), expected);
        }
    }

    fn jiff_secs(text: &str) -> i64 {
        text.parse::<jiff::Timestamp>().expect("a time").as_second()
    }
}
