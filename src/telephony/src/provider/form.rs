//! The forms in the provider's callbacks (`application/x-www-form-urlencoded`).

use super::{callback::CallbackRefused, sid::is_sid};

/// A form's fields in the order in which they came.
pub(super) type Form = [(String, String)];

/// Reads a form. Every body is one.
pub(super) fn parse(body: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(body).into_owned().collect()
}

/// The first field with a name.
pub(super) fn field<'a>(form: &'a Form, name: &str) -> Option<&'a str> {
    form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// The provider's id of the call that a form is about.
pub(super) fn call_sid(form: &Form) -> Result<&str, CallbackRefused> {
    field(form, "CallSid").filter(|sid| is_sid(sid)).ok_or(CallbackRefused::Malformed)
}
