//! Whom a client takes for the service where IT names certificates besides those that the system trusts.
//!
//! Not here: what the system trusts; without such certificates the HTTP library asks it by itself.

use std::sync::Arc;

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    crypto::CryptoProvider,
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
};
use rustls_platform_verifier::Verifier;

/// TLS that trusts these certificates, and what the system trusts.
pub(super) fn config(extra: &[CertificateDer<'static>]) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let trust = Trust::new(extra, &provider)?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(trust))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The named certificates are asked first: by Windows' own check they would have to be looked up for revocation, which a
/// filter's certificate does not offer.
#[derive(Debug)]
struct Trust {
    named: Arc<WebPkiServerVerifier>,
    certificates: Vec<CertificateDer<'static>>,
    system: Option<Verifier>,
}

impl Trust {
    fn new(extra: &[CertificateDer<'static>], provider: &Arc<CryptoProvider>) -> Result<Self, Error> {
        let mut roots = RootCertStore::empty();
        for certificate in extra {
            roots.add(certificate.clone())?;
        }
        let named =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build();
        let named = named.map_err(|error| Error::Other(OtherError(Arc::new(error))))?;
        // A computer without any trust store still trusts what it was told to.
        let system = Verifier::new(Arc::clone(provider))
            .inspect_err(|error| tracing::warn!(%error, "what the system trusts cannot be read"));
        Ok(Self { named, certificates: extra.to_vec(), system: system.ok() })
    }
}

/// A server may show one of the named certificates itself: many make one certificate of their own, which vouches for
/// itself and is marked as an authority's (`openssl req -x509`). Its dates were checked before its mark was.
fn by_itself(
    named: &[CertificateDer<'static>],
    end_entity: &CertificateDer<'_>,
    server_name: &ServerName<'_>,
    error: Error,
) -> Result<ServerCertVerified, Error> {
    let is_named = named.iter().any(|certificate| certificate.as_ref() == end_entity.as_ref());
    if !is_named || !is_mark_of_authority(&error) {
        return Err(error);
    }
    verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
    Ok(ServerCertVerified::assertion())
}

fn is_mark_of_authority(error: &Error) -> bool {
    let Error::InvalidCertificate(CertificateError::Other(OtherError(cause))) = error else { return false };
    cause.downcast_ref() == Some(&webpki::Error::CaUsedAsEndEntity)
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Self { named, certificates, system } = self;
        let by_named = named
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            .or_else(|error| by_itself(certificates, end_entity, server_name, error));
        match (by_named, system) {
            (Err(_), Some(system)) => {
                system.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            }
            (judged, _) => judged,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.named.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.named.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.named.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, date_time_ymd};

    use super::*;

    fn own(name: &str, until: i32, is_ca: bool) -> CertificateDer<'static> {
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        params.not_after = date_time_ymd(until, 1, 1);
        params.is_ca = if is_ca { IsCa::Ca(BasicConstraints::Unconstrained) } else { IsCa::ExplicitNoCa };
        let key = KeyPair::generate().expect("a key");
        params.self_signed(&key).expect("a certificate").der().clone()
    }

    /// What comes of a server that shows a certificate, in 2027.
    fn judged(named: &CertificateDer<'static>, shown: &CertificateDer<'_>, name: &str) -> Result<(), Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let trust = Trust { system: None, ..Trust::new(std::slice::from_ref(named), &provider)? };
        let now = UnixTime::since_unix_epoch(Duration::from_secs(1_800_000_000));
        let name = ServerName::try_from(name.to_owned()).expect("a name");
        trust.verify_server_cert(shown, &[], &name, &[], now).map(|_| ())
    }

    #[test]
    fn a_certificate_of_ones_own_is_taken_for_its_name_and_its_time_alone() {
        for is_ca in [true, false] {
            let named = own("enrol.example", 2040, is_ca);
            assert_eq!(judged(&named, &named, "enrol.example"), Ok(()), "{is_ca}");
            assert!(judged(&named, &named, "other.example").is_err(), "another name");
            assert!(
                judged(&named, &own("enrol.example", 2040, is_ca), "enrol.example").is_err(),
                "another's"
            );
            let ended = own("enrol.example", 2026, is_ca);
            assert!(
                matches!(
                    judged(&ended, &ended, "enrol.example"),
                    Err(Error::InvalidCertificate(
                        CertificateError::Expired | CertificateError::ExpiredContext { .. }
                    ))
                ),
                "{is_ca}"
            );
        }
    }
}
