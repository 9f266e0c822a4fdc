//! Judges a typed number by the profile, and checks a number that arrives by the policy.

use domain::{NumberClass, NumberProblem, NumberRule, PhoneNumber, ProfileNumbers, Region};

use crate::classes::{UNITED_KINGDOM, class_of, class_of_region, is_of_the_world};
use crate::library::{Found, LineType};
use crate::reading;
use crate::regions::calling_code;

/// Reads a typed number and judges it by the profile. `region` is the one that the person chose in the list; a number
/// without `+` is read as it is dialled there.
///
/// ```
/// use domain::{NumberProblem, ProfileNumbers, Region};
/// use numbers::judge;
///
/// let rule = ProfileNumbers::default();
/// let number = judge("(07700) 900 123", Region::GB, &rule)?;
/// assert_eq!(*number.e164(), "+447700900123");
/// assert_eq!(judge("07700 900", Region::GB, &rule), Err(NumberProblem::TooShort));
/// assert_eq!(judge("+353 1 234 5678", Region::GB, &rule), Err(NumberProblem::OtherCountry));
/// # Ok::<(), NumberProblem>(())
/// ```
pub fn judge(typed: &str, region: Region, rule: &ProfileNumbers) -> Result<PhoneNumber, NumberProblem> {
    let written = reading::read(typed)?;
    let found = Found::read(&written.dialled, Some(region))?;
    let digits = found.digits();
    let number =
        PhoneNumber::new(&digits, &written.extension).ok_or(if digits.len() > domain::NUMBER_DIGITS {
            NumberProblem::TooLong
        } else {
            NumberProblem::TooShort
        })?;
    judge_read(&number, rule)?;
    Ok(number)
}

/// Checks a number against the policy. It accepts what [`judge`] accepts by the policy's profile, but for the refused
/// numbers, which assistants do not know. So the service can check what an assistant sends.
pub fn check(number: &PhoneNumber, rule: &NumberRule) -> Result<(), NumberProblem> {
    judge_read(number, &rule.profile())?;
    if rule.refused.iter().any(|beginning| number.e164().starts_with(beginning.as_str())) {
        return Err(NumberProblem::Switchboard);
    }
    Ok(())
}

/// Judges a number that was read: its country, its class, its extension.
fn judge_read(number: &PhoneNumber, rule: &ProfileNumbers) -> Result<(), NumberProblem> {
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
    if number.extension().is_empty() {
        return Ok(());
    }
    if line_type == LineType::Mobile || class == Some(NumberClass::Satellite) {
        return Err(NumberProblem::ExtensionOnMobile);
    }
    if rule.extensions { Ok(()) } else { Err(NumberProblem::ExtensionNotAllowed) }
}

/// Whether the profile accepts any number with this calling code.
fn is_code_offered(code: u16, rule: &ProfileNumbers) -> bool {
    let is_place_named = || {
        let places = [NumberClass::Jersey, NumberClass::Guernsey, NumberClass::IsleOfMan];
        places.iter().any(|place| rule.also.contains(place))
    };
    rule.regions.iter().any(|region| calling_code(*region) == Some(code))
        || code == UNITED_KINGDOM && is_place_named()
}

/// Whether the profile names the class itself, or the region that the class stands for.
fn is_named(class: NumberClass, rule: &ProfileNumbers) -> bool {
    rule.also.contains(&class) || rule.regions.iter().any(|region| class_of_region(*region) == Some(class))
}

/// Checks that the numbering plan has such a number. The error is too short, too long or impossible.
fn is_whole(found: &Found, line_type: LineType) -> Result<(), NumberProblem> {
    if line_type != LineType::None {
        return Ok(());
    }
    found.length()?;
    // Only some numbers of the United Kingdom have fewer than 10 digits: 0800 1111, and 01 with nine.
    match found.national().len() {
        ..10 if found.calling_code() == UNITED_KINGDOM => Err(NumberProblem::TooShort),
        _ => Err(NumberProblem::Impossible),
    }
}

/// Whether the number belongs to a region that the profile offers. Jersey, Guernsey, the Isle of Man and satellites are
/// classes of their own, so the profile accepts them by naming the class.
fn is_of_a_region(found: &Found, class: Option<NumberClass>, rule: &ProfileNumbers) -> bool {
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
