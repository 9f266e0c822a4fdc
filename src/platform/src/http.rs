//! HTTP clients: rustls with ring, TLS by the system's trust, no redirects, time limits, answers of limited size.
//!
//! Not here: what is asked. Bodies and headers are never logged.

mod trust;

use std::{error::Error, io, sync::Once, time::Duration};

use reqwest::{Client, ClientBuilder, Response, Url, redirect::Policy};
use rustls::pki_types::CertificateDer;

use crate::is_loopback;

/// The largest answer that is read. A profile with hundreds of schools has some tens of KiB.
pub const LARGEST_ANSWER: usize = 1024 * 1024;

/// Begins a client for one address: HTTPS, or plain HTTP where the address is this computer's own. `program` is what
/// it says that it is. The caller adds a limit for whole requests, where there is one.
pub fn client_builder(url: &Url, program: &str, connect_timeout: Duration) -> ClientBuilder {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // Fails only when the program has installed one before, and then that one is meant.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let builder = Client::builder()
        .redirect(Policy::none())
        .referer(false)
        .connect_timeout(connect_timeout)
        .user_agent(format!("{program}/{}", env!("CARGO_PKG_VERSION")));
    // Nothing of this computer goes by a proxy.
    let builder = if is_loopback(url) { builder.no_proxy() } else { builder };
    if is_plain(url) {
        // Plain HTTP needs no trust store to be read.
        builder.tls_certs_only([])
    } else {
        builder.https_only(true)
    }
}

/// The same, trusting these certificates besides what the system trusts.
///
/// # Errors
///
/// When a certificate cannot be used.
pub fn client_builder_trusting(
    extra: &[CertificateDer<'static>],
    url: &Url,
    program: &str,
    connect_timeout: Duration,
) -> Result<ClientBuilder, rustls::Error> {
    let builder = client_builder(url, program, connect_timeout);
    if extra.is_empty() {
        return Ok(builder);
    }
    let config = trust::config(extra)?;
    Ok(if is_plain(url) { builder } else { builder.tls_backend_preconfigured(config) })
}

fn is_plain(url: &Url) -> bool {
    url.scheme() == "http" && is_loopback(url)
}

/// Why an answer's body was not read to its end.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// It broke off.
    #[error(transparent)]
    Broken(#[from] reqwest::Error),
    /// It is none of a service of ours.
    #[error("the answer has more than {LARGEST_ANSWER} bytes")]
    TooLarge,
}

/// Reads an answer's body.
///
/// # Errors
///
/// When it breaks off, or is larger than [`LARGEST_ANSWER`].
pub async fn read_body(response: &mut Response) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(BodyError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Whether a request failed since the certificate of who answered is not trusted.
pub fn is_untrusted_certificate(error: &reqwest::Error) -> bool {
    is_about_trust(error)
}

/// A fault of trust lies deep in the chain of causes, inside I/O errors, which leave out of the chain what they wrap.
fn is_about_trust(error: &(dyn Error + 'static)) -> bool {
    if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
        return true;
    }
    let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    wrapped.is_some_and(|wrapped| is_about_trust(wrapped)) || error.source().is_some_and(is_about_trust)
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead as _, BufReader, Write as _},
        net::TcpListener,
    };

    use super::*;

    /// Answers one request with a head and so many bytes, and gives the request's lines back.
    fn answering(head: &'static str, length: usize) -> (Url, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/v1", listener.local_addr().expect("an address")).parse().expect("a URL");
        let served = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("somebody");
            let lines = BufReader::new(stream.try_clone().expect("clones")).lines().map_while(Result::ok);
            let lines: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            // A client that takes no more of a long answer is gone.
            let _ = write!(stream, "HTTP/1.1 {head}Content-Length: {length}\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all(&vec![b'x'; length]);
            lines
        });
        (url, served)
    }

    fn client(url: &Url) -> Client {
        client_builder(url, "enrol-test", Duration::from_secs(5)).build().expect("a client")
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_the_program_says_what_it_is() {
        let (url, served) = answering("302 Found\r\nLocation: http://127.0.0.1:9/\r\n", 0);
        let response = client(&url).get(url).send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 302);
        let lines = served.join().expect("no fault");
        let agent = format!("user-agent: enrol-test/{}", env!("CARGO_PKG_VERSION"));
        assert!(lines.iter().any(|line| line.to_lowercase() == agent), "{lines:?}");
    }

    #[tokio::test]
    async fn an_answer_is_read_up_to_its_limit_and_no_further() {
        for (length, is_read) in [(LARGEST_ANSWER, true), (LARGEST_ANSWER + 1, false)] {
            let (url, _served) = answering("200 OK\r\n", length);
            let mut response = client(&url).get(url).send().await.expect("an answer");
            match read_body(&mut response).await {
                Ok(body) => assert!(is_read && body.len() == length, "{length}"),
                Err(error) => assert!(!is_read && matches!(error, BodyError::TooLarge), "{error}"),
            }
        }
    }

    #[tokio::test]
    async fn plain_http_to_another_computer_is_never_spoken() {
        for address in ["http://192.0.2.1/", "http://localhost:9/", "http://127.0.0.1.example.org/"] {
            let url: Url = address.parse().expect("a URL");
            let error = client(&url).get(url).send().await.expect_err("refused");
            assert!(error.is_builder(), "{address}: nothing was tried: {error:?}");
        }
    }

    #[test]
    fn a_certificate_that_cannot_be_used_is_told() {
        let url: Url = "https://enrol.example.org".parse().expect("a URL");
        let extra = [CertificateDer::from(b"no certificate".to_vec())];
        assert!(client_builder_trusting(&extra, &url, "enrol-test", Duration::from_secs(1)).is_err());
        assert!(client_builder_trusting(&[], &url, "enrol-test", Duration::from_secs(1)).is_ok());
    }

    #[test]
    fn a_certificate_that_is_not_trusted_is_told_from_a_network_that_is_down() {
        let untrusted = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        // As hyper hands it on: twice wrapped.
        let wrapped = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, untrusted));
        assert!(is_about_trust(&wrapped));
        assert!(!is_about_trust(&io::Error::from(io::ErrorKind::ConnectionRefused)));
        assert!(!is_about_trust(&io::Error::other(rustls::Error::HandshakeNotComplete)));
    }
}
