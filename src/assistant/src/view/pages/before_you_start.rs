//! Page 1: why, what you need, where you will and will not be asked.

use domain::{CodeWhere, MethodKind};
use i18n_embed_fl::fl;

use super::{Block, Body, Context, Icon, inset, item, next, para, resume_note};

pub(super) fn body(context: &Context<'_>) -> Body {
    let loader = context.loader;
    let mut blocks = vec![para(&fl!(loader, "before-why"))];
    blocks.extend(resume_note(context));
    blocks.push(item(Icon::DeviceMobile, &bold(fl!(loader, "before-phone")), Some(&ways(context))));
    let code = fl!(loader, "before-code-detail");
    blocks.push(item(Icon::IdentificationCard, &bold(fl!(loader, "before-code")), Some(&code)));
    let time = fl!(loader, "before-time-detail");
    blocks.push(item(Icon::Clock, &bold(fl!(loader, "before-time")), Some(&time)));
    blocks.push(place(context));
    blocks.extend(where_codes_count(context));
    Body { heading: fl!(loader, "before-heading"), blocks, actions: next(loader), waiting: None }
}

/// The ways that the policy has, and what there is for somebody without a smartphone.
fn ways(context: &Context<'_>) -> String {
    let loader = context.loader;
    let mut words = Vec::new();
    for kind in context.facts.methods() {
        words.push(match kind {
            MethodKind::AuthenticatorApp => {
                fl!(loader, "before-phone-app", app = context.profile.app.name.as_str())
            }
            MethodKind::PhoneCall => fl!(loader, "before-phone-call"),
        });
    }
    words.push(fl!(loader, "before-no-smartphone", offer = context.profile.no_smartphone.offer.as_str()));
    words.join(" ")
}

fn place(context: &Context<'_>) -> Block {
    let words = match &context.facts.place {
        Some(school) => fl!(context.loader, "before-at-school", school = school.name.as_str()),
        None => fl!(context.loader, "before-outside"),
    };
    inset(Icon::MapPin, &words)
}

/// Said before anybody looks for their code: it does not work everywhere.
fn where_codes_count(context: &Context<'_>) -> Option<Block> {
    let words = match context.profile.codes.r#where {
        CodeWhere::Anywhere => return None,
        CodeWhere::SchoolNetwork => fl!(context.loader, "before-only-at-school"),
        CodeWhere::Station => fl!(context.loader, "before-only-at-station"),
    };
    Some(inset(Icon::Desktop, &words))
}

fn bold(words: String) -> String {
    format!("**{words}**")
}
