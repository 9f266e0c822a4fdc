//! Formats a number for its owner, on the page where it was typed.
//!
//! The word for "extension" comes from the texts.

use domain::{PhoneNumber, Region};
use zeroize::Zeroizing;

use crate::library::{self, Found};

/// Formats a number as `region` writes its own ("07700 900123"), or with `+` when it belongs elsewhere ("+353 1 234
/// 5678"). An extension follows `extension_word`: "01632 960001 extension 21".
///
/// [`judge`](crate::judge()) reads the text as the same number.
pub fn format_number(number: &PhoneNumber, region: Region, extension_word: &str) -> Zeroizing<String> {
    let Some(found) = Found::exactly(number) else {
        return with_extension(&number.e164(), number, extension_word);
    };
    if library::calling_code(region) == Some(found.calling_code()) {
        let at_home = with_extension(&found.national_form(), number, extension_word);
        // Some countries write their own numbers with fewer digits than reading needs.
        if is_read_as(&at_home, number, region) {
            return at_home;
        }
    }
    with_extension(&found.international_form(), number, extension_word)
}

/// Whether a text is read as this number.
fn is_read_as(text: &str, number: &PhoneNumber, region: Region) -> bool {
    let Ok(written) = crate::reading::read(text) else { return false };
    let found = Found::read(&written.dialled, Some(region));
    *written.extension == number.extension() && found.is_ok_and(|found| *found.digits() == *number.digits())
}

fn with_extension(text: &str, number: &PhoneNumber, extension_word: &str) -> Zeroizing<String> {
    let mut shown = Zeroizing::new(String::with_capacity(text.len() + extension_word.len() + 9));
    shown.push_str(text);
    if !number.extension().is_empty() {
        shown.extend([" ", extension_word, " ", number.extension()]);
    }
    shown
}
