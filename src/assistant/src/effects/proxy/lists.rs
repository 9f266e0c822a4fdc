//! Lists as Windows and PAC files write them: proxies to be tried in order, and hosts that are reached past them.
//!
//! Not here: PAC files themselves. Windows runs those.

use super::{ProxyAddress, Route};

/// More than so many are a mistake, and would keep a person waiting.
const MOST: usize = 6;

/// The ways that a list names for `https://`: `a:8080;b:8080`, `http=a:80;https=b:443`, `PROXY a:8080; DIRECT`.
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
    routes.truncate(MOST);
    routes
}

fn through(scheme: &str, host: &str) -> Option<Route> {
    let whole = if host.contains("://") { host.to_owned() } else { format!("{scheme}://{host}") };
    whole.parse::<ProxyAddress>().ok().map(Route::Through)
}

/// Whether a list of exceptions (`*.local;<local>;10.*`) names this host, which is asked for by `https://`.
pub fn is_past_the_proxy(list: &str, host: &str, port: u16) -> bool {
    let host = host.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
    list.split(';').flat_map(str::split_whitespace).any(|entry| names(entry, &host, port))
}

fn names(entry: &str, host: &str, port: u16) -> bool {
    let entry = entry.to_ascii_lowercase();
    if entry == "<local>" {
        return !host.contains(['.', ':']);
    }
    let entry = match entry.split_once("://") {
        Some(("https", rest)) => rest,
        Some(_) => return false,
        None => &entry,
    };
    let (pattern, only_port) = match entry.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) => (address, rest.strip_prefix(':')),
        // More than one colon is an address of IPv6, without a port.
        None => match entry.split_once(':') {
            Some((name, port)) if !port.contains(':') => (name, Some(port)),
            Some(_) | None => (entry, None),
        },
    };
    only_port.is_none_or(|only| only.parse() == Ok(port)) && fits(pattern.trim_end_matches('.'), host)
}

/// `*` stands for any letters, also none. Takes time of length by length at most, whatever the pattern.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
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
        assert_eq!(routes("a b c d e f g h i j").len(), MOST);
    }

    #[test]
    fn the_list_of_exceptions_is_read_as_windows_reads_it() {
        let list = "*.local;<local>;10.*; enrol.example.org ;https://only.example;http://plain.example;port.example:8443;[fd00::1]:443";
        for (host, port, is_past) in [
            ("service.local", 443, true),
            ("local", 443, true),
            ("servicelocal", 443, true),
            ("service.local.example", 443, false),
            ("10.1.2.3", 443, true),
            ("110.1.2.3", 443, false),
            ("ENROL.example.org.", 443, true),
            ("my.enrol.example.org", 443, false),
            ("only.example", 443, true),
            ("plain.example", 443, false),
            ("port.example", 8443, true),
            ("port.example", 443, false),
            ("[fd00::1]", 443, true),
            ("[fd00::1]", 8443, false),
            ("[fd00::2]", 443, false),
        ] {
            assert_eq!(is_past_the_proxy(list, host, port), is_past, "{host}:{port}");
        }
        assert!(is_past_the_proxy("*", "enrol.example.org", 443));
        assert!(!is_past_the_proxy("", "enrol.example.org", 443));
        assert!(is_past_the_proxy("fd00::*", "[fd00::7]", 443));
        assert!(is_past_the_proxy("e*.ex*.*g", "enrol.example.org", 443));
        assert!(!is_past_the_proxy("en*rol.example.orgrol.example.org", "enrol.example.org", 443));
    }
}
