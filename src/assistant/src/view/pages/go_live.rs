//! From when on remote desktop asks, and for what.

use domain::{Date, MethodKind};
use i18n_embed_fl::fl;

use super::Context;

/// When remote desktop asks, and what for: the ways that were set up here.
pub(super) fn words(context: &Context<'_>) -> String {
    let Context { loader, profile, facts, texts, .. } = context;
    let has = |kind| facts.is_proved(kind);
    let date = texts.date(profile.go_live);
    match (is_past(context), has(MethodKind::AuthenticatorApp), has(MethodKind::PhoneCall)) {
        (false, true, true) => fl!(loader, "done-go-live-both", date = date),
        (false, false, true) => fl!(loader, "done-go-live-call", date = date),
        (false, _, false) => fl!(loader, "done-go-live", date = date),
        (true, true, true) => fl!(loader, "done-live-both"),
        (true, false, true) => fl!(loader, "done-live-call"),
        (true, _, false) => fl!(loader, "done-live"),
    }
}

/// Whether that day has come.
pub(super) fn is_past(context: &Context<'_>) -> bool {
    Date::of(context.now) >= context.profile.go_live
}
