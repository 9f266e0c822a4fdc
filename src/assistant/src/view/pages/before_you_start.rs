//! Page 1: why, what you need, where you will and will not be asked.

use domain::{CodeWhere, MethodKind, SchoolsUnasked};
use i18n_embed_fl::fl;

use super::{Block, Body, Context, Icon, inset, item, next, para, resume_note, unasked};

pub(super) fn body(context: &Context<'_>) -> Body {
    let loader = context.loader;
    let has_app = context.facts.methods().contains(&MethodKind::AuthenticatorApp);
    let why = if has_app { fl!(loader, "before-why") } else { fl!(loader, "before-why-call") };
    let mut blocks = vec![para(&why)];
    blocks.extend(resume_note(context));
    blocks.push(item(Icon::DeviceMobile, &bold(fl!(loader, "before-phone")), Some(&ways(context))));
    blocks.push(item(Icon::IdentificationCard, &fl!(loader, "before-code"), None));
    blocks.push(item(Icon::Clock, &fl!(loader, "before-time"), None));
    blocks.push(place(context));
    blocks.extend(where_codes_count(context));
    Body { heading: fl!(loader, "before-heading"), blocks, actions: next(loader), waiting: None }
}

/// The ways that the profile has, and what there is for somebody without a smartphone.
fn ways(context: &Context<'_>) -> String {
    let loader = context.loader;
    let mut words = Vec::new();
    let methods = context.facts.methods();
    for kind in &methods {
        let app = context.profile.app.name.as_str();
        let is_optional = context.facts.is_optional(*kind);
        words.push(match kind {
            MethodKind::AuthenticatorApp if is_optional => {
                fl!(loader, "before-phone-app-optional", app = app)
            }
            MethodKind::AuthenticatorApp => fl!(loader, "before-phone-app", app = app),
            MethodKind::PhoneCall if is_optional => fl!(loader, "before-phone-call-optional"),
            MethodKind::PhoneCall if methods.len() > 1 => fl!(loader, "before-phone-call"),
            MethodKind::PhoneCall => fl!(loader, "before-phone-call-only"),
        });
    }
    if methods.contains(&MethodKind::AuthenticatorApp) {
        let (team, offer) =
            (context.profile.help.team.as_str(), context.profile.no_smartphone.offer.as_str());
        words.push(fl!(loader, "before-no-smartphone", team = team, offer = offer));
    }
    words.join(" ")
}

fn place(context: &Context<'_>) -> Block {
    let Context { loader, profile, facts, .. } = context;
    let words = match &facts.place {
        Some(school) if profile.schools_unasked() == SchoolsUnasked::All => {
            fl!(loader, "before-at-school", school = school.name.as_str())
        }
        // The service knows this school by its network, and others not.
        Some(school) => fl!(loader, "before-at-this-school", school = school.name.as_str()),
        None => unasked(context),
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
