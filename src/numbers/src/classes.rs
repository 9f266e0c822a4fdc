//! The classes of numbers: a table of our own for +44, and the library's line types for other countries.
//!
//! The policy says which classes are accepted.

use domain::{NumberClass, Region};

use crate::library::{Found, LineType};

/// The calling code that the United Kingdom shares with Jersey, Guernsey and the Isle of Man.
pub(crate) const UNITED_KINGDOM: u16 = 44;

/// Beginnings after +44 and their classes. The longest that fits decides. A number that fits none is 01, 02, 03 or 07 of
/// the United Kingdom, or does not exist. A test compares the table with the library's plan.
const CLASSES: &[(&str, NumberClass)] = &[
    ("118", NumberClass::DirectoryEnquiries),
    ("1481", NumberClass::Guernsey),
    ("1534", NumberClass::Jersey),
    ("1624", NumberClass::IsleOfMan),
    ("500", NumberClass::Freephone),
    ("55", NumberClass::Internet),
    ("56", NumberClass::Internet),
    ("70", NumberClass::Personal),
    ("74576", NumberClass::IsleOfMan),
    ("7509", NumberClass::Jersey),
    ("7524", NumberClass::IsleOfMan),
    ("76", NumberClass::Pager),
    ("7624", NumberClass::IsleOfMan),
    ("77003", NumberClass::Jersey),
    ("77007", NumberClass::Jersey),
    ("77008", NumberClass::Jersey),
    ("7781", NumberClass::Guernsey),
    ("7797", NumberClass::Jersey),
    ("7829", NumberClass::Jersey),
    ("7839", NumberClass::Guernsey),
    ("79111", NumberClass::Guernsey),
    ("79117", NumberClass::Guernsey),
    ("7924", NumberClass::IsleOfMan),
    ("7937", NumberClass::Jersey),
    ("800", NumberClass::Freephone),
    ("808", NumberClass::Freephone),
    ("84", NumberClass::SharedCost),
    ("87", NumberClass::SharedCost),
    ("9", NumberClass::Premium),
];

/// Calling codes that belong to no country, and their classes (ITU-T E.164, country code assignments).
const WORLD: &[(u16, NumberClass)] = &[
    (800, NumberClass::Freephone),
    (808, NumberClass::SharedCost),
    (870, NumberClass::Satellite),
    (878, NumberClass::Personal),
    (881, NumberClass::Satellite),
    (882, NumberClass::Satellite),
    (883, NumberClass::Satellite),
    (979, NumberClass::Premium),
];

/// Whether a calling code belongs to no country.
pub(crate) fn is_of_the_world(code: u16) -> bool {
    WORLD.iter().any(|(world, _)| *world == code)
}

/// The class of a number. `None` for usual numbers, and for a number that is too short or too long for its class.
pub(crate) fn class_of(found: &Found) -> Option<NumberClass> {
    let code = found.calling_code();
    if let Some((_, class)) = WORLD.iter().find(|(world, _)| *world == code) {
        return Some(*class);
    }
    if code == UNITED_KINGDOM {
        return class_in_table(&found.national()).or_else(|| class_of_region(found.region()?));
    }
    match found.line_type() {
        LineType::Freephone => Some(NumberClass::Freephone),
        LineType::Premium => Some(NumberClass::Premium),
        // Other countries often charge a company's one number as a service.
        LineType::SharedCost | LineType::Company => Some(NumberClass::SharedCost),
        LineType::Personal => Some(NumberClass::Personal),
        LineType::Pager => Some(NumberClass::Pager),
        LineType::Internet => Some(NumberClass::Internet),
        LineType::Land | LineType::Mobile | LineType::LandOrMobile | LineType::None => None,
    }
}

fn class_in_table(national: &str) -> Option<NumberClass> {
    let fitting = CLASSES.iter().filter(|(beginning, _)| national.starts_with(beginning));
    let (beginning, class) = fitting.max_by_key(|(beginning, _)| beginning.len())?;
    let is_whole = match *class {
        // 0118 is also the area code of Reading; the length tells the two apart.
        NumberClass::DirectoryEnquiries => national.len() == 6,
        NumberClass::Freephone => {
            matches!(national.len(), 9 | 10) || (*beginning == "800" && national.len() == 7)
        }
        NumberClass::SharedCost => matches!(national.len(), 7 | 10),
        NumberClass::Internet
        | NumberClass::Personal
        | NumberClass::Pager
        | NumberClass::Premium
        | NumberClass::Jersey
        | NumberClass::Guernsey
        | NumberClass::IsleOfMan
        | NumberClass::Satellite => national.len() == 10,
    };
    is_whole.then_some(*class)
}

/// The class of a region under +44 that is not the United Kingdom.
pub(crate) fn class_of_region(region: Region) -> Option<NumberClass> {
    match region.as_str() {
        "JE" => Some(NumberClass::Jersey),
        "GG" => Some(NumberClass::Guernsey),
        "IM" => Some(NumberClass::IsleOfMan),
        _ => None,
    }
}
