//! Which way leads to the service: straight, through a proxy that was named, or as the system says (WPAD and PAC
//! included, where the system knows them).
//!
//! Not here: the connections themselves (`route_pool`), and signing in to a proxy, which is not done.

pub mod bypass_list;
pub mod proxy_list;
#[cfg(any(windows, test))]
mod resolve;
#[cfg(windows)]
mod winhttp;

#[cfg(windows)]
use std::time::Duration;
use std::{fmt, str::FromStr};

use platform::ServiceUrl;

/// What IT wants, or nobody said anything about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ProxyChoice {
    /// As the system says.
    #[default]
    System,
    /// Past every proxy.
    Direct,
    /// Through this one.
    Through(ProxyAddress),
    /// As the PAC file at this address says.
    Pac(String),
}

/// Why a choice of IT's is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// None of the four.
    #[error("expected system, direct, http://HOST:PORT or pac:https://HOST/proxy.pac")]
    Unreadable,
    /// It would lie open in the registry, and NTLM and Kerberos are not spoken at all.
    #[error(
        "a proxy's user name and password are not used; let the service's address through the proxy without a sign-in"
    )]
    SignIn,
    /// Only Windows has what runs it.
    #[error("a PAC file works on Windows only; expected system, direct or http://HOST:PORT")]
    PacElsewhere,
}

impl FromStr for ProxyChoice {
    type Err = ProxyError;
    fn from_str(text: &str) -> Result<Self, ProxyError> {
        choice(text.trim(), cfg!(windows))
    }
}

fn choice(text: &str, has_pac: bool) -> Result<ProxyChoice, ProxyError> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("system") {
        return Ok(ProxyChoice::System);
    }
    if is("direct") {
        return Ok(ProxyChoice::Direct);
    }
    if let Some((_, file)) = text.split_once(':').filter(|(word, _)| word.eq_ignore_ascii_case("pac")) {
        let url = url::Url::parse(file.trim()).map_err(|_| ProxyError::Unreadable)?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(ProxyError::Unreadable);
        }
        return if has_pac { Ok(ProxyChoice::Pac(url.into())) } else { Err(ProxyError::PacElsewhere) };
    }
    if !text.contains("://") {
        return Err(ProxyError::Unreadable);
    }
    text.parse().map(ProxyChoice::Through)
}

impl fmt::Display for ProxyChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("system"),
            Self::Direct => f.write_str("direct"),
            Self::Through(proxy) => proxy.fmt(f),
            Self::Pac(file) => write!(f, "pac:{file}"),
        }
    }
}

/// A proxy: `http://` or `https://`, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyAddress(String);

impl FromStr for ProxyAddress {
    type Err = ProxyError;
    fn from_str(text: &str) -> Result<Self, ProxyError> {
        let url = url::Url::parse(text).map_err(|_| ProxyError::Unreadable)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ProxyError::SignIn);
        }
        let is_bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        let (Some(host), Some(port), true) = (url.host_str(), url.port_or_known_default(), is_bare) else {
            return Err(ProxyError::Unreadable);
        };
        match url.scheme() {
            scheme @ ("http" | "https") => Ok(Self(format!("{scheme}://{host}:{port}"))),
            _ => Err(ProxyError::Unreadable),
        }
    }
}

impl ProxyAddress {
    /// As the HTTP library takes it.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One way to the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// Straight to it.
    Direct,
    /// Through a proxy.
    Through(ProxyAddress),
    /// As the HTTP library reads it from `HTTPS_PROXY`, `NO_PROXY` and the like.
    Usual,
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct => f.write_str("directly"),
            Self::Through(proxy) => write!(f, "through {proxy}"),
            Self::Usual => f.write_str("as HTTPS_PROXY and NO_PROXY say"),
        }
    }
}

/// The ways to the service, in the order to be tried, and for IT how they were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundRoutes {
    pub(super) routes: Vec<Route>,
    pub(super) how: Vec<String>,
}

impl FoundRoutes {
    fn one(route: Route, how: &str) -> Self {
        Self { routes: vec![route], how: vec![how.to_owned()] }
    }
}

/// Asks what there is to ask, off this thread and for a few seconds at most.
pub(super) async fn find_routes(choice: &ProxyChoice, service: &ServiceUrl) -> FoundRoutes {
    if service.is_loopback() {
        return FoundRoutes::one(Route::Direct, "no proxy, since the service is on this computer");
    }
    match choice {
        ProxyChoice::Direct => FoundRoutes::one(Route::Direct, "no proxy, as the setting says"),
        ProxyChoice::Through(proxy) => {
            FoundRoutes::one(Route::Through(proxy.clone()), "the proxy of the setting")
        }
        ProxyChoice::System | ProxyChoice::Pac(_) => find_system_routes(choice, service).await,
    }
}

