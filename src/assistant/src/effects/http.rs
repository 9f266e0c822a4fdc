//! HTTP to the one service: TLS by the system's trust, no redirects, time limits, answers of limited size.
//!
//! Not here: which way leads there (`ways`), and what the answers mean. Bodies and headers are never logged.

use std::{error::Error, io};

use protocol::{ApiProblem, SessionToken, StationAssertion};
use rustls::pki_types::CertificateDer;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    ServiceAddress,
    proxy::{ProxyChoice, Route},
    ways::{ClientError, Known, Ways},
};

/// The largest answer that is read. A policy with hundreds of schools has some 100 KiB.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// What went wrong.
#[derive(Debug)]
pub(super) enum HttpFault {
    /// No answer.
    Unreachable,
    /// The certificate is not trusted.
    NotTrusted,
    /// The service said no, in its own words.
    Refused(ApiProblem),
    /// Some other answer: its status.
    Unexpected(u16),
}

impl HttpFault {
    /// Whether the same request may succeed later without anybody's doing.
    pub(super) fn passes(&self) -> bool {
        match self {
            Self::Unreachable | Self::NotTrusted => true,
            Self::Refused(problem) => problem.code.passes(),
            // Gateways and proxies answer in the service's place.
            Self::Unexpected(status) => matches!(status, 502..=504),
        }
    }
}

/// A client of one service.
pub(super) struct Http(Ways);

/// Why one way did not lead to an answer.
enum Failure {
    /// Nothing was sent: another way may lead there.
    NotConnected,
    /// An answer, or a connection that broke.
    Fault(HttpFault),
}

impl Http {
    /// A client that trusts what the system trusts, and `extra` besides.
    pub(super) fn new(
        address: ServiceAddress,
        extra: Vec<CertificateDer<'static>>,
        proxy: ProxyChoice,
    ) -> Self {
        Self(Ways::new(address, extra, proxy))
    }

