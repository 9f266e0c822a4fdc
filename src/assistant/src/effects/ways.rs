//! The ways to the service, each with a client of its own, kept for as long as they lead there.
//!
//! Not here: how they are found (`proxy`), and what is said on them (`http`).

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use platform::{ServiceUrl, http};
use rustls::pki_types::CertificateDer;
use tokio::sync::Mutex;

use super::proxy::{self, ProxyChoice, Route};

/// A school's network that swallows packets must not keep a person waiting.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(8);

/// The whole of one request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// Why there is no client: what the system trusts, or what the settings have it trust besides, cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum ClientError {
    #[error(transparent)]
    Library(#[from] reqwest::Error),
    #[error(transparent)]
    Certificates(#[from] rustls::Error),
}

/// Finds ways, and finds others when they lead nowhere any more, as on a laptop that has left the school.
pub(super) struct Ways {
    pub(super) address: ServiceUrl,
    extra: Vec<CertificateDer<'static>>,
    choice: ProxyChoice,
    /// Locked while the system is asked, so that it is asked once for all who wait.
    known: Mutex<Option<Arc<Known>>>,
}

/// The ways of one network.
pub(super) struct Known {
    ways: Vec<(Route, reqwest::Client)>,
    /// The one that worked last.
    best: AtomicUsize,
    /// How they were found, for IT.
    pub(super) how: Vec<String>,
}

impl Known {
    /// In the order to be tried: first the one that worked, then as the list has them.
    pub(super) fn in_order(&self) -> impl Iterator<Item = (usize, &(Route, reqwest::Client))> {
        let best = self.best.load(Ordering::Relaxed);
        let others = self.ways.iter().enumerate().filter(move |(number, _)| *number != best);
        self.ways.get(best).map(|way| (best, way)).into_iter().chain(others)
    }

    /// Remembers that this one works.
    pub(super) fn worked(&self, number: usize) {
        self.best.store(number, Ordering::Relaxed);
    }

    fn routes(&self) -> impl Iterator<Item = &Route> {
        self.ways.iter().map(|(route, _)| route)
    }
}

impl Ways {
    pub(super) fn new(address: ServiceUrl, extra: Vec<CertificateDer<'static>>, choice: ProxyChoice) -> Self {
        Self { address, extra, choice, known: Mutex::default() }
    }

    /// Those that are known, or are found now.
    pub(super) async fn known(&self) -> Result<Arc<Known>, ClientError> {
        let mut known = self.known.lock().await;
        if let Some(known) = &*known {
            return Ok(Arc::clone(known));
        }
        Ok(Arc::clone(known.insert(self.find().await?)))
    }

    /// Others than those, which lead nowhere; or `None` while there are no others.
    pub(super) async fn others(&self, than: &Arc<Known>) -> Result<Option<Arc<Known>>, ClientError> {
        let mut known = self.known.lock().await;
        // Somebody else may have found them meanwhile.
        if let Some(known) = known.as_ref().filter(|known| !Arc::ptr_eq(known, than)) {
            return Ok(Some(Arc::clone(known)));
        }
        let found = Arc::clone(known.insert(self.find().await?));
        let is_other = !found.routes().eq(than.routes());
        Ok(is_other.then_some(found))
    }

    /// The next request asks anew, on new connections.
    pub(super) async fn forget(&self, what: &Arc<Known>) {
        let mut known = self.known.lock().await;
        if known.as_ref().is_some_and(|known| Arc::ptr_eq(known, what)) {
            *known = None;
        }
    }

    /// As if the system had said so.
    #[cfg(test)]
    pub(super) async fn lead(&self, routes: Vec<Route>) {
        let ways = routes.into_iter().map(|route| {
            let client = self.client(&route).expect("a client");
            (route, client)
        });
        let known = Known { ways: ways.collect(), best: AtomicUsize::new(0), how: Vec::new() };
        *self.known.lock().await = Some(Arc::new(known));
    }

    async fn find(&self) -> Result<Arc<Known>, ClientError> {
        let found = proxy::ask(&self.choice, &self.address).await;
        let mut ways = Vec::new();
        for route in found.routes {
            let client = self.client(&route)?;
            ways.push((route, client));
        }
        Ok(Arc::new(Known { ways, best: AtomicUsize::new(0), how: found.how }))
    }

    /// A client that goes this way, and trusts what the system trusts, and `extra` besides.
    fn client(&self, route: &Route) -> Result<reqwest::Client, ClientError> {
        let url = self.address.url();
        let builder = http::client_builder_trusting(&self.extra, url, "enrol", CONNECT_TIMEOUT)?;
        let builder = builder.timeout(REQUEST_TIMEOUT);
        let builder = match route {
            // Without this word the library takes what the variables say.
            Route::Direct => builder.no_proxy(),
            Route::Through(proxy) => builder.no_proxy().proxy(reqwest::Proxy::all(proxy.as_str())?),
            Route::Usual => builder,
        };
        Ok(builder.build()?)
    }
}
