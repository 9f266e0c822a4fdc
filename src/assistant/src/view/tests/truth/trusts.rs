//! The trusts under which every page is read: each way of what a policy can offer, with the rest changing beside it.

use std::sync::Arc;

use domain::{CodeWhere, Date, Label, MethodKind, MethodRule, Profile, SchoolsUnasked, Timestamp, Wanted};
use journey::Startup;

use crate::view::samples::{NOW, startup};
use crate::workstation::{Mode, Workstation};

/// A trust, and the computer on which its pages are read.
pub(super) struct Trust {
    pub(super) startup: Startup,
    pub(super) workstation: Workstation,
    pub(super) now: Timestamp,
}

impl Trust {
    pub(super) fn profile(&self) -> &Profile {
        &self.startup.profile
    }

    /// Whether a method is wanted, if it is offered.
    pub(super) fn wants(&self, kind: MethodKind) -> Option<Wanted> {
        self.profile().methods.iter().find(|rule| rule.kind == kind).map(|rule| rule.wanted)
    }

    pub(super) fn is_live(&self) -> bool {
        Date::of(self.now) >= self.profile().go_live
    }

    /// In a few words, for a message.
    pub(super) fn what(&self) -> String {
        let Self { startup, workstation, .. } = self;
        let profile = self.profile();
        let methods: Vec<String> =
            profile.methods.iter().map(|rule| format!("{:?} {:?}", rule.kind, rule.wanted)).collect();
        format!(
            "{}, {}, networks {:?}, practice {}, {}",
            methods.join(" and "),
            profile.app.name,
            profile.schools_unasked(),
            startup.practice,
            workstation.mode
        )
    }
}

/// Every way to offer the two methods.
const METHODS: [&[(MethodKind, Wanted)]; 5] = [
    &[(MethodKind::AuthenticatorApp, Wanted::Required)],
    &[(MethodKind::AuthenticatorApp, Wanted::Required), (MethodKind::PhoneCall, Wanted::Optional)],
    &[(MethodKind::AuthenticatorApp, Wanted::Required), (MethodKind::PhoneCall, Wanted::Required)],
    &[(MethodKind::AuthenticatorApp, Wanted::Optional), (MethodKind::PhoneCall, Wanted::Required)],
    &[(MethodKind::PhoneCall, Wanted::Required)],
];

/// All of them: methods, app with offer, networks, practice and mode each with each other.
pub(super) fn trusts() -> Vec<Trust> {
    let mut trusts = Vec::new();
    for methods in METHODS {
        for is_other_app in [false, true] {
            for unasked in [SchoolsUnasked::All, SchoolsUnasked::Some, SchoolsUnasked::None] {
                for practice in [false, true] {
                    for mode in [Mode::OnePerson, Mode::Session] {
                        let mut profile = (*startup().profile).clone();
                        profile.methods = rules(methods);
                        if is_other_app {
                            other_app(&mut profile);
                        }
                        recognise(&mut profile, unasked);
                        trusts.push(beside(trusts.len(), profile, practice, mode));
                    }
                }
            }
        }
    }
    trusts
}

fn rules(methods: &[(MethodKind, Wanted)]) -> Vec<MethodRule> {
    methods.iter().map(|(kind, wanted)| MethodRule { kind: *kind, wanted: *wanted, retires: None }).collect()
}

/// Another app than that of the example, and another offer than a key fob.
fn other_app(profile: &mut Profile) {
    let label = |text: &str| Label::new(text).expect("a label");
    let app = &mut profile.app;
    (app.name, app.publisher) = (label("Aegis"), label("Beem Development"));
    (app.account_type, app.scan_label) = (label("TOTP"), label("Scan QR"));
    app.manual_label = None;
    (app.store_buttons.iphone, app.store_buttons.android) = (label("Load"), label("Fetch"));
    app.stores.iphone = "https://apps.example/aegis".to_owned();
    app.stores.android = "https://play.example/aegis".to_owned();
    profile.no_smartphone.offer = label("a small card");
}

fn recognise(profile: &mut Profile, unasked: SchoolsUnasked) {
    for (place, school) in profile.schools.iter_mut().enumerate() {
        school.recognised = match unasked {
            SchoolsUnasked::All => true,
            SchoolsUnasked::Some => place == 0,
            SchoolsUnasked::None => false,
        };
    }
}

/// What changes beside it, in steps that share no factor with those above.
fn beside(number: usize, mut profile: Profile, practice: bool, mode: Mode) -> Trust {
    let label = |text: &str| Label::new(text).expect("a label");
    profile.codes.r#where =
        [CodeWhere::Anywhere, CodeWhere::SchoolNetwork, CodeWhere::Station][number / 2 % 3];
    profile.calls.caller_id = (number % 5 < 2).then(|| "+441632960002".to_owned());
    profile.calls.company = (number % 7 < 4).then(|| label("Example Telecom"));
    profile.help.phone = profile.help.phone.filter(|_| number % 5 != 3);
    let is_at_school = (number % 7).is_multiple_of(2);
    let place = profile.schools.first().filter(|school| school.recognised && is_at_school).cloned();
    let now = if number % 5 == 4 { NOW.plus_secs(90 * 24 * 60 * 60) } else { NOW };
    Trust {
        startup: Startup { profile: Arc::new(profile), place, practice, ..startup() },
        workstation: Workstation { mode, forgets: number % 5 == 1, ..Workstation::default() },
        now,
    }
}
