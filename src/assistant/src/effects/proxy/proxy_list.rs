//! Lists of proxies to be tried in order, as Windows and PAC files write them.
//!
//! Not here: PAC files themselves. Windows runs those.

use super::{ProxyAddress, Route};

/// More than so many are a mistake, and would keep a person waiting.
const MAX_ROUTES: usize = 6;

/// The routes that a list names for `https://`: `a:8080;b:8080`, `http=a:80;https=b:443`, `PROXY a:8080; DIRECT`.
/// What is of another kind, or unreadable, is passed over.
pub fn routes(list: &str) -> Vec<Route> {
    let mut routes = Vec::new();
    for entry in list.split(';') {
        let mut words = entry.split_whitespace().peekable();
        while let Some(word) = words.next() {
            // A keyword has the proxy after it; a proxy that is called like one has nothing.
            let keyword = word.to_ascii_uppercase();
            let route = match keyword.as_str() {
                "DIRECT" => Some(Route::Direct),
                "PROXY" | "HTTP" if words.peek().is_some() => {
                    words.next().and_then(|host| through("http", host))
                }
                "HTTPS" if words.peek().is_some() => words.next().and_then(|host| through("https", host)),
                "SOCKS" | "SOCKS4" | "SOCKS5" if words.peek().is_some() => {
                    words.next();
                    None
                }
                _ => match word.split_once('=') {
                    Some((scheme, host)) if scheme.eq_ignore_ascii_case("https") => through("http", host),
                    Some(_) => None,
                    None => through("http", word),
                },
            };
            if let Some(route) = route.filter(|route| !routes.contains(route)) {
                routes.push(route);
            }
        }
    }
    routes.truncate(MAX_ROUTES);
    routes
}

fn through(scheme: &str, host: &str) -> Option<Route> {
    let whole = if host.contains("://") { host.to_owned() } else { format!("{scheme}://{host}") };
    whole.parse::<ProxyAddress>().ok().map(Route::Through)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(list: &str) -> Vec<String> {
        routes(list).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn proxies_are_read_in_order_however_they_are_written() {
        let (a, b) = ("through http://a:8080", "through http://b:80");
        for (list, routes) in [
            ("a:8080", vec![a]),
            ("a:8080;b:80", vec![a, b]),
            ("a:8080 b", vec![a, b]),
            ("http://a:8080", vec![a]),
            ("PROXY a:8080; DIRECT", vec![a, "directly"]),
            ("proxy a:8080;Proxy b;direct", vec![a, b, "directly"]),
            ("http=b:80;https=a:8080;ftp=c:21;socks=d:1080", vec![a]),
            ("http=b:80", vec![]),
            ("SOCKS5 d:1080; PROXY a:8080; PROXY a:8080", vec![a]),
            ("HTTPS a:443", vec!["through https://a:443"]),
            ("proxy", vec!["through http://proxy:80"]),
            ("DIRECT", vec!["directly"]),
            ("me:secret@a:8080;;a:x; ; \t", vec![]),
        ] {
            assert_eq!(shown(list), routes, "{list}");
        }
        assert_eq!(routes("a b c d e f g h i j").len(), MAX_ROUTES);
    }
}
