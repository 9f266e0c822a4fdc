//! The provider's signature on what it posts to us: HMAC-SHA1 over the public address and the sorted form.
//!
//! Not here: what the form means.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

/// A form's fields in the order they came.
pub(super) type Form = [(String, String)];

/// Reads a form. Whatever it is given is one.
pub(super) fn form_of(body: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(body).into_owned().collect()
}

/// Whether the provider, which knows `secret`, posted this form to this address.
pub(super) fn is_genuine(secret: &str, address: &str, form: &Form, signature: &str) -> bool {
    let Ok(signature) = BASE64.decode(signature.trim().as_bytes()) else {
        return false;
    };
    // A proxy on the way may leave the usual port in the address or take it out.
    [address.to_owned(), with_port(address), without_port(address)]
        .iter()
        .any(|address| mac(secret, address, form).is_some_and(|mac| mac.verify_slice(&signature).is_ok()))
}

fn mac(secret: &str, address: &str, form: &Form) -> Option<Hmac<Sha1>> {
    let mut sorted: Vec<&(String, String)> = form.iter().collect();
    sorted.sort();
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(address.as_bytes());
    for (key, value) in sorted {
        mac.update(key.as_bytes());
        mac.update(value.as_bytes());
    }
    Some(mac)
}

/// Scheme, host with a port or without one, and the rest.
fn parts(address: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = address.split_once("://")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, rest) = rest.split_at(end);
    Some((scheme, host, rest))
}

fn with_port(address: &str) -> String {
    match parts(address) {
        Some(("https", host, rest)) if !host.contains(':') => format!("https://{host}:443{rest}"),
        _ => address.to_owned(),
    }
}

fn without_port(address: &str) -> String {
    match parts(address).map(|(scheme, host, rest)| (scheme, host.split_once(':'), rest)) {
        Some((scheme, Some((name, _)), rest)) => format!("{scheme}://{name}{rest}"),
        _ => address.to_owned(),
    }
}

/// Signs as the provider does.
#[cfg(test)]
pub(super) fn sign(secret: &str, address: &str, form: &Form) -> String {
    BASE64.encode(&mac(secret, address, form).expect("any key fits").finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";

    /// The vector that the provider publishes.
    const SIGNATURE: &str = "0/KCTR6DLpKmkAf8muzZqo1nDgQ=";

    fn form(digits: &str) -> Vec<(String, String)> {
        let fields = [
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+12349013030"),
            ("Digits", digits),
            ("From", "+12349013030"),
            ("To", "+18005551212"),
        ];
        fields.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
    }

    #[test]
    fn the_published_vector_is_genuine_in_any_order_of_its_fields() {
        let mut form = form("1234");
        assert!(is_genuine("12345", ADDRESS, &form, SIGNATURE));
        form.reverse();
        assert!(is_genuine("12345", ADDRESS, &form, SIGNATURE));
    }

    #[test]
    fn nothing_may_be_changed() {
        let genuine = form("1234");
        assert!(!is_genuine("12346", ADDRESS, &genuine, SIGNATURE), "the secret");
        assert!(!is_genuine("12345", &ADDRESS.replace("bar", "baz"), &genuine, SIGNATURE), "the address");
        assert!(!is_genuine("12345", ADDRESS, &form("1235"), SIGNATURE), "a value");
        assert!(!is_genuine("12345", ADDRESS, &genuine[1..], SIGNATURE), "a field left out");
        for signature in ["", "x", "0/KCTR6DLpKmkAf8muzZqo1nDgA=", "0/KCTR6DLpKm"] {
            assert!(!is_genuine("12345", ADDRESS, &genuine, signature), "{signature:?}");
        }
    }

    #[test]
    fn the_usual_port_may_be_in_the_address_or_not() {
        let form = form("1");
        for (signed, seen) in [
            ("https://a.example/x?y=1", "https://a.example:443/x?y=1"),
            ("https://a.example:443/x", "https://a.example/x"),
        ] {
            assert!(is_genuine("12345", seen, &form, &sign("12345", signed, &form)), "{signed}");
        }
    }
}
