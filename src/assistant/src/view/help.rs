//! Help for each page: what goes wrong there, in plain words, and whom to ask.

use domain::{MethodKind, Profile, SchoolsUnasked};
use i18n_embed::fluent::FluentLanguageLoader;
use i18n_embed_fl::fl;
use journey::{Facts, Page};

use super::{HelpView, Rich, rich};

/// The help panel of a page.
pub(super) fn view(page: Page, facts: &Facts, open: bool, loader: &FluentLanguageLoader) -> HelpView {
    let profile = facts.profile.as_deref();
    HelpView {
        label: fl!(loader, "help-label"),
        close_label: fl!(loader, "help-close"),
        open,
        heading: fl!(loader, "help-heading"),
        items: profile
            .map_or_else(|| vec![offline(loader)], |profile| items(page, &Names { profile, facts, loader })),
        contact: contact(profile, loader),
    }
}

fn items(page: Page, say: &Names<'_>) -> Vec<(String, String)> {
    let mut items = items_of(page, say);
    if !say.has(MethodKind::PhoneCall) {
        // Nobody is called under this profile.
        items.retain(|item| *item != say.hearing());
    }
    if !say.has(MethodKind::AuthenticatorApp) {
        let of_the_app = [say.no_phone(), say.personal(), say.key()];
        items.retain(|item| !of_the_app.contains(item));
    }
    items
}

fn items_of(page: Page, say: &Names<'_>) -> Vec<(String, String)> {
    match page {
        Page::Starting | Page::CannotStart => vec![offline(say.loader)],
        Page::BeforeYouStart => vec![say.why(), say.no_code(), say.no_phone(), say.hearing(), say.personal()],
        Page::HowWeUseYourDetails if say.has(MethodKind::AuthenticatorApp) => vec![say.key(), say.personal()],
        Page::HowWeUseYourDetails => vec![say.why_call()],
        Page::WhoAreYou => vec![say.no_code(), say.code_refused(), offline(say.loader)],
        Page::IsThisYou | Page::NotYou => vec![say.wrong_person()],
        Page::WhatPhone => vec![say.which_phone(), say.no_phone(), say.hearing()],
        Page::NoSmartphone => vec![say.no_phone(), say.hearing()],
        Page::GetTheApp => vec![say.not_in_store(), say.too_old(), say.store_code(), say.personal()],
        Page::AddAnAccount => vec![say.account_type(), say.app_sign_in(), say.camera_allow()],
        Page::ScanTheCode => vec![say.focus(), say.cannot_scan(), say.camera_allow(), say.account_type()],
        Page::TestIt => vec![say.clock(), say.entries(), say.too_fast()],
        Page::YourPhoneNumber => vec![say.why_call(), say.which_number(), say.hearing(), say.no_texts()],
        Page::AnswerTheCall => {
            vec![say.no_call(), say.voicemail(), say.missed_digits(), say.pressed_nine(), say.hearing()]
        }
        Page::CheckAndSend => vec![say.sent(), say.no_network()],
        Page::Done => vec![say.new_phone(), say.no_network()],
        Page::CouldNotFinish => vec![say.again()],
    }
}

fn contact(profile: Option<&Profile>, loader: &FluentLanguageLoader) -> Vec<Rich> {
    let Some(profile) = profile else { return vec![rich(&fl!(loader, "help-ask-unknown"))] };
    let help = &profile.help;
    let mut lines = vec![fl!(loader, "help-ask", team = help.team.as_str())];
    lines.extend(help.phone.as_ref().map(|phone| fl!(loader, "help-call", phone = phone.as_str())));
    lines.extend(help.email.as_ref().map(|email| fl!(loader, "help-email", email = email.as_str())));
    lines.extend(help.hours.as_ref().map(|hours| fl!(loader, "help-hours", hours = hours.as_str())));
    lines.iter().map(|line| rich(line)).collect()
}

fn offline(loader: &FluentLanguageLoader) -> (String, String) {
    (fl!(loader, "help-offline-q"), fl!(loader, "help-offline-a"))
}

/// The profile's names, for the answers.
struct Names<'a> {
    profile: &'a Profile,
    facts: &'a Facts,
    loader: &'a FluentLanguageLoader,
}

