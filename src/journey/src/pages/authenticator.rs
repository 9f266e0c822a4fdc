//! Pages 4 to 7: the phone, the app, the account, the QR code.

use domain::MethodKind;

use crate::{ChangeWhat, Effect, Journey, Page, Phone, PhoneChoice, Problem, SecretId, State, Submission};

impl Journey {
    pub(crate) fn on_phone_chosen(&mut self, choice: PhoneChoice) {
        if let State::WhatPhone { chosen } = &mut self.state {
            *chosen = Some(choice);
            self.facts.phone = Phone::of(choice);
            self.problem = None;
        }
    }

    /// **Next** on "Which phone do you have?".
    pub(crate) fn leave_what_phone(&mut self, chosen: Option<PhoneChoice>, fx: &mut Vec<Effect>) {
        match chosen {
            None => self.problem = Some(Problem::ChoosePhone),
            Some(PhoneChoice::NoSmartphone) => self.go_to(Page::NoSmartphone, fx),
            Some(PhoneChoice::IPhone | PhoneChoice::Android | PhoneChoice::NotSure) => {
                self.facts.skipped.retain(|kind| *kind != MethodKind::AuthenticatorApp);
                self.go_forward(fx);
            }
        }
    }

    pub(crate) fn on_secret_made(&mut self, secret: SecretId) {
        if matches!(self.state, State::ScanTheCode { .. }) && self.facts.secret.is_none() {
            self.facts.secret = Some(secret);
        }
    }

    pub(crate) fn make_bigger(&mut self, wanted: bool) {
        if let State::ScanTheCode { bigger, .. } = &mut self.state {
            *bigger = wanted;
        }
    }

    pub(crate) fn show_key(&mut self, wanted: bool) {
        if let State::ScanTheCode { key_shown, .. } = &mut self.state {
            *key_shown = wanted;
        }
    }

    /// "Change" on "Check and send". The secret stays as it is: only what is to be done again is done again.
    pub(crate) fn change_answer(&mut self, what: ChangeWhat, fx: &mut Vec<Effect>) {
        if self.state != State::CheckAndSend(Submission::Ready) {
            return;
        }
        match what {
            ChangeWhat::Person => {
                self.jump = true;
                self.go_to(Page::WhoAreYou, fx);
            }
            ChangeWhat::App => {
                self.facts.skipped.retain(|kind| *kind != MethodKind::AuthenticatorApp);
                self.facts.proved.retain(|proof| proof.kind() != MethodKind::AuthenticatorApp);
                self.go_to(Page::WhatPhone, fx);
            }
            ChangeWhat::Number => {
                self.facts.skipped.retain(|kind| *kind != MethodKind::PhoneCall);
                self.go_to(Page::YourPhoneNumber, fx);
            }
        }
    }
}
