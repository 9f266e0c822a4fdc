//! The otpauth link that the QR code carries.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::{Label, TotpSecret};

/// Every byte but the unreserved characters of RFC 3986, section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The longest link: two labels of 64 characters, each of up to 12 bytes when encoded, three times in all. A buffer that
/// never grows leaves no copy of the secret behind.
const LONGEST: usize = 3 * 64 * 12 + 128;

/// The link in the QR code (Google Authenticator, Key Uri Format). The issuer stands before the account and again as a
/// parameter, since apps differ in which of the two they read.
pub fn otpauth_uri(secret: &TotpSecret, issuer: &Label, account: &Label) -> Zeroizing<String> {
    let key = Zeroizing::new(data_encoding::BASE32_NOPAD.encode(secret.bytes()));
    let [issuer, account] =
        [issuer, account].map(|label| utf8_percent_encode(label.as_str(), RESERVED).to_string());
    let mut uri = Zeroizing::new(String::with_capacity(LONGEST));
    let parameters = "&algorithm=SHA1&digits=6&period=30";
    uri.extend([
        "otpauth://totp/",
        &issuer,
        ":",
        &account,
        "?secret=",
        &key,
        "&issuer=",
        &issuer,
        parameters,
    ]);
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_is_encoded_and_names_what_every_app_honours() {
        let issuer = Label::new("Oaktree Learning Trust").expect("a label");
        let account = Label::new("siân+1@elm.example").expect("a label");
        assert_eq!(
            *otpauth_uri(&TotpSecret::from_bytes(b"12345678901234567890"), &issuer, &account),
            "otpauth://totp/Oaktree%20Learning%20Trust:si%C3%A2n%2B1%40elm.example\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Oaktree%20Learning%20Trust\
             &algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn the_longest_link_fits_without_growing() {
        let longest = Label::new(&"\u{10000}".repeat(64)).expect("a label");
        let uri = otpauth_uri(&TotpSecret::from_bytes(&[0xff; 20]), &longest, &longest);
        assert!(uri.len() <= LONGEST && uri.capacity() == LONGEST, "{} of {}", uri.len(), uri.capacity());
    }
}
