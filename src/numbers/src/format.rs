//! A number as it is shown to its owner, on the page where it was typed.
//!
//! Not here: the pages. The word for "extension" comes from the texts.

use domain::{PhoneNumber, Region};
use zeroize::Zeroizing;

use crate::library::{self, Found};

/// As it is written in `region` if it is of there ("07700 900123"), else as abroad ("+353 1 234 5678"). An extension
/// stands behind `extension_word`: "01632 960001 extension 21".
///
/// What is shown can be typed again: it is read as the same number.
pub fn format_number(number: &PhoneNumber, region: Region, extension_word: &str) -> Zeroizing<String> {
    let Some(found) = Found::exactly(number) else {
        return with_extension(&number.e164(), number, extension_word);
    };
    if library::calling_code(region) == Some(found.calling_code()) {
        let at_home = with_extension(&found.national_form(), number, extension_word);
        // Some countries write a number at home with fewer digits than it needs.
        if is_read_as(&at_home, number, region) {
            return at_home;
        }
    }
    with_extension(&found.international_form(), number, extension_word)
}

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
