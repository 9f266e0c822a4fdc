//! The number library: a port of Google's libphonenumber with the numbering plans of all countries. Only this file names
//! it.
//!
//! It takes digits with or without `+`; `reading` parses everything else. Ofcom's numbers for drama count as existing
//! here: no plan has them, and every example uses them.

use domain::{NumberProblem, PhoneNumber, Region};
use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumberFormat, PhoneNumberType, Region as Plan,
    ValidationError, get_national_significant_number_owned,
};
use zeroize::Zeroizing;

/// The type of line that a number reaches, as far as the numbering plan of its country says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineType {
    Land,
    Mobile,
    /// A landline or a mobile: some plans, as that of North America, do not tell them apart.
    LandOrMobile,
    Freephone,
    Premium,
    SharedCost,
    Personal,
    Pager,
    Internet,
    /// One number for a whole company: 03 and 055 in the United Kingdom, often dearer elsewhere.
    Company,
    /// No line: the plan has no such number.
    None,
}

/// A number as the library reads it. It may be one that does not exist.
pub(crate) struct Found {
    inner: rlibphonenumber::PhoneNumber,
}

impl Found {
    /// Reads digits as they are dialled in `region`, or `+` and digits.
    pub(crate) fn read(dialled: &str, region: Option<Region>) -> Result<Self, NumberProblem> {
        let inner =
            PHONE_NUMBER_UTIL.parse(dialled, region.and_then(plan)).map_err(|problem| match problem {
                ParseError::InvalidCountryCode => NumberProblem::Impossible,
                ParseError::TooLongNsn => NumberProblem::TooLong,
                ParseError::NotANumber(_) | ParseError::TooShortAfterIdd | ParseError::TooShortNsn => {
                    NumberProblem::TooShort
                }
            })?;
        Ok(Self { inner })
    }

    /// Reads a number of `domain`. `None` when the library would dial other digits, as for `+44 0...`.
    pub(crate) fn exactly(number: &PhoneNumber) -> Option<Self> {
        let found = Self::read(&number.e164(), None).ok()?;
        (*found.digits() == *number.digits()).then_some(found)
    }

    /// The digits after the `+`.
    pub(crate) fn digits(&self) -> Zeroizing<String> {
        let e164 =
            Zeroizing::new(PHONE_NUMBER_UTIL.format(&self.inner, PhoneNumberFormat::E164).into_owned());
        Zeroizing::new(e164.trim_start_matches('+').to_owned())
    }

    /// The calling code of the country; 0 when it does not fit into 16 bits.
    pub(crate) fn calling_code(&self) -> u16 {
        u16::try_from(self.inner.country_code).unwrap_or(0)
    }

    /// The digits after the calling code.
    pub(crate) fn national(&self) -> Zeroizing<String> {
        Zeroizing::new(get_national_significant_number_owned(&self.inner))
    }

    /// The region whose plan has the number. `None` when no plan has it, and for numbers of no region, as satellites'.
    pub(crate) fn region(&self) -> Option<Region> {
        if self.is_for_drama() {
            return Some(Region::GB);
        }
        Region::new(PHONE_NUMBER_UTIL.get_region_for_number(&self.inner)?.as_region_str().as_str())
    }

    /// The type of line that it reaches.
    pub(crate) fn line_type(&self) -> LineType {
        if self.is_for_drama() {
            return if self.national().starts_with('7') { LineType::Mobile } else { LineType::Land };
        }
        match PHONE_NUMBER_UTIL.get_number_type(&self.inner) {
            PhoneNumberType::FixedLine => LineType::Land,
            PhoneNumberType::Mobile => LineType::Mobile,
            PhoneNumberType::FixedLineOrMobile => LineType::LandOrMobile,
            PhoneNumberType::TollFree => LineType::Freephone,
            PhoneNumberType::PremiumRate => LineType::Premium,
            PhoneNumberType::SharedCost => LineType::SharedCost,
            PhoneNumberType::PersonalNumber => LineType::Personal,
            PhoneNumberType::Pager => LineType::Pager,
            PhoneNumberType::VoIP => LineType::Internet,
            PhoneNumberType::UAN => LineType::Company,
            PhoneNumberType::VoiceMail | PhoneNumberType::Unknown => LineType::None,
        }
    }

    /// Checks that numbers of the country can have so many digits. The error is too short, too long or impossible.
    pub(crate) fn length(&self) -> Result<(), NumberProblem> {
        match PHONE_NUMBER_UTIL.is_possible_number_with_reason(&self.inner) {
            Ok(NumberLengthType::IsPossible) => Ok(()),
            // Digits as they are dialled within the town.
            Ok(NumberLengthType::IsPossibleLocalOnly) => Err(NumberProblem::TooShort),
            Err(ValidationError::TooLong) => Err(NumberProblem::TooLong),
            Err(ValidationError::TooShort | ValidationError::InvalidLength) => Err(NumberProblem::TooShort),
            Err(ValidationError::InvalidCountryCode) => Err(NumberProblem::Impossible),
        }
    }

    /// The number as its own country writes it.
    pub(crate) fn national_form(&self) -> Zeroizing<String> {
        Zeroizing::new(PHONE_NUMBER_UTIL.format(&self.inner, PhoneNumberFormat::National).into_owned())
    }

    /// The number as other countries write it, with `+`.
    pub(crate) fn international_form(&self) -> Zeroizing<String> {
        Zeroizing::new(PHONE_NUMBER_UTIL.format(&self.inner, PhoneNumberFormat::International).into_owned())
    }

    /// Whether Ofcom reserves it for drama: 07700 900000 to 900999 and 01632 960000 to 960999.
    fn is_for_drama(&self) -> bool {
        self.inner.country_code == 44 && matches!(self.inner.national_number / 1_000, 7_700_900 | 1_632_960)
    }
}

/// The calling code of a region. `None` if there is no such region.
pub(crate) fn calling_code(region: Region) -> Option<u16> {
    u16::try_from(PHONE_NUMBER_UTIL.get_country_code_for_region(plan(region)?)?).ok()
}

fn plan(region: Region) -> Option<Plan> {
    Plan::from_code(region.as_str()).ok()
}
