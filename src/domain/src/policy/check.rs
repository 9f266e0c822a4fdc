//! The checks of a policy and of a profile that the types alone cannot make.

use super::{
    Answering, AuthenticatorApp, CodeRule, Help, Lifetimes, Limits, MethodRule, Policy, PolicyError, Profile,
    ProfileCalls, ProfileLifetimes, ProfileNumbers, ProfileSchool, Retention, Trust, Wanted,
    error::check_range, networks, phone,
};

/// The least contrast of white text (WCAG 2.2, criterion 1.4.3, level AA).
const LEAST_CONTRAST: f64 = 4.5;

impl Policy {
    /// Checks what the types alone cannot: ranges, duplicates, links, and names that must fit together. The error names
    /// the first wrong setting. The profile's settings come first.
    pub fn check(&self) -> Result<(), PolicyError> {
        self.profile().check()?;
        let Self {
            trust: _,
            go_live: _,
            help: _,
            sign_in: _,
            methods: _,
            app: _,
            no_smartphone: _,
            schools,
            codes,
            numbers,
            calls,
            limits,
            lifetimes,
            retention: _,
            answering,
        } = self;
        networks::check(schools)?;
        check_ranges(codes, limits, lifetimes)?;
        phone::check(numbers, calls, schools)?;
        check_answering(answering)
    }
}

impl Profile {
    /// Checks what the types alone cannot. The error names the first wrong setting, as the policy has it.
    pub fn check(&self) -> Result<(), PolicyError> {
        let Self {
            trust,
            go_live: _,
            help,
            sign_in,
            methods,
            app,
            no_smartphone: _,
            schools,
            codes: _,
            numbers,
            calls,
            lifetimes,
            retention,
        } = self;
        check_trust(trust)?;
        check_help(help)?;
        if sign_in.is_empty() {
            return wrong("sign_in", "expected at least one of: enrolment-code");
        }
        check_methods(methods)?;
        check_app(app)?;
        check_schools(schools)?;
        check_times(lifetimes, retention)?;
        check_phone(numbers, calls)
    }
}

fn wrong(setting: &str, problem: &str) -> Result<(), PolicyError> {
    Err(PolicyError::new(setting, problem))
}

fn check_trust(trust: &Trust) -> Result<(), PolicyError> {
    let Some(colour) = &trust.brand_colour else { return Ok(()) };
    match contrast_with_white(colour) {
        None => wrong("trust.brand_colour", "expected six hexadecimal digits, for example \"#0f385c\""),
        Some(ratio) if ratio < LEAST_CONTRAST => wrong(
            "trust.brand_colour",
            &format!(
                "white text on {colour} has a contrast of {ratio:.1}; expected a darker colour, at least 4.5"
            ),
        ),
        Some(_) => Ok(()),
    }
}

/// The pages say how the team is reached.
fn check_help(help: &Help) -> Result<(), PolicyError> {
    if help.phone.is_none() && help.email.is_none() {
        return wrong("help.phone", "expected a telephone number, or an address in help.email");
    }
    Ok(())
}

fn check_methods(methods: &[MethodRule]) -> Result<(), PolicyError> {
    if !methods.iter().any(|rule| rule.wanted == Wanted::Required) {
        return wrong("methods", "expected at least one method with wanted = \"required\"");
    }
    for (index, rule) in methods.iter().enumerate() {
        if methods.iter().take(index).any(|other| other.kind == rule.kind) {
            return wrong(&format!("methods[{index}].kind"), "this method is listed twice");
        }
    }
    Ok(())
}

fn check_app(app: &AuthenticatorApp) -> Result<(), PolicyError> {
    for (name, link) in [("iphone", &app.stores.iphone), ("android", &app.stores.android)] {
        let is_plain = link.starts_with("https://")
            && link.len() <= 300
            && link.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_plain {
            return wrong(&format!("app.stores.{name}"), "expected a link that begins with https://");
        }
    }
    Ok(())
}

fn check_schools(schools: &[ProfileSchool]) -> Result<(), PolicyError> {
    if schools.is_empty() {
        return wrong("schools", "expected at least one school");
    }
    for (index, school) in schools.iter().enumerate() {
        let id = &school.id.0;
        let is_plain = !id.is_empty()
            && id.len() <= 32
            && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !is_plain {
            return wrong(&format!("schools[{index}].id"), "expected 1 to 32 of a to z, 0 to 9 and -");
        }
        if schools.iter().take(index).any(|other| other.id == school.id) {
            return wrong(&format!("schools[{index}].id"), "two schools have this id");
        }
    }
    Ok(())
}

