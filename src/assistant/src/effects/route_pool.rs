//! The routes to the service, each with a client of its own, kept for as long as they lead there.
//!
//! Not here: how they are found (`proxy`), and what is said on them (`routed_transport`).

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
pub(super) enum BuildError {
    #[error(transparent)]
    Library(#[from] reqwest::Error),
    #[error(transparent)]
    Certificates(#[from] rustls::Error),
}

/// Finds routes, and finds others when they lead nowhere any more, as on a laptop that has left the school.
pub(super) struct RoutePool {
    pub(super) address: ServiceUrl,
    extra: Vec<CertificateDer<'static>>,
    choice: ProxyChoice,
    /// Locked while the system is asked, so that it is asked once for all who wait.
    current: Mutex<Option<Arc<Routes>>>,
}

/// The routes of one network.
pub(super) struct Routes {
    routes: Vec<(Route, reqwest::Client)>,
    /// The one that worked last.
    best: AtomicUsize,
    /// How they were found, for IT.
    pub(super) how: Vec<String>,
}

impl Routes {
    /// In the order to be tried: first the one that worked, then as the list has them.
    pub(super) fn in_order(&self) -> impl Iterator<Item = (usize, &(Route, reqwest::Client))> {
        let best = self.best.load(Ordering::Relaxed);
        let others = self.routes.iter().enumerate().filter(move |(number, _)| *number != best);
        self.routes.get(best).map(|way| (best, way)).into_iter().chain(others)
    }

    /// Remembers that this one works.
    pub(super) fn prefer(&self, number: usize) {
        self.best.store(number, Ordering::Relaxed);
    }

    fn routes(&self) -> impl Iterator<Item = &Route> {
        self.routes.iter().map(|(route, _)| route)
    }
}

impl RoutePool {
    pub(super) fn new(address: ServiceUrl, extra: Vec<CertificateDer<'static>>, choice: ProxyChoice) -> Self {
        Self { address, extra, choice, current: Mutex::default() }
    }

    /// Those that are known, or are found now.
    pub(super) async fn current(&self) -> Result<Arc<Routes>, BuildError> {
        let mut current = self.current.lock().await;
        if let Some(routes) = &*current {
            return Ok(Arc::clone(routes));
        }
        Ok(Arc::clone(current.insert(self.find().await?)))
    }

    /// Others than those, which lead nowhere; or `None` while there are no others.
    pub(super) async fn refresh(&self, than: &Arc<Routes>) -> Result<Option<Arc<Routes>>, BuildError> {
        let mut current = self.current.lock().await;
        // Somebody else may have found them meanwhile.
        if let Some(routes) = current.as_ref().filter(|routes| !Arc::ptr_eq(routes, than)) {
            return Ok(Some(Arc::clone(routes)));
        }
        let found = Arc::clone(current.insert(self.find().await?));
        let is_other = !found.routes().eq(than.routes());
        Ok(is_other.then_some(found))
    }

    /// The next request asks anew, on new connections.
    pub(super) async fn forget(&self, what: &Arc<Routes>) {
        let mut current = self.current.lock().await;
        if current.as_ref().is_some_and(|routes| Arc::ptr_eq(routes, what)) {
            *current = None;
        }
    }

    /// As if the system had said so.
    #[cfg(test)]
    pub(super) async fn set_routes(&self, routes: Vec<Route>) {
        let clients = routes.into_iter().map(|route| {
            let client = self.client(&route).expect("a client");
            (route, client)
        });
        let routes = Routes { routes: clients.collect(), best: AtomicUsize::new(0), how: Vec::new() };
        *self.current.lock().await = Some(Arc::new(routes));
    }

    async fn find(&self) -> Result<Arc<Routes>, BuildError> {
        let found = proxy::find_routes(&self.choice, &self.address).await;
        let mut clients = Vec::new();
        for route in found.routes {
            let client = self.client(&route)?;
            clients.push((route, client));
        }
        Ok(Arc::new(Routes { routes: clients, best: AtomicUsize::new(0), how: found.how }))
    }

    /// A client that goes this way, and trusts what the system trusts, and `extra` besides.
    fn client(&self, route: &Route) -> Result<reqwest::Client, BuildError> {
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
