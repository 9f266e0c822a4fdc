//! The provider's signature on its callbacks (Twilio, "Webhooks security"): HMAC-SHA1 over our public address and the sorted
//! form, in base64.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use url::{Position, Url};

use super::form::Form;

/// Whether the provider signed this form and this address with `secret`.
pub(super) fn is_genuine(secret: &str, address: &str, form: &Form, signature: &str) -> bool {
    let Ok(signature) = BASE64.decode(signature.trim().as_bytes()) else {
        return false;
    };
    addresses_of(address)
        .iter()
        .any(|address| mac(secret, address, form).is_some_and(|mac| mac.verify_slice(&signature).is_ok()))
}

/// The ways in which the provider may write our address when it signs: as it is, with the port, and without it. Twilio
/// documents that it leaves the port out for https, and a proxy on the way may add the default port or remove it.
fn addresses_of(address: &str) -> Vec<String> {
    let mut addresses = vec![address.to_owned()];
    if let Ok(url) = Url::parse(address) {
        let (before, after) = (&url[..Position::AfterHost], &url[Position::AfterPort..]);
        addresses.push(format!("{before}{after}"));
        addresses.extend(url.port_or_known_default().map(|port| format!("{before}:{port}{after}")));
    }
    addresses
}

/// The HMAC-SHA1 (RFC 2104) over the address, then the names and values of the fields, sorted and not separated.
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

/// Signs as the provider does.
#[cfg(test)]
pub(super) fn sign(secret: &str, address: &str, form: &Form) -> String {
    BASE64.encode(&mac(secret, address, form).expect("any key fits").finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";

    /// The signature in the provider's documentation.
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
    fn the_published_test_vector_verifies_in_any_order_of_its_fields() {
        let mut form = form("1234");
        assert!(is_genuine("12345", ADDRESS, &form, SIGNATURE));
        form.reverse();
        assert!(is_genuine("12345", ADDRESS, &form, SIGNATURE));
    }

    #[test]
    fn any_change_makes_the_signature_wrong() {
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
    fn the_port_may_be_in_the_address_or_not() {
        let form = form("1");
        for (signed, seen) in [
            ("https://a.example/x?y=1", "https://a.example:443/x?y=1"),
            ("https://a.example:443/x", "https://a.example/x"),
            ("https://a.example/x", "https://a.example:8443/x"),
            ("https://[::1]/x?y=1", "https://[::1]:443/x?y=1"),
            ("https://[::1]:443/x", "https://[::1]/x"),
            ("https://[2001:db8::1]/x", "https://[2001:db8::1]:8443/x"),
            ("https://user:word@a.example/x", "https://user:word@a.example:443/x"),
            ("http://127.0.0.1:80/x", "http://127.0.0.1/x"),
        ] {
            assert!(is_genuine("12345", seen, &form, &sign("12345", signed, &form)), "{signed}");
        }
        for (signed, seen) in [
            ("https://[::1]:443/x", "https://[::2]:443/x"),
            ("https://a.example:8443/x", "https://a.example/x"),
            ("https://a.example/x", "http://a.example/x"),
            ("https://a.example/x", "https://a.example@b.example/x"),
            ("https://a.example/x", "https://a.example:443/y"),
        ] {
            assert!(!is_genuine("12345", seen, &form, &sign("12345", signed, &form)), "{signed} as {seen}");
        }
    }
}
