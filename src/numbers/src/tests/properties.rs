//! What holds for every text, not only for those of the table.

use domain::{NumberClass, NumberProblem, NumberRule, PhoneNumber, ProfileNumbers, Region};
use proptest::prelude::*;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType};

use super::{CLASSES, region};
use crate::classes::class_of;
use crate::library::{Found, LineType};
use crate::{check, format_number, judge};

/// Beginnings behind +44 that are refused unless named: the list, not the table that is tested.
const REFUSED: &[&str] = &[
    "500", "55", "56", "70", "76", "800", "808", "84", "87", "9", "1481", "1534", "1624", "74576", "7509",
    "7524", "77003", "77007", "77008", "7781", "7797", "7829", "7839", "79111", "79117", "7924", "7937",
];

fn rules() -> Vec<NumberRule> {
    let everywhere =
        ["GB", "IE", "JE", "US", "FR", "DE", "IT", "PL", "IN", "BR", "MX", "AR", "NZ", "CN"].map(region);
    vec![
        NumberRule::default(),
        NumberRule {
            regions: everywhere.to_vec(),
            also: CLASSES.to_vec(),
            refused: Vec::new(),
            extensions: true,
        },
    ]
}

/// What is judged good counts for the service too, and what is shown of it is read as the same number.
fn is_kept(typed: &str, chosen: Region, rule: &NumberRule) -> Result<(), TestCaseError> {
    if let Ok(number) = judge(typed, chosen, &rule.profile()) {
        prop_assert_eq!(check(&number, rule), Ok(()));
        for chosen in rule.regions.iter().copied() {
            for word in ["extension", "estyniad"] {
                let again = judge(&format_number(&number, chosen, word), chosen, &rule.profile());
                prop_assert_eq!(again.as_ref(), Ok(&number));
            }
        }
        if *rule == NumberRule::default() {
            let usual = ["+441", "+442", "+443", "+447"];
            prop_assert!(usual.iter().any(|beginning| number.e164().starts_with(beginning)));
            prop_assert_eq!(number.extension(), "");
        }
    }
    Ok(())
}

/// Digits as somebody might write them.
fn written(digits: &str, separators: &[&str]) -> String {
    let mut separators = separators.iter().cycle();
    digits
        .chars()
        .flat_map(|digit| {
            [digit.to_string(), separators.next().map_or("", |character| *character).to_owned()]
        })
        .collect()
}

fn separator() -> impl Strategy<Value = &'static str> {
    let separators = ["", "", "", "", " ", "-", ".", "(", ")", " - ", "\u{a0}", "\u{200b}"];
    prop::sample::select(separators.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_too_odd(typed in any::<String>()) {
        for rule in rules() {
            is_kept(&typed, Region::GB, &rule)?;
        }
    }

    #[test]
    fn no_text_that_is_nearly_a_number_is_too_odd(
        typed in "(tel:|\\+|00|0|\\+44|\\(0\\)|０)?[0-9 ０-９oO()./,;#xX+-]{0,20}(ext|x|#|,|or|/)?[0-9 ]{0,9}",
        chosen in 0_usize..14,
    ) {
        for rule in rules() {
            let chosen = rule.regions.get(chosen).copied().unwrap_or(Region::GB);
            is_kept(&typed, chosen, &rule)?;
        }
    }

    #[test]
    fn a_refused_class_never_comes_out_however_it_is_written(
        beginning in prop::sample::select(REFUSED.to_vec()),
        rest in "[0-9]{2,10}",
        before in prop::sample::select(vec![
            "", "0", "+44", "+440", "+44 (0)", "0044", "00440", "44", "440", "+0044", "+0", "O", "tel:+44", "０",
            "＋44", "(+44)", "(0)", "18002 0",
        ]),
        separators in prop::collection::vec(separator(), 5),
        behind in prop::sample::select(vec!["", " ext 21", "x1", ",1", " mobile", "/"]),
    ) {
        let typed = format!("{before}{}{behind}", written(&format!("{beginning}{rest}"), &separators));
        let rule = ProfileNumbers { extensions: true, ..ProfileNumbers::default() };
        prop_assert!(judge(&typed, Region::GB, &rule).is_err(), "{}", typed);
    }

    #[test]
    fn what_arrives_is_checked_like_what_is_typed(digits in "[1-9][0-9]{6,14}", uk in "44[0-9]{5,11}") {
        for rule in rules() {
            for digits in [&digits, &uk] {
                let number = PhoneNumber::new(digits, "").expect("digits");
                if check(&number, &rule).is_ok() {
                    let typed = judge(&number.e164(), Region::GB, &rule.profile());
                    prop_assert_eq!(typed.as_ref(), Ok(&number));
                }
            }
        }
    }
}

