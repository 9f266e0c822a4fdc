//! The service said no for good: why, and whom to ask.

use i18n_embed_fl::fl;
use journey::{RefusedWhy, State};

use super::{Block, Body, Context, Icon, Reach, item, para, start_again};
use crate::view::rich;

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, profile, facts, .. } = context;
    let mut blocks = vec![para(&why(context))];
    if facts.secret.is_some() {
        blocks.push(Block::Warning(rich(&fl!(loader, "could-not-old-entry"))));
    }
    let team = profile.help.team.as_str();
    blocks.push(item(Icon::ChatCircleText, &fl!(loader, "could-not-ask", team = team), None));
    if let Some(reference) = &facts.receipt {
        let reference = reference.grouped();
        blocks.push(match Reach::of(profile) {
            Reach::Phone(phone) => {
                let call = fl!(loader, "could-not-call", phone = phone, reference = reference);
                item(Icon::Phone, &call, None)
            }
            Reach::Email(email) => {
                let write = fl!(loader, "could-not-email", email = email, reference = reference);
                item(Icon::ChatCircleText, &write, None)
            }
        });
    }
    let actions = start_again(context);
    Body { heading: fl!(loader, "could-not-heading"), blocks, actions, waiting: None }
}

fn why(context: &Context<'_>) -> String {
    let loader = context.loader;
    let State::CouldNotFinish(why) = context.journey.state() else { return String::new() };
    match why {
        RefusedWhy::GrantExpired => fl!(loader, "could-not-expired"),
        RefusedWhy::GrantRevoked => fl!(loader, "could-not-revoked"),
        RefusedWhy::AlreadyEnrolled => fl!(loader, "could-not-already"),
        RefusedWhy::Conflict => fl!(loader, "could-not-conflict"),
        RefusedWhy::GenerationPassed => fl!(loader, "could-not-passed"),
        RefusedWhy::KeyRetired => fl!(loader, "could-not-key"),
        RefusedWhy::Other(code) => fl!(loader, "could-not-other", code = code.as_str()),
    }
}