impl Names<'_> {
    fn has(&self, kind: MethodKind) -> bool {
        self.facts.methods().contains(&kind)
    }
    fn team(&self) -> &str {
        self.profile.help.team.as_str()
    }
    fn offer(&self) -> &str {
        self.profile.no_smartphone.offer.as_str()
    }
    fn app(&self) -> &str {
        self.profile.app.name.as_str()
    }

    fn why_call(&self) -> (String, String) {
        (fl!(self.loader, "help-why-call-q"), fl!(self.loader, "help-why-call-a"))
    }

    fn which_number(&self) -> (String, String) {
        (fl!(self.loader, "help-which-number-q"), fl!(self.loader, "help-which-number-a"))
    }

    fn no_texts(&self) -> (String, String) {
        (fl!(self.loader, "help-no-texts-q"), fl!(self.loader, "help-no-texts-a"))
    }

    fn no_call(&self) -> (String, String) {
        (fl!(self.loader, "help-no-call-q"), fl!(self.loader, "help-no-call-a"))
    }

    fn voicemail(&self) -> (String, String) {
        (fl!(self.loader, "help-voicemail-q"), fl!(self.loader, "help-voicemail-a"))
    }

    fn pressed_nine(&self) -> (String, String) {
        (fl!(self.loader, "help-nine-q"), fl!(self.loader, "help-nine-a"))
    }

    fn missed_digits(&self) -> (String, String) {
        (fl!(self.loader, "help-missed-digits-q"), fl!(self.loader, "help-missed-digits-a"))
    }

    fn why(&self) -> (String, String) {
        let answer = match self.profile.schools_unasked() {
            SchoolsUnasked::All => fl!(self.loader, "help-why-a"),
            SchoolsUnasked::Some | SchoolsUnasked::None => fl!(self.loader, "help-why-home-a"),
        };
        (fl!(self.loader, "help-why-q"), answer)
    }
    fn no_code(&self) -> (String, String) {
        (fl!(self.loader, "help-no-code-q"), fl!(self.loader, "help-no-code-a", team = self.team()))
    }
    fn no_phone(&self) -> (String, String) {
        (
            fl!(self.loader, "help-no-phone-q"),
            fl!(self.loader, "help-no-phone-a", team = self.team(), offer = self.offer()),
        )
    }
    /// A call is never forced on who cannot hear it. What there is instead depends on the profile.
    fn hearing(&self) -> (String, String) {
        let answer =
            if self.has(MethodKind::AuthenticatorApp) && self.facts.is_optional(MethodKind::PhoneCall) {
                fl!(self.loader, "help-hearing-a")
            } else {
                fl!(self.loader, "help-hearing-ask-a", team = self.team())
            };
        (fl!(self.loader, "help-hearing-q"), answer)
    }
    fn key(&self) -> (String, String) {
        (fl!(self.loader, "help-key-q"), fl!(self.loader, "help-key-a"))
    }
    fn personal(&self) -> (String, String) {
        (fl!(self.loader, "help-personal-q"), fl!(self.loader, "help-personal-a"))
    }
    fn code_refused(&self) -> (String, String) {
        (fl!(self.loader, "help-code-refused-q"), fl!(self.loader, "help-code-refused-a", team = self.team()))
    }
    fn wrong_person(&self) -> (String, String) {
        (fl!(self.loader, "help-wrong-person-q"), fl!(self.loader, "help-wrong-person-a", team = self.team()))
    }
    fn which_phone(&self) -> (String, String) {
        (fl!(self.loader, "help-which-phone-q"), fl!(self.loader, "help-which-phone-a"))
    }
    fn not_in_store(&self) -> (String, String) {
        (fl!(self.loader, "help-not-in-store-q"), fl!(self.loader, "help-not-in-store-a", app = self.app()))
    }
    fn too_old(&self) -> (String, String) {
        (
            fl!(self.loader, "help-too-old-q"),
            fl!(self.loader, "help-too-old-a", team = self.team(), offer = self.offer()),
        )
    }
    fn store_code(&self) -> (String, String) {
        (fl!(self.loader, "help-store-code-q"), fl!(self.loader, "help-store-code-a", app = self.app()))
    }
    fn account_type(&self) -> (String, String) {
        (
            fl!(self.loader, "help-account-type-q"),
            fl!(self.loader, "help-account-type-a", account_type = self.profile.app.account_type.as_str()),
        )
    }
    fn app_sign_in(&self) -> (String, String) {
        (
            fl!(self.loader, "help-app-sign-in-q"),
            fl!(self.loader, "help-app-sign-in-a", scan = self.profile.app.scan_label.as_str()),
        )
    }
    fn camera_allow(&self) -> (String, String) {
        (fl!(self.loader, "help-camera-allow-q"), fl!(self.loader, "help-camera-allow-a", app = self.app()))
    }
    fn focus(&self) -> (String, String) {
        (fl!(self.loader, "help-focus-q"), fl!(self.loader, "help-focus-a"))
    }
    fn cannot_scan(&self) -> (String, String) {
        (fl!(self.loader, "help-cannot-scan-q"), fl!(self.loader, "help-cannot-scan-a"))
    }
    fn clock(&self) -> (String, String) {
        (fl!(self.loader, "help-clock-q"), fl!(self.loader, "help-clock-a"))
    }
    fn entries(&self) -> (String, String) {
        (
            fl!(self.loader, "help-entries-q"),
            fl!(self.loader, "help-entries-a", trust = self.profile.trust.name.as_str()),
        )
    }
    fn too_fast(&self) -> (String, String) {
        (fl!(self.loader, "help-too-fast-q"), fl!(self.loader, "help-too-fast-a"))
    }
    fn sent(&self) -> (String, String) {
        (fl!(self.loader, "help-sent-q"), fl!(self.loader, "help-sent-a"))
    }
    fn no_network(&self) -> (String, String) {
        (fl!(self.loader, "help-no-network-q"), fl!(self.loader, "help-no-network-a"))
    }
    fn new_phone(&self) -> (String, String) {
        (fl!(self.loader, "help-new-phone-q"), fl!(self.loader, "help-new-phone-a", team = self.team()))
    }
    fn again(&self) -> (String, String) {
        (fl!(self.loader, "help-again-q"), fl!(self.loader, "help-again-a"))
    }
}