#[test]
fn a_number_with_a_zero_behind_the_country_code_does_not_arrive() {
    let rule = NumberRule::default();
    let number = |digits| PhoneNumber::new(digits, "").expect("digits");
    assert_eq!(check(&number("447700900123"), &rule), Ok(()));
    for digits in ["4407700900123", "44007700900123", "4409098790123"] {
        assert_eq!(check(&number(digits), &rule), Err(NumberProblem::Impossible), "{digits}");
    }
}

/// Every beginning of five digits: where the plan has a costly kind or another place, our table has it too.
#[test]
fn the_table_of_classes_knows_all_that_the_plan_knows() {
    let mut seen = 0;
    let mut wrong = Vec::new();
    for beginning in 10_000..100_000 {
        let found = Found::read(&format!("+44{beginning}12345"), None).expect("a possible number");
        let class = class_of(&found);
        let expected = match found.line_type() {
            LineType::Freephone => Some(NumberClass::Freephone),
            LineType::Personal => Some(NumberClass::Personal),
            LineType::Pager => Some(NumberClass::Pager),
            LineType::Internet => Some(NumberClass::Internet),
            LineType::Premium | LineType::SharedCost if beginning < 90_000 => Some(NumberClass::SharedCost),
            LineType::Premium | LineType::SharedCost => Some(NumberClass::Premium),
            LineType::Company if beginning / 10_000 == 5 => Some(NumberClass::Internet),
            LineType::Company | LineType::Land | LineType::Mobile | LineType::LandOrMobile => {
                match found.region().expect("a region").as_str() {
                    "JE" => Some(NumberClass::Jersey),
                    "GG" => Some(NumberClass::Guernsey),
                    "IM" => Some(NumberClass::IsleOfMan),
                    // The plan has it twice, and we take the dearer one.
                    _ if beginning / 10 == 7924 => Some(NumberClass::IsleOfMan),
                    _ => None,
                }
            }
            LineType::None => continue,
        };
        if class != expected {
            wrong.push(format!("{beginning}: {class:?}, not {expected:?}"));
        }
        seen += 1;
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(seen > 10_000, "{seen} beginnings are in use");
}

/// The kinds of which plans have examples.
const KINDS: [PhoneNumberType; 8] = [
    PhoneNumberType::FixedLine,
    PhoneNumberType::Mobile,
    PhoneNumberType::TollFree,
    PhoneNumberType::PremiumRate,
    PhoneNumberType::SharedCost,
    PhoneNumberType::VoIP,
    PhoneNumberType::PersonalNumber,
    PhoneNumberType::UAN,
];

/// The library's example of every kind in every region: what counts is shown at home and abroad, and read again.
#[test]
fn a_number_of_any_region_is_read_as_it_is_shown() {
    let (mut counted, mut at_home) = (0, 0);
    for plan in PHONE_NUMBER_UTIL.get_supported_regions() {
        let home = region(plan.as_region_str().as_str());
        let rule =
            ProfileNumbers { regions: vec![home], also: CLASSES.to_vec(), ..ProfileNumbers::default() };
        for kind in KINDS {
            let Ok(example) = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(plan, kind) else {
                continue;
            };
            let dialled = PHONE_NUMBER_UTIL.format(&example, PhoneNumberFormat::E164);
            let Ok(number) = judge(&dialled, home, &rule) else { continue };
            assert_eq!(*number.e164(), dialled);
            counted += 1;
            for chosen in [home, Region::GB, region("US")] {
                let shown = format_number(&number, chosen, "extension");
                assert_eq!(judge(&shown, chosen, &rule).as_ref(), Ok(&number), "{}", *shown);
                at_home += usize::from(chosen == home && !shown.starts_with('+'));
            }
        }
    }
    assert!(counted > 500 && at_home * 10 > counted * 9, "{at_home} of {counted} shown as at home");
}

/// Written at home it has too few digits for what stands behind them to be an extension.
#[test]
fn a_short_number_of_a_town_is_shown_with_its_extension_as_it_is_read() {
    let everywhere = &rules()[1];
    is_kept("(0)390000;0", region("DE"), everywhere).unwrap();
    let number = judge("(0)390000;0", region("DE"), &everywhere.profile()).unwrap();
    assert_eq!(*format_number(&number, region("DE"), "extension"), "+49 390000 extension 0");
}