#[cfg(not(windows))]
async fn find_system_routes(_: &ProxyChoice, _: &ServiceUrl) -> FoundRoutes {
    routes_of_variables(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// On Linux nothing but variables names a proxy. A Mac has settings as well, which the HTTP library reads.
#[cfg(not(windows))]
fn routes_of_variables(is_set: impl Fn(&str) -> bool) -> FoundRoutes {
    const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    if cfg!(target_os = "linux") && !VARIABLES.into_iter().any(is_set) {
        return FoundRoutes::one(Route::Direct, "no proxy is set");
    }
    FoundRoutes::one(Route::Usual, "as this system and its variables say")
}

#[cfg(windows)]
async fn find_system_routes(choice: &ProxyChoice, service: &ServiceUrl) -> FoundRoutes {
    /// A network that swallows the question must leave time for the connection itself.
    const LIMIT: Duration = Duration::from_secs(5);
    const LIMIT_OF_A_NAMED_FILE: Duration = Duration::from_secs(3);
    const LATE: &str = "no PAC file was read in time";
    const UNANNOUNCED: &str = "the PAC file of this network was not read in time";
    let target = resolve::Target::of(service);
    if let ProxyChoice::Pac(file) = choice {
        let file = file.clone();
        let found = within(LIMIT, move || resolve::by_pac_file(&winhttp::WinHttp, &file, &target)).await;
        return found.unwrap_or_else(|| {
            FoundRoutes::one(Route::Direct, "no PAC file was read in time; trying without a proxy")
        });
    }
    let own_target = target.clone();
    if let Some(found) =
        within(LIMIT, move || resolve::by_system_settings(&winhttp::WinHttp, &own_target)).await
    {
        return found;
    }
    let own_target = target.clone();
    let by_name =
        move || resolve::without_detection(&winhttp::WinHttp, &own_target, vec![UNANNOUNCED.to_owned()]);
    if let Some(Some(found)) = within(LIMIT_OF_A_NAMED_FILE, by_name).await {
        return found;
    }
    // What stands in the settings themselves is known at once.
    let listed = move || resolve::by_lists(&winhttp::WinHttp, &target, vec![LATE.to_owned()]);
    within(LIMIT, listed).await.unwrap_or_else(|| FoundRoutes::one(Route::Direct, LATE))
}

/// Asks off this thread. `None` when the time is over.
#[cfg(windows)]
async fn within<T: Send + 'static>(
    limit: Duration,
    question: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    tokio::time::timeout(limit, tokio::task::spawn_blocking(question)).await.ok()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_choices_are_read_and_shown_alike() {
        for (text, shown) in [
            ("system", "system"),
            (" Direct ", "direct"),
            ("http://proxy.example.org:8080", "http://proxy.example.org:8080"),
            ("http://PROXY.example.org", "http://proxy.example.org:80"),
            ("https://10.0.0.1/", "https://10.0.0.1:443"),
            ("pac:https://example.org/proxy.pac", "pac:https://example.org/proxy.pac"),
            ("PAC:http://10.0.0.1/a?b=c", "pac:http://10.0.0.1/a?b=c"),
        ] {
            let read = choice(text.trim(), true).map(|choice| choice.to_string());
            assert_eq!(read.as_deref(), Ok(shown), "{text}");
            assert_eq!(choice(shown, true), choice(text.trim(), true));
        }
    }

    #[test]
    fn what_is_none_of_them_is_refused_with_what_is_expected() {
        for text in [
            "",
            "none",
            "proxy:8080",
            "ftp://proxy:21",
            "socks5://proxy:1080",
            "http://",
            "http://proxy/x",
            "pac:",
            "pac:file:///c:/proxy.pac",
            "pac:proxy.pac",
            "http://proxy:port",
        ] {
            assert_eq!(choice(text, true), Err(ProxyError::Unreadable), "{text}");
        }
        assert_eq!(choice("http://me:secret@proxy:8080", true), Err(ProxyError::SignIn));
        assert_eq!(choice("pac:https://example.org/proxy.pac", false), Err(ProxyError::PacElsewhere));
        assert!(ProxyError::Unreadable.to_string().contains("http://HOST:PORT"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn without_a_variable_the_way_is_direct_and_said_so() {
        for (set, route, how) in [
            ("NO_PROXY", Route::Direct, "no proxy is set"),
            ("https_proxy", Route::Usual, "as this system and its variables say"),
            ("ALL_PROXY", Route::Usual, "as this system and its variables say"),
        ] {
            assert_eq!(routes_of_variables(|name| name == set), FoundRoutes::one(route, how), "{set}");
        }
    }

    #[tokio::test]
    async fn a_service_on_this_computer_is_never_asked_for_through_a_proxy() {
        let service = "http://127.0.0.1:8620".parse().expect("loopback");
        let proxy = choice("http://proxy.example.org:8080", true).expect("good");
        assert_eq!(find_routes(&proxy, &service).await.routes, [Route::Direct]);
        let service = "https://enrol.example.org".parse().expect("good");
        let through = Route::Through("http://proxy.example.org:8080".parse().expect("good"));
        assert_eq!(find_routes(&proxy, &service).await.routes, [through]);
        assert_eq!(find_routes(&ProxyChoice::Direct, &service).await.routes, [Route::Direct]);
    }
}