    /// Fetches JSON.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, HttpFault> {
        let (status, body) = self.send(|client| client.get(self.0.address.with(path))).await?;
        serde_json::from_slice(&body).map_err(|_| HttpFault::Unexpected(status))
    }

    /// Posts JSON for JSON.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, HttpFault> {
        self.post_at(path, None, body).await
    }

    /// The same at a station, which vouches for it.
    pub(super) async fn post_at<T: DeserializeOwned>(
        &self,
        path: &str,
        mark: Option<&StationAssertion>,
        body: &impl Serialize,
    ) -> Result<T, HttpFault> {
        let shown = mark.map(|mark| format!("{} {mark}", StationAssertion::SCHEME));
        let request = |client: &reqwest::Client| {
            let request = client.post(self.0.address.with(path)).json(body);
            match &shown {
                Some(shown) => request.header(reqwest::header::AUTHORIZATION, shown),
                None => request,
            }
        };
        let (status, body) = self.send(request).await?;
        serde_json::from_slice(&body).map_err(|_| HttpFault::Unexpected(status))
    }

    /// Fetches JSON within a session.
    pub(super) async fn get_as<T: DeserializeOwned>(
        &self,
        path: &str,
        session: &SessionToken,
    ) -> Result<T, HttpFault> {
        let request =
            |client: &reqwest::Client| client.get(self.0.address.with(path)).bearer_auth(session.as_str());
        let (status, body) = self.send(request).await?;
        serde_json::from_slice(&body).map_err(|_| HttpFault::Unexpected(status))
    }

    /// Posts JSON for JSON within a session.
    pub(super) async fn post_as<T: DeserializeOwned>(
        &self,
        path: &str,
        session: &SessionToken,
        body: &impl Serialize,
    ) -> Result<T, HttpFault> {
        let request = |client: &reqwest::Client| {
            client.post(self.0.address.with(path)).bearer_auth(session.as_str()).json(body)
        };
        let (status, body) = self.send(request).await?;
        serde_json::from_slice(&body).map_err(|_| HttpFault::Unexpected(status))
    }

    /// Tells the service something within a session. Whatever it answers, there is nothing to do about it.
    pub(super) async fn tell(
        &self,
        path: &str,
        session: &SessionToken,
        body: &impl Serialize,
    ) -> Result<(), HttpFault> {
        let request = |client: &reqwest::Client| {
            client.post(self.0.address.with(path)).bearer_auth(session.as_str()).json(body)
        };
        self.send(request).await.map(|_| ())
    }

    /// On the ways that are known; where none leads there, on others that the system may know by now. A request goes
    /// another way only when nothing of it was sent.
    async fn send(
        &self,
        request: impl Fn(&reqwest::Client) -> reqwest::RequestBuilder,
    ) -> Result<(u16, Vec<u8>), HttpFault> {
        let known = self.0.known().await.map_err(no_client)?;
        let fault = match on(&known, &request).await {
            Ok(answer) => return Ok(answer),
            Err(Failure::Fault(HttpFault::Unreachable)) => {
                self.0.forget(&known).await;
                return Err(HttpFault::Unreachable);
            }
            Err(Failure::Fault(fault)) => return Err(fault),
            Err(Failure::NotConnected) => HttpFault::Unreachable,
        };
        let Some(others) = self.0.others(&known).await.map_err(no_client)? else { return Err(fault) };
        on(&others, &request).await.map_err(|failure| match failure {
            Failure::NotConnected => HttpFault::Unreachable,
            Failure::Fault(fault) => fault,
        })
    }

    /// For IT: how the ways were found, and what comes of asking for a path on each.
    pub(super) async fn on_each_way(
        &self,
        path: &str,
    ) -> Result<(Vec<String>, Vec<(Route, Result<Vec<u8>, String>)>), ClientError> {
        let known = self.0.known().await?;
        let mut tried = Vec::new();
        for (_, (route, client)) in known.in_order() {
            let result = match client.get(self.0.address.with(path)).send().await {
                Ok(response) => match read(response).await {
                    Ok((_, body)) => Ok(body),
                    Err(fault) => Err(match fault {
                        HttpFault::Unexpected(status) => format!("something else answers, with {status}"),
                        HttpFault::Refused(problem) => format!("the service says {:?}", problem.code),
                        HttpFault::Unreachable | HttpFault::NotTrusted => "the connection broke".to_owned(),
                    }),
                },
                Err(error) => Err(reason(error)),
            };
            tried.push((route.clone(), result));
        }
        Ok((known.how.clone(), tried))
    }
}

async fn on(
    known: &Known,
    request: impl Fn(&reqwest::Client) -> reqwest::RequestBuilder,
) -> Result<(u16, Vec<u8>), Failure> {
    for (number, (route, client)) in known.in_order() {
        match request(client).send().await {
            Ok(response) => {
                known.worked(number);
                return read(response).await.map_err(Failure::Fault);
            }
            Err(error) => {
                let (is_unsent, fault) = (error.is_connect(), fault_of(&error));
                tracing::warn!(%route, reason = reason(error), "the service was not reached");
                if !is_unsent || matches!(fault, HttpFault::NotTrusted) {
                    return Err(Failure::Fault(fault));
                }
            }
        }
    }
    Err(Failure::NotConnected)
}

async fn read(mut response: reqwest::Response) -> Result<(u16, Vec<u8>), HttpFault> {
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| fault_of(&error))? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(HttpFault::Unexpected(status.as_u16()));
        }
        body.extend_from_slice(&chunk);
    }
    if status.is_success() {
        return Ok((status.as_u16(), body));
    }
    match serde_json::from_slice::<ApiProblem>(&body) {
        // A body that claims another status than its own is not of the service.
        Ok(problem)
            if problem.code == protocol::ErrorCode::Unknown || problem.code.status() == status.as_u16() =>
        {
            Err(HttpFault::Refused(problem))
        }
        Ok(_) | Err(_) => Err(HttpFault::Unexpected(status.as_u16())),
    }
}

