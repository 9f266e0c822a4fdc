//! Page 6: on the phone, up to where the camera opens.

use i18n_embed_fl::fl;

use super::{Body, Context, next, on_this_computer, on_your_phone};

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, profile, .. } = context;
    let steps = [
        fl!(loader, "add-step-open", app = profile.app.name.as_str()),
        fl!(loader, "add-step-plus"),
        fl!(loader, "add-step-type", account_type = profile.app.account_type.as_str()),
        fl!(loader, "add-step-scan", scan = profile.app.scan_label.as_str()),
        fl!(loader, "add-step-camera"),
    ];
    let blocks =
        vec![on_your_phone(loader, &steps), on_this_computer(loader, &[fl!(loader, "add-step-then")])];
    Body { heading: fl!(loader, "add-heading"), blocks, actions: next(loader), waiting: None }
}
