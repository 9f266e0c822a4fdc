//! What may not be said where it is not so: phrases, and where they are false.

use domain::{CodeWhere, MethodKind, SchoolsUnasked, Wanted};
use journey::{Page, Sent, State};

use super::trusts::Trust;
use crate::view::samples::Walk;
use crate::workstation::Mode;

/// Where something is read.
pub(super) struct Here<'a> {
    pub(super) trust: &'a Trust,
    pub(super) walk: &'a Walk,
}

/// Phrases that are false in some places.
pub(super) struct Rule {
    /// What is promised by them.
    pub(super) promise: &'static str,
    /// In small letters, each a run of whole words.
    pub(super) phrases: &'static [&'static str],
    /// Whether they are false here.
    pub(super) is_false: fn(&Here<'_>) -> bool,
    /// A text that is caught where they are false.
    pub(super) planted: &'static str,
}

/// Whether words stand in a text as whole words.
pub(super) fn holds(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let is_free = |near: Option<char>| near.is_none_or(|near| !near.is_alphanumeric());
        is_free(text[..at].chars().next_back()) && is_free(text[at + words.len()..].chars().next())
    })
}

impl Here<'_> {
    fn wants(&self, kind: MethodKind) -> Option<Wanted> {
        self.trust.wants(kind)
    }

    /// Whether a method is not offered, or was passed over on the way here.
    fn goes_without(&self, kind: MethodKind) -> bool {
        let later = match kind {
            MethodKind::AuthenticatorApp => Page::YourPhoneNumber,
            MethodKind::PhoneCall => Page::CheckAndSend,
        };
        let is_passed = self.walk.journey.facts().is_skipped(kind) && self.walk.journey.page() >= later;
        self.is_known() && (self.wants(kind).is_none() || is_passed)
    }

    /// Whether the policy is there.
    fn is_known(&self) -> bool {
        self.walk.journey.facts().profile.is_some()
    }

    fn is_accepted(&self) -> bool {
        matches!(self.walk.journey.state(), State::Done { sent: Sent::Accepted, .. })
    }

    fn unasked(&self) -> SchoolsUnasked {
        self.trust.profile().schools_unasked()
    }

    fn codes_work(&self) -> CodeWhere {
        self.trust.profile().codes.r#where
    }
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        promise: "somebody is called",
        phrases: &[
            "ring",
            "rings",
            "rang",
            "ringing",
            "call",
            "calls",
            "called",
            "phone number",
            "number",
            "landline",
            "keypad",
            "voicemail",
            "digits to press",
        ],
        is_false: |here| here.goes_without(MethodKind::PhoneCall),
        planted: "Soon we ring you.",
    },
    Rule {
        promise: "the number can be passed over",
        phrases: &["without a phone number", "if you want, we"],
        is_false: |here| here.wants(MethodKind::PhoneCall) != Some(Wanted::Optional),
        planted: "You can go on without a phone number.",
    },
    Rule {
        promise: "everybody is called",
        phrases: &["we will also ring your phone once"],
        is_false: |here| here.wants(MethodKind::PhoneCall) != Some(Wanted::Required),
        planted: "We will also ring your phone once.",
    },
    Rule {
        promise: "there is an app",
        phrases: &["app", "app's", "6 digits", "square code", "smartphone", "camera", "scan"],
        is_false: |here| here.goes_without(MethodKind::AuthenticatorApp),
        planted: "Delete the entry in your app.",
    },
    Rule {
        promise: "everybody links the app",
        phrases: &["you will link an app"],
        is_false: |here| here.wants(MethodKind::AuthenticatorApp).is_none(),
        planted: "You will link an app.",
    },
    Rule {
        promise: "a call is enough",
        phrases: &["we can ring you instead", "set up calls"],
        is_false: |here| here.wants(MethodKind::AuthenticatorApp) != Some(Wanted::Optional),
        planted: "We can ring you instead.",
    },
    Rule {
        promise: "a key fob",
        phrases: &["fob", "key fob"],
        is_false: |here| !here.trust.profile().no_smartphone.offer.as_str().contains("fob"),
        planted: "Ask IT about a key fob.",
    },
    Rule {
        promise: "the app of the example",
        phrases: &["microsoft", "microsoft authenticator", "google, facebook", "scan a qr code", "install"],
        is_false: |here| !here.trust.profile().app.name.as_str().contains("Microsoft"),
        planted: "Open Microsoft Authenticator.",
    },
    Rule {
        promise: "practice",
        phrases: &["practice", "nothing counts", "no real phone"],
        is_false: |here| !here.trust.startup.practice,
        planted: "This is practice.",
    },
    Rule {
        promise: "a real phone rings",
        phrases: &["is ringing", "are ringing you", "we rang your phone"],
        is_false: |here| here.trust.startup.practice,
        planted: "Your phone is ringing. Answer it.",
    },
    Rule {
        promise: "no school asks",
        phrases: &["any of our schools", "in our schools", "nothing changes"],
        is_false: |here| here.unasked() != SchoolsUnasked::All,
        planted: "In school nothing changes.",
    },
    Rule {
        promise: "some schools do not ask",
        phrases: &["some of our schools"],
        is_false: |here| here.unasked() != SchoolsUnasked::Some,
        planted: "In some of our schools you will not be asked.",
    },
    Rule {
        promise: "there is a place that does not ask",
        phrases: &["not be asked", "not ask you"],
        is_false: |here| here.unasked() == SchoolsUnasked::None,
        planted: "You will not be asked at school.",
    },
    Rule {
        promise: "this place does not ask",
        phrases: &["you are at", "not ask you here"],
        is_false: |here| here.trust.startup.place.is_none(),
        planted: "Remote desktop will not ask you here.",
    },
    Rule {
        promise: "schools ask",
        phrases: &["ask you in school"],
        is_false: |here| here.unasked() != SchoolsUnasked::None,
        planted: "Remote desktop will ask you in school too.",
    },
    Rule {
        promise: "it is set up",
        phrases: &[
            "your sign-in security is set up",
            "remote desktop asks",
            "sign in to remote desktop from home now",
        ],
        is_false: |here| here.is_known() && !here.is_accepted(),
        planted: "From 5 January 2027, remote desktop asks for the 6 digits.",
    },
    Rule {
        promise: "it counts now",
        phrases: &["from home now", "wait until the app shows new digits"],
        is_false: |here| !here.trust.is_live(),
        planted: "You can sign in to remote desktop from home now.",
    },
    Rule {
        promise: "it counts from a later day",
        phrases: &["from 5 january 2027"],
        is_false: |here| here.trust.is_live(),
        planted: "From 5 January 2027, it counts.",
    },
    Rule {
        promise: "it is kept on this computer",
        phrases: &["the next time you open it"],
        is_false: |here| here.trust.workstation.forgets,
        planted: "It is sent the next time you open it.",
    },
    Rule {
        promise: "it is lost at sign-out",
        phrases: &["forgets it when you sign out"],
        is_false: |here| !here.trust.workstation.forgets,
        planted: "This computer forgets it when you sign out.",
    },
    Rule {
        promise: "the window is the person's own",
        phrases: &["you can close this"],
        is_false: |here| here.trust.workstation.mode == Mode::Session,
        planted: "You can close this now.",
    },
    Rule {
        promise: "somebody follows",
        phrases: &["next person"],
        is_false: |here| here.trust.workstation.mode != Mode::Session,
        planted: "Next person",
    },
    Rule {
        promise: "codes work everywhere",
        phrases: &["at school and at home"],
        is_false: |here| here.codes_work() != CodeWhere::Anywhere,
        planted: "The code works at school and at home.",
    },
    Rule {
        promise: "codes work at school",
        phrases: &["only at school", "do this at school"],
        is_false: |here| here.codes_work() != CodeWhere::SchoolNetwork,
        planted: "The code works only at school.",
    },
    Rule {
        promise: "codes work at stations",
        phrases: &["on a computer that it set up for this", "only on computers that it set up"],
        is_false: |here| here.codes_work() != CodeWhere::Station,
        planted: "The code works only on computers that IT set up.",
    },
    Rule {
        promise: "the number that calls is known",
        phrases: &["it comes from"],
        is_false: |here| here.trust.profile().calls.caller_id.is_none(),
        planted: "Answer the call. It comes from 1.",
    },
    Rule {
        promise: "the number that calls is not known",
        phrases: &["do not recognise", "unknown number"],
        is_false: |here| here.trust.profile().calls.caller_id.is_some(),
        planted: "It may come from a number you do not recognise.",
    },
    Rule {
        promise: "the phone company has no name",
        phrases: &["our phone company"],
        is_false: |here| here.trust.profile().calls.company.is_some(),
        planted: "We give your number to our phone company.",
    },
];