fn no_client(error: ClientError) -> HttpFault {
    tracing::error!(%error, "the certificates to trust cannot be used");
    HttpFault::NotTrusted
}

/// For IT, without the address that was asked for.
fn reason(error: reqwest::Error) -> String {
    let said = domain::error_chain(&error.without_url());
    // The library has no word of its own for it that could be asked for.
    if said.contains("proxy authorization required") {
        return "the proxy asks for a sign-in (407), and Enrol signs in to no proxy: let the service's address \
                through it without one"
            .to_owned();
    }
    said
}

fn fault_of(error: &reqwest::Error) -> HttpFault {
    if is_about_trust(error) { HttpFault::NotTrusted } else { HttpFault::Unreachable }
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
        net::{SocketAddr, TcpListener},
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
    };

    use super::*;

    const YES: &str = "200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\ntrue";
    const SIGN_IN: &str =
        "407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    /// Answers every request alike, as a proxy or as the service, and counts them.
    fn answering(with: &'static str) -> (SocketAddr, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let (address, count) = (listener.local_addr().expect("an address"), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&count);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let lines = BufReader::new(stream.try_clone().expect("clones")).lines().map_while(Result::ok);
                if lines.take_while(|line| !line.is_empty()).count() > 0 {
                    counted.fetch_add(1, Ordering::SeqCst);
                    let _ = write!(stream, "HTTP/1.1 {with}");
                }
            }
        });
        (address, count)
    }

    fn through(address: SocketAddr) -> Route {
        Route::Through(format!("http://{address}").parse().expect("a proxy"))
    }

    fn nowhere() -> SocketAddr {
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port")
    }

    #[tokio::test]
    async fn ways_are_tried_in_order_and_the_one_that_worked_is_kept() {
        let (good, by_good) = answering(YES);
        let (other, by_other) = answering(YES);
        let server = format!("http://{}", nowhere()).parse().expect("loopback");
        let http = Http::new(server, Vec::new(), ProxyChoice::Direct);
        http.0.lead(vec![through(nowhere()), Route::Direct, through(good), through(other)]).await;
        for sent in 1..=2 {
            assert!(http.get::<bool>("/").await.expect("an answer"));
            assert_eq!((by_good.load(Ordering::SeqCst), by_other.load(Ordering::SeqCst)), (sent, 0));
        }
    }

    #[tokio::test]
    async fn a_proxy_that_wants_a_sign_in_is_passed_over() {
        let (gate, by_gate) = answering(SIGN_IN);
        let (other, by_other) = answering(SIGN_IN);
        let server = "https://enrol.school.test".parse().expect("good");
        let http =
            Http::new(server, Vec::new(), ProxyChoice::Through("http://127.0.0.1:9".parse().expect("good")));
        http.0.lead(vec![through(gate), through(other)]).await;
        assert!(matches!(http.get::<bool>("/").await, Err(HttpFault::Unreachable)));
        assert_eq!((by_gate.load(Ordering::SeqCst), by_other.load(Ordering::SeqCst)), (1, 1));
    }

    #[tokio::test]
    async fn where_no_way_leads_there_the_system_is_asked_again() {
        let (service, served) = answering(YES);
        let server = format!("http://{service}").parse().expect("loopback");
        let http = Http::new(server, Vec::new(), ProxyChoice::Direct);
        // As on a laptop that has left the school.
        http.0.lead(vec![through(nowhere())]).await;
        assert!(http.post::<bool>("/", &1).await.expect("an answer"));
        assert_eq!(served.load(Ordering::SeqCst), 1, "sent once");
        let server = format!("http://{}", nowhere()).parse().expect("loopback");
        let http = Http::new(server, Vec::new(), ProxyChoice::Direct);
        http.0.lead(vec![through(nowhere())]).await;
        assert!(matches!(http.get::<bool>("/").await, Err(HttpFault::Unreachable)), "and it ends");
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
