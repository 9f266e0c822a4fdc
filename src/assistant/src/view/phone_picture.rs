//! A picture of a phone as data: which phone, what its screen shows, and the words on it.
//!
//! Not here: what it looks like (`assets/phone`), and the digits to press on a call, which only the keeper knows.

/// Drawn phones, from left to right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phones {
    /// One, or two that follow each other.
    pub pictures: Vec<PhonePicture>,
    /// What they show, for a screen reader.
    pub alt: String,
    /// Words under them.
    pub caption: Option<Caption>,
}

/// Words under drawn phones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caption {
    /// About the drawing: without it they mean nothing.
    Drawing(String),
    /// What to do: they count without the drawing as well.
    Advice(String),
}

impl Caption {
    /// The words.
    pub fn words(&self) -> &str {
        match self {
            Self::Drawing(words) | Self::Advice(words) => words,
        }
    }
}

/// A drawn phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhonePicture {
    /// Whose phone it looks like.
    pub device: Device,
    /// What its screen shows.
    pub screen: PhoneScreen,
}

/// Whose phone a picture looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// An iPhone.
    IPhone,
    /// A phone with Android.
    Android,
    /// Any phone: the person is not sure which they have.
    Any,
}

/// What the screen of a drawn phone shows, with its words as the policy has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhoneScreen {
    /// The app's page in the store.
    Store {
        /// The app's name.
        app: String,
        /// Who publishes it.
        publisher: String,
        /// What the store's button says.
        button: String,
    },
    /// The app, with the plus sign to select.
    Plus {
        /// The app's name.
        app: String,
    },
    /// The app's question for a kind of account, and its button to scan.
    AccountType {
        /// The kind to select.
        account_type: String,
        /// What the button to scan says.
        scan: String,
    },
    /// The camera over a square, and what comes of it.
    Camera {
        /// What the app calls it.
        scan: String,
        /// "Then you see".
        then: String,
        /// The account as the app names it.
        trust: String,
    },
    /// The six digits, with the ring that runs out.
    Code {
        /// The app's name.
        app: String,
        /// The account as the app names it.
        trust: String,
    },
    /// The six digits, with the tick of a test that was passed.
    RightCode {
        /// The app's name.
        app: String,
        /// The account as the app names it.
        trust: String,
    },
    /// A call that comes in.
    IncomingCall {
        /// "Incoming call".
        calling: String,
        /// Who calls, as the phone shows it.
        caller: String,
        /// The button that answers.
        accept: String,
        /// The button that does not.
        decline: String,
    },
    /// The keypad of a call.
    Keypad {
        /// "On a call".
        call: String,
    },
}
