//! The drawn phones of pages 5 to 8 and 10, with the policy's own words on them.

use i18n_embed_fl::fl;
use journey::Phone;

use super::{Block, Context};
use crate::view::{Caption, Device, PhonePicture, PhoneScreen, Phones};

/// What the store's button says; both where the phone is not known.
pub(super) fn store_button(context: &Context<'_>) -> String {
    let buttons = &context.profile.app.store_buttons;
    let (iphone, android) = (buttons.iphone.as_str(), buttons.android.as_str());
    match device(context) {
        Device::IPhone => iphone.to_owned(),
        Device::Android => android.to_owned(),
        Device::Any => fl!(context.loader, "picture-either", iphone = iphone, android = android),
    }
}

/// Page 5: the app's page in the store.
pub(super) fn store(context: &Context<'_>) -> Block {
    let app = &context.profile.app;
    let button = store_button(context);
    let alt = fl!(context.loader, "picture-store", app = app.name.as_str(), button = button.as_str());
    let screen =
        PhoneScreen::Store { app: app.name.to_string(), publisher: app.publisher.to_string(), button };
    phones(context, [screen], alt, None)
}

/// Page 6: the plus sign, then the kind of account.
pub(super) fn add(context: &Context<'_>) -> Block {
    let app = &context.profile.app;
    let (account_type, scan) = (app.account_type.as_str(), app.scan_label.as_str());
    let alt = fl!(context.loader, "picture-add", account_type = account_type, scan = scan);
    let (account_type, scan) = (account_type.to_owned(), scan.to_owned());
    let screens =
        [PhoneScreen::Plus { app: app.name.to_string() }, PhoneScreen::AccountType { account_type, scan }];
    phones(context, screens, alt, None)
}

/// Page 7: the camera over the square code, and what comes of it.
pub(super) fn camera(context: &Context<'_>) -> Block {
    let trust = context.profile.trust.name.as_str();
    let screen = PhoneScreen::Camera {
        scan: context.profile.app.scan_label.to_string(),
        then: fl!(context.loader, "picture-then"),
        trust: trust.to_owned(),
    };
    phones(context, [screen], fl!(context.loader, "picture-scan", trust = trust), None)
}

/// Page 8: the six digits. They are made up, which the caption says.
pub(super) fn code(context: &Context<'_>) -> Block {
    let trust = context.profile.trust.name.as_str();
    let screen = PhoneScreen::Code { app: context.profile.app.name.to_string(), trust: trust.to_owned() };
    let caption = Caption::Drawing(fl!(context.loader, "picture-code-example"));
    phones(context, [screen], fl!(context.loader, "picture-code", trust = trust), Some(caption))
}

/// Page 8, once the digits were right.
pub(super) fn right_code(context: &Context<'_>) -> Block {
    let trust = context.profile.trust.name.as_str();
    let screen =
        PhoneScreen::RightCode { app: context.profile.app.name.to_string(), trust: trust.to_owned() };
    let caption = Caption::Advice(fl!(context.loader, "picture-code-keep"));
    phones(context, [screen], fl!(context.loader, "picture-code-right", trust = trust), Some(caption))
}

/// Page 10, until the call is answered.
pub(super) fn incoming_call(context: &Context<'_>) -> Block {
    let loader = context.loader;
    let accept = match device(context) {
        Device::IPhone => fl!(loader, "picture-call-accept"),
        Device::Android | Device::Any => fl!(loader, "picture-call-answer"),
    };
    let alt = fl!(loader, "picture-call", accept = accept.as_str());
    let caller = context.profile.calls.caller_id.clone();
    let screen = PhoneScreen::IncomingCall {
        calling: fl!(loader, "picture-call-incoming"),
        caller: caller.unwrap_or_else(|| fl!(loader, "picture-call-unknown")),
        accept,
        decline: fl!(loader, "picture-call-decline"),
    };
    phones(context, [screen], alt, None)
}

/// Page 10, once the call is answered.
pub(super) fn keypad(context: &Context<'_>) -> Block {
    let loader = context.loader;
    let screen = PhoneScreen::Keypad { call: fl!(loader, "picture-call-live") };
    let caption = Caption::Advice(fl!(loader, "picture-call-hidden"));
    phones(context, [screen], fl!(loader, "picture-call-keypad"), Some(caption))
}

fn device(context: &Context<'_>) -> Device {
    match context.facts.phone {
        Some(Phone::IPhone) => Device::IPhone,
        Some(Phone::Android) => Device::Android,
        Some(Phone::NotSure) | None => Device::Any,
    }
}

fn phones(
    context: &Context<'_>,
    screens: impl IntoIterator<Item = PhoneScreen>,
    alt: String,
    caption: Option<Caption>,
) -> Block {
    let device = device(context);
    let pictures = screens.into_iter().map(|screen| PhonePicture { device, screen }).collect();
    Block::Phones(Phones { pictures, alt, caption })
}
