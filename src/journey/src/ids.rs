//! What stands for something that is held elsewhere: secrets, numbers, typed texts, questions.

/// A secret that the keeper holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretId(pub u32);

/// A telephone number that the keeper holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NumberId(pub u32);

/// A field that a person types in. The keeper holds its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldId {
    /// The one-use code from IT, on "Who are you?".
    EnrolmentCode,
    /// The six digits from the app, on "Test it".
    AppCode,
    /// The number, on "Your phone number".
    PhoneNumber,
    /// What is searched for in the list of regions.
    Region,
}

impl FieldId {
    /// Every one.
    pub const ALL: [Self; 4] =
        [FieldId::EnrolmentCode, FieldId::AppCode, FieldId::PhoneNumber, FieldId::Region];
}

/// Numbers what was asked, so that an answer to an older question can be told and dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Attempt(pub u32);
