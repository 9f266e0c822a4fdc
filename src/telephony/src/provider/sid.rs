//! The provider's ids of accounts and calls ("SID").

/// Whether a text is 1 to 64 letters and digits, as the provider's ids are. Nothing else may become part of an address.
pub(super) fn is_sid(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_letters_and_digits() {
        assert!(is_sid("CA0123456789abcdef0123456789abcdef") && is_sid("A") && is_sid(&"a".repeat(64)));
        for wrong in ["", "CA/../x", "CA?x", "CA x", "é", &"a".repeat(65)] {
            assert!(!is_sid(wrong), "{wrong:?}");
        }
    }
}
