//! Who runs a command, as the operating system claims. Recorded in the audit; proves nothing.

/// For example `alice` or `root, by sudo from alice`.
pub(super) fn claimed() -> String {
    let user = user_of_process().unwrap_or_else(|| "unknown".to_owned());
    match std::env::var("SUDO_USER") {
        Ok(from) if !from.is_empty() && from != user => plain(&format!("{user}, by sudo from {from}")),
        Ok(_) | Err(_) => plain(&user),
    }
}

#[cfg(unix)]
fn user_of_process() -> Option<String> {
    let id = rustix::process::geteuid().as_raw();
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(id)).then(|| name.to_owned())
    });
    // A directory's users are not in the file.
    name.or_else(|| std::env::var("USER").ok()).or_else(|| Some(format!("user {id}")))
}

#[cfg(not(unix))]
fn user_of_process() -> Option<String> {
    std::env::var("USERNAME").ok()
}

/// An environment may hold anything.
fn plain(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_control()).take(64).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn somebody_is_always_claimed() {
        let claimed = super::claimed();
        assert!(!claimed.is_empty() && claimed != "unknown", "{claimed}");
    }

    #[test]
    fn control_characters_never_reach_the_audit() {
        assert_eq!(super::plain("a\nb\u{7f}"), "ab");
    }
}
