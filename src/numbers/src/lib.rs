//! Telephone numbers: what people write becomes a number that can be called, or a reason why not.
//!
//! Pure, like `domain`: no I/O, no clock. The assistant judges what was typed; the service checks again what arrives.
//! Not here: the policy (`domain`), words (`assets/locales`), and calls.

mod classes;
mod format;
mod library;
mod reading;
mod regions;

pub use domain::NumberProblem;
pub use format::format_number;
pub use regions::{OfferedRegion, calling_code, matches_search, offered_regions};

use domain::{NumberClass, NumberRule, PhoneNumber, Region};

use crate::classes::{UNITED_KINGDOM, class_of, class_of_region, is_of_the_world};
use crate::library::{Found, LineType};

/// What somebody typed, judged by the policy. `region` is the one chosen in the list: how numbers without `+` are
/// dialled.
pub fn judge(typed: &str, region: Region, rule: &NumberRule) -> Result<PhoneNumber, NumberProblem> {
    let written = reading::read(typed)?;
    let found = Found::read(&written.dialled, Some(region))?;
    let digits = found.digits();
    let number =
        PhoneNumber::new(&digits, &written.extension).ok_or(if digits.len() > domain::NUMBER_DIGITS {
            NumberProblem::TooLong
        } else {
            NumberProblem::TooShort
        })?;
    check(&number, rule)?;
    Ok(number)
}

/// Whether a number counts: its class, its country, the policy's refused numbers, its extension.
pub fn check(number: &PhoneNumber, rule: &NumberRule) -> Result<(), NumberProblem> {
    let found = Found::exactly(number).ok_or(NumberProblem::Impossible)?;
    let class = class_of(&found);
    let code = found.calling_code();
    if !is_of_the_world(code) && !is_code_offered(code, rule) {
        return Err(NumberProblem::OtherCountry);
    }
    if let Some(class) = class.filter(|class| !is_named(*class, rule)) {
        return Err(NumberProblem::Class(class));
    }
    let line_type = found.line_type();
    is_whole(&found, line_type)?;
    if !is_of_a_region(&found, class, rule) {
        return Err(NumberProblem::OtherCountry);
    }
    if rule.refused.iter().any(|beginning| number.e164().starts_with(beginning.as_str())) {
        return Err(NumberProblem::Switchboard);
    }
    if number.extension().is_empty() {
        return Ok(());
    }
    if line_type == LineType::Mobile || class == Some(NumberClass::Satellite) {
        return Err(NumberProblem::ExtensionOnMobile);
    }
    if rule.extensions { Ok(()) } else { Err(NumberProblem::ExtensionNotAllowed) }
}

/// Whether any number with this calling code counts.
fn is_code_offered(code: u16, rule: &NumberRule) -> bool {
    let is_place_named = || {
        let places = [NumberClass::Jersey, NumberClass::Guernsey, NumberClass::IsleOfMan];
        places.iter().any(|place| rule.also.contains(place))
    };
    rule.regions.iter().any(|region| calling_code(*region) == Some(code))
        || code == UNITED_KINGDOM && is_place_named()
}

/// Whether the policy names the class, or the place that the class is.
fn is_named(class: NumberClass, rule: &NumberRule) -> bool {
    rule.also.contains(&class) || rule.regions.iter().any(|region| class_of_region(*region) == Some(class))
}

/// Whether there is such a number; too short, too long or impossible if not.
fn is_whole(found: &Found, line_type: LineType) -> Result<(), NumberProblem> {
    if line_type != LineType::None {
        return Ok(());
    }
    found.length()?;
    // Lengths that only some numbers here have: 0800 1111, and 01 with nine digits.
    match found.national().len() {
        ..10 if found.calling_code() == UNITED_KINGDOM => Err(NumberProblem::TooShort),
        _ => Err(NumberProblem::Impossible),
    }
}

/// Whether it is of a region that the policy offers. A class that is named brings its numbers with it where it is a
/// place or the sky.
fn is_of_a_region(found: &Found, class: Option<NumberClass>, rule: &NumberRule) -> bool {
    match class {
        Some(
            NumberClass::Jersey | NumberClass::Guernsey | NumberClass::IsleOfMan | NumberClass::Satellite,
        ) => true,
        Some(
            NumberClass::Freephone
            | NumberClass::Internet
            | NumberClass::Personal
            | NumberClass::Pager
            | NumberClass::SharedCost
            | NumberClass::Premium
            | NumberClass::DirectoryEnquiries,
        )
        | None => found.region().is_some_and(|region| rule.regions.contains(&region)),
    }
}

#[cfg(test)]
mod tests;
