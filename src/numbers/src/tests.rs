//! The table of written forms, what holds for every text, and what is logged.

mod forms;
mod properties;
mod silence;

use domain::{NumberClass, Region};

fn region(letters: &str) -> Region {
    Region::new(letters).expect("two capital letters")
}

/// Every class.
const CLASSES: [NumberClass; 11] = [
    NumberClass::Freephone,
    NumberClass::Internet,
    NumberClass::Personal,
    NumberClass::Pager,
    NumberClass::SharedCost,
    NumberClass::Premium,
    NumberClass::DirectoryEnquiries,
    NumberClass::Jersey,
    NumberClass::Guernsey,
    NumberClass::IsleOfMan,
    NumberClass::Satellite,
];
