//! The kinds of alerts, by the names of their audit rows, and what each means in plain words.
//!
//! Not here: commands and settings that help, which the programs add.

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertKind {
    /// A person said that a sign-in was not theirs.
    SignInNotMine,
    /// Somebody with a code said that they are not its person.
    NotMe,
    /// Somebody finished a second time with one code.
    EnrolmentSecondPost,
    /// An enrolment was sent twice with different contents.
    EnrolmentConflict,
    /// A person's daily limit of wrong codes from outside is reached.
    SignInGuessed,
    /// Within an hour more people than the policy's limit were refused from outside.
    ManyPeopleGuessed,
    /// So many enrolment codes were wrong that an address, a school or all outside have to wait.
    CodesGuessed,
    /// Somebody tried to sign in at a station that was revoked.
    StationRefused,
    /// More than two people have set up one number.
    NumberShared,
    /// Most of the day's calls are used up.
    CallsNearlyUsedUp,
    /// The store is a backup that was put in place.
    Restored,
}

impl AlertKind {
    /// All kinds.
    pub const ALL: [Self; 11] = [
        Self::SignInNotMine,
        Self::NotMe,
        Self::EnrolmentSecondPost,
        Self::EnrolmentConflict,
        Self::SignInGuessed,
        Self::ManyPeopleGuessed,
        Self::CodesGuessed,
        Self::StationRefused,
        Self::NumberShared,
        Self::CallsNearlyUsedUp,
        Self::Restored,
    ];

    /// A stable name. The audit's rows have the same.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignInNotMine => "sign-in-not-mine",
            Self::NotMe => "not-me",
            Self::EnrolmentSecondPost => "enrolment-second-post",
            Self::EnrolmentConflict => "enrolment-conflict",
            Self::SignInGuessed => "sign-in-guessed",
            Self::ManyPeopleGuessed => "many-people-guessed",
            Self::CodesGuessed => "codes-guessed",
            Self::StationRefused => "station-refused",
            Self::NumberShared => "number-shared",
            Self::CallsNearlyUsedUp => "calls-nearly-used-up",
            Self::Restored => "restored",
        }
    }

    /// The kind with a name; `None` for an audit row that is no alert.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What happened, and what it asks of people.
    pub const fn text(self) -> &'static str {
        match self {
            Self::SignInNotMine => {
                "Somebody says that a sign-in was not theirs: their password is known to another. Calls and sign-ins from outside are stopped for them."
            }
            Self::NotMe => {
                "Somebody typed an enrolment code and said that they are not its person: find out who has it."
            }
            Self::EnrolmentSecondPost => {
                "Somebody finished a second time with one enrolment code. It was refused: find out who has the code."
            }
            Self::EnrolmentConflict => {
                "An enrolment was posted twice with different contents. The second was refused."
            }
            Self::SignInGuessed => {
                "A day's limit of wrong codes came for one person from outside, after their password was right: have them change it. Nothing is locked; at school all goes on, and outside it goes on tomorrow."
            }
            Self::ManyPeopleGuessed => {
                "Within an hour wrong codes came from outside for more people than the policy allows, each after a right password, and no right code since. Somebody may be going through your staff. The audit's rows of this hour that say code-refused have the people: have them change their passwords. Nobody is kept out. If hardly any code is right, look at this computer's clock first."
            }
            Self::CodesGuessed => {
                "Many wrong enrolment codes came from one address, one school or all outside together, which now have to wait. The audit has the addresses. At a school it may be a class of people who misread their codes."
            }
            Self::StationRefused => {
                "Somebody tried to sign in at a station that you revoked, and was refused. If it was lost or stolen, that is where it is in use: the audit's row has its address."
            }
            Self::NumberShared => "More than two people have set up one phone number: ask them.",
            Self::CallsNearlyUsedUp => "Most of the day's calls are used up: find out who asks.",
            Self::Restored => {
                "The store was put back from a backup: what was done since that was made is undone. If it was not you, find out who has the backups. Do again what must stay done: codes and clients revoked, people erased or left, keys refused."
            }
        }
    }
}
