//! Lists of hosts that are reached past the proxy, as Windows writes them.

/// Whether a list of exceptions (`*.local;<local>;10.*`) names this host, which is asked for by `https://`.
pub fn bypasses_proxy(list: &str, host: &str, port: u16) -> bool {
    let host = host.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
    list.split(';').flat_map(str::split_whitespace).any(|entry| matches_entry(entry, &host, port))
}

fn matches_entry(entry: &str, host: &str, port: u16) -> bool {
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
    only_port.is_none_or(|only| only.parse() == Ok(port))
        && matches_pattern(pattern.trim_end_matches('.'), host)
}

/// `*` stands for any letters, also none. Takes time of length by length at most, whatever the pattern.
fn matches_pattern(pattern: &str, text: &str) -> bool {
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
            assert_eq!(bypasses_proxy(list, host, port), is_past, "{host}:{port}");
        }
        assert!(bypasses_proxy("*", "enrol.example.org", 443));
        assert!(!bypasses_proxy("", "enrol.example.org", 443));
        assert!(bypasses_proxy("fd00::*", "[fd00::7]", 443));
        assert!(bypasses_proxy("e*.ex*.*g", "enrol.example.org", 443));
        assert!(!bypasses_proxy("en*rol.example.orgrol.example.org", "enrol.example.org", 443));
    }
}
