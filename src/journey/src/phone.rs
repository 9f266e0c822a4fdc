//! The person's phone, as they answered.

/// An answer on "Which phone do you have?".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneChoice {
    /// Apple.
    IPhone,
    /// Android.
    Android,
    /// "I am not sure".
    NotSure,
    /// "I do not have a smartphone".
    NoSmartphone,
}

/// The person's phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phone {
    /// Apple.
    IPhone,
    /// Android.
    Android,
    /// They do not know: both links are shown.
    NotSure,
}

impl Phone {
    /// The answer that a person gave, unless it was "no smartphone".
    pub fn of(choice: PhoneChoice) -> Option<Self> {
        match choice {
            PhoneChoice::IPhone => Some(Self::IPhone),
            PhoneChoice::Android => Some(Self::Android),
            PhoneChoice::NotSure => Some(Self::NotSure),
            PhoneChoice::NoSmartphone => None,
        }
    }
}

impl From<Phone> for PhoneChoice {
    fn from(phone: Phone) -> Self {
        match phone {
            Phone::IPhone => Self::IPhone,
            Phone::Android => Self::Android,
            Phone::NotSure => Self::NotSure,
        }
    }
}
