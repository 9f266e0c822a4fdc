//! Requests to the one service, on the routes that lead there.
//!
//! Not here: which routes there are (`route_pool`), and what the answers mean. Bodies and headers are never logged.

use client::{Answer, ClientError, Request, Transport};
use platform::ServiceUrl;
use rustls::pki_types::CertificateDer;

use super::{
    proxy::{ProxyChoice, Route},
    route_pool::{BuildError, RoutePool, Routes},
};

/// The service, by whichever route leads there.
pub(super) struct RoutedTransport(RoutePool);

/// Why one way did not lead to an answer.
enum Failure {
    /// Nothing was sent: another way may lead there.
    NotConnected,
    /// An answer, or a connection that broke.
    Fault(ClientError),
}

/// What came of asking on one way, for IT.
pub(super) type Tried = (Route, Result<Vec<u8>, String>);

impl RoutedTransport {
    /// Trusts what the system trusts, and `extra` besides.
    pub(super) fn new(address: ServiceUrl, extra: Vec<CertificateDer<'static>>, proxy: ProxyChoice) -> Self {
        Self(RoutePool::new(address, extra, proxy))
    }

    /// For IT: how the ways were found, and what comes of asking for a path on each.
    pub(super) async fn on_each_way(&self, path: &str) -> Result<(Vec<String>, Vec<Tried>), BuildError> {
        let routes = self.0.current().await?;
        let request = Request::get(path);
        let mut tried = Vec::new();
        for (_, (route, client)) in routes.in_order() {
            let result = match request.on(client, &self.0.address).send().await {
                Ok(response) => match Answer::receive(response).await {
                    Ok(answer) => Ok(answer.body().to_vec()),
                    Err(error) => Err(match error {
                        ClientError::Unexpected(status) => format!("something else answers, with {status}"),
                        ClientError::Refused(problem) => format!("the service says {:?}", problem.code),
                        ClientError::Unreachable | ClientError::NotTrusted => {
                            "the connection broke".to_owned()
                        }
                    }),
                },
                Err(error) => Err(reason(error)),
            };
            tried.push((route.clone(), result));
        }
        Ok((routes.how.clone(), tried))
    }

    async fn on(&self, routes: &Routes, request: &Request) -> Result<Answer, Failure> {
        for (number, (route, client)) in routes.in_order() {
            match request.on(client, &self.0.address).send().await {
                Ok(response) => {
                    routes.prefer(number);
                    return Answer::receive(response).await.map_err(Failure::Fault);
                }
                Err(error) => {
                    let (is_unsent, fault) = (error.is_connect(), ClientError::from(&error));
                    tracing::warn!(%route, reason = reason(error), "the service was not reached");
                    if !is_unsent || matches!(fault, ClientError::NotTrusted) {
                        return Err(Failure::Fault(fault));
                    }
                }
            }
        }
        Err(Failure::NotConnected)
    }
}

impl Transport for RoutedTransport {
    /// On the ways that are routes; where none leads there, on others that the system may know by now. A request goes
    /// another way only when nothing of it was sent.
    async fn send(&self, request: &Request) -> Result<Answer, ClientError> {
        let routes = self.0.current().await.map_err(report_build_error)?;
        match self.on(&routes, request).await {
            Ok(answer) => return Ok(answer),
            Err(Failure::Fault(ClientError::Unreachable)) => {
                self.0.forget(&routes).await;
                return Err(ClientError::Unreachable);
            }
            Err(Failure::Fault(fault)) => return Err(fault),
            Err(Failure::NotConnected) => {}
        }
        let Some(others) = self.0.refresh(&routes).await.map_err(report_build_error)? else {
            return Err(ClientError::Unreachable);
        };
        self.on(&others, request).await.map_err(|failure| match failure {
            Failure::NotConnected => ClientError::Unreachable,
            Failure::Fault(fault) => fault,
        })
    }
}

fn report_build_error(error: BuildError) -> ClientError {
    tracing::error!(%error, "the certificates to trust cannot be used");
    ClientError::NotTrusted
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
                    write!(stream, "HTTP/1.1 {with}").expect("writes");
                }
            }
        });
        (address, count)
    }

    async fn get(transport: &RoutedTransport) -> Result<bool, ClientError> {
        transport.send(&Request::get("/")).await?.read()
    }

    async fn post(transport: &RoutedTransport) -> Result<bool, ClientError> {
        transport.send(&Request::post("/", &1)?).await?.read()
    }

    fn through(address: SocketAddr) -> Route {
        Route::Through(format!("http://{address}").parse().expect("a proxy"))
    }

    fn nowhere() -> SocketAddr {
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port")
    }

    #[tokio::test]
    async fn routes_are_tried_in_order_and_the_one_that_worked_is_kept() {
        let (good, by_good) = answering(YES);
        let (other, by_other) = answering(YES);
        let server = format!("http://{}", nowhere()).parse().expect("loopback");
        let transport = RoutedTransport::new(server, Vec::new(), ProxyChoice::Direct);
        transport.0.set_routes(vec![through(nowhere()), Route::Direct, through(good), through(other)]).await;
        for sent in 1..=2 {
            assert!(get(&transport).await.expect("an answer"));
            assert_eq!((by_good.load(Ordering::SeqCst), by_other.load(Ordering::SeqCst)), (sent, 0));
        }
    }

    #[tokio::test]
    async fn a_proxy_that_wants_a_sign_in_is_passed_over() {
        let (gate, by_gate) = answering(SIGN_IN);
        let (other, by_other) = answering(SIGN_IN);
        let server = "https://enrol.school.test".parse().expect("good");
        let transport = RoutedTransport::new(
            server,
            Vec::new(),
            ProxyChoice::Through("http://127.0.0.1:9".parse().expect("good")),
        );
        transport.0.set_routes(vec![through(gate), through(other)]).await;
        assert!(matches!(get(&transport).await, Err(ClientError::Unreachable)));
        assert_eq!((by_gate.load(Ordering::SeqCst), by_other.load(Ordering::SeqCst)), (1, 1));
    }

    #[tokio::test]
    async fn where_no_route_leads_there_the_system_is_asked_again() {
        let (service, served) = answering(YES);
        let server = format!("http://{service}").parse().expect("loopback");
        let transport = RoutedTransport::new(server, Vec::new(), ProxyChoice::Direct);
        // As on a laptop that has left the school.
        transport.0.set_routes(vec![through(nowhere())]).await;
        assert!(post(&transport).await.expect("an answer"));
        assert_eq!(served.load(Ordering::SeqCst), 1, "sent once");
        let server = format!("http://{}", nowhere()).parse().expect("loopback");
        let transport = RoutedTransport::new(server, Vec::new(), ProxyChoice::Direct);
        transport.0.set_routes(vec![through(nowhere())]).await;
        assert!(matches!(get(&transport).await, Err(ClientError::Unreachable)), "and it ends");
    }
}
