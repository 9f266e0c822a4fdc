//! Whom a client takes for the service where IT names certificates besides those that the system trusts.
//!
//! Not here: what the system trusts; without such certificates the HTTP library asks it by itself.

use std::sync::Arc;

use rustls::{
    ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::CryptoProvider,
    pki_types::{CertificateDer, ServerName, UnixTime},
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
        Ok(Self { named, system: system.ok() })
    }
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
        let Self { named, system } = self;
        let by_named = named.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
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
