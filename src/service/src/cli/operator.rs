//! Who runs a command, as the operating system claims. The audit records it; it proves nothing.

use engine::{Actor, Operator, Reason};

/// Who runs this command.
pub(super) fn operator() -> Operator {
    let from = std::env::var("SUDO_USER").ok();
    Operator::claimed(&describe(user_of_process().as_deref(), from.as_deref()))
}

/// Who runs this command, with the reason that they give.
pub(super) fn actor(reason: Reason) -> Actor {
    Actor { by: operator(), reason }
}

/// For example `alice`, or `root, by sudo from alice`.
fn describe(user: Option<&str>, sudo_from: Option<&str>) -> String {
    let user = user.filter(|user| !user.is_empty()).unwrap_or("unknown");
    match sudo_from.filter(|from| !from.is_empty() && *from != user) {
        Some(from) => format!("{user}, by sudo from {from}"),
        None => user.to_owned(),
    }
}

/// The name that the system has for the effective user, also where a directory keeps it; else the number.
#[cfg(unix)]
fn user_of_process() -> Option<String> {
    let name = uzers::get_effective_username().map(|name| name.to_string_lossy().into_owned());
    Some(name.unwrap_or_else(|| format!("user {}", uzers::get_effective_uid())))
}

#[cfg(not(unix))]
fn user_of_process() -> Option<String> {
    std::env::var("USERNAME").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sudo_is_named_with_who_used_it() {
        for (user, sudo_from, expected) in [
            (Some("alice"), None, "alice"),
            (Some("root"), Some("alice"), "root, by sudo from alice"),
            (Some("alice"), Some("alice"), "alice"),
            (Some("root"), Some(""), "root"),
            (Some(""), None, "unknown"),
            (None, None, "unknown"),
        ] {
            assert_eq!(describe(user, sudo_from), expected);
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_user_is_the_one_that_the_system_names() {
        let id = std::process::Command::new("id").arg("-un").output().expect("the command id");
        let name = String::from_utf8(id.stdout).expect("UTF-8");
        assert_eq!(user_of_process().as_deref(), Some(name.trim()));
    }
}