fn check_phone(numbers: &ProfileNumbers, calls: &ProfileCalls) -> Result<(), PolicyError> {
    if numbers.regions.is_empty() {
        return wrong("numbers.regions", "expected at least one region, for example [\"GB\"]");
    }
    if calls.caller_id.as_ref().is_some_and(|number| !phone::is_international(number, 7)) {
        return wrong("calls.caller_id", "expected + and digits, for example \"+441632960002\"");
    }
    check_range("calls.stopped_days", calls.stopped_days, 1, 365)
}

fn check_times(lifetimes: &ProfileLifetimes, retention: &Retention) -> Result<(), PolicyError> {
    let ranges = [
        ("lifetimes.grant_days", lifetimes.grant_days, 1, 90),
        ("lifetimes.resume_days", lifetimes.resume_days, 1, 60),
        ("retention.unused_grant_days", retention.unused_grant_days, 1, 365),
        ("retention.address_days", retention.address_days, 1, 730),
        ("retention.departed_days", retention.departed_days, 1, 365),
        ("retention.audit_days", retention.audit_days, 90, 3_650),
    ];
    ranges.into_iter().try_for_each(|(setting, value, least, most)| check_range(setting, value, least, most))
}

fn check_ranges(codes: &CodeRule, limits: &Limits, lifetimes: &Lifetimes) -> Result<(), PolicyError> {
    let ranges = [
        ("codes.lifetime_hours", codes.lifetime_hours, 1, 720),
        ("codes.redeems", codes.redeems, 1, 20),
        ("limits.code_failures_outside", limits.code_failures_outside, 3, 1_000),
        ("limits.code_failures_school", limits.code_failures_school, 10, 10_000),
        ("limits.code_failures_outside_total_hour", limits.code_failures_outside_total_hour, 10, 100_000),
        ("limits.verify_failures_outside_day", limits.verify_failures_outside_day, 5, 100),
        ("limits.verify_refused_people_outside_hour", limits.verify_refused_people_outside_hour, 3, 10_000),
        ("limits.verify_delay_first_secs", limits.verify_delay_first_secs, 1, 60),
        ("limits.verify_delay_longest_secs", limits.verify_delay_longest_secs, 1, 3_600),
        ("lifetimes.session_idle_minutes", lifetimes.session_idle_minutes, 5, 240),
        ("lifetimes.session_hours", lifetimes.session_hours, 1, 24),
    ];
    ranges.into_iter().try_for_each(|(setting, value, least, most)| check_range(setting, value, least, most))
}

fn check_answering(answering: &Answering) -> Result<(), PolicyError> {
    if (8 * 1024..=1024 * 1024).contains(&answering.body_limit_bytes) {
        return Ok(());
    }
    wrong("answering.body_limit_bytes", "expected 8192 to 1048576")
}

/// The contrast of white on `#rrggbb`: 1.0 to 21.0 (WCAG 2.2, "contrast ratio" and "relative luminance"). `None` for
/// another text.
fn contrast_with_white(colour: &str) -> Option<f64> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?) / 255.0;
        Some(if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) })
    };
    let luminance = 0.2126 * channel(0)? + 0.7152 * channel(2)? + 0.0722 * channel(4)?;
    Some(1.05 / (luminance + 0.05))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// White on pure colours and on the two greys round the limit, as other calculators give it.
    #[test]
    fn the_contrast_is_that_of_wcag() {
        let table = [
            ("#000000", 21.0),
            ("#ffffff", 1.0),
            ("#ff0000", 3.998),
            ("#008a00", 4.530),
            ("#0000ff", 8.592),
            ("#767676", 4.542),
            ("#777777", 4.478),
        ];
        for (colour, expected) in table {
            let ratio = contrast_with_white(colour).expect("a colour");
            assert!((ratio - expected).abs() < 0.001, "{colour}: {ratio}");
        }
        for wrong in ["", "#", "767676", "#76767", "#7676767", "#76767g", "#7676é"] {
            assert_eq!(contrast_with_white(wrong), None, "{wrong:?}");
        }
    }
}
