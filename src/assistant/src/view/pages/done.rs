//! Page 12: the reference and what comes next; or saved here, to be sent later.

use domain::{Date, MethodKind};
use i18n_embed_fl::fl;
use journey::{Sent, State};

use super::{ActionStyle, Block, Body, Context, Icon, Reach, finish, item, unasked};
use crate::view::rich;

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, profile, facts, journey, workstation, .. } = context;
    let is_saved_only = matches!(journey.state(), State::Done(Sent::Saved));
    let heading = if is_saved_only { fl!(loader, "saved-heading") } else { fl!(loader, "done-heading") };
    let (label, value) = match &facts.receipt {
        Some(reference) => (fl!(loader, "done-reference"), reference.grouped()),
        None => (String::new(), String::new()),
    };
    let mut blocks = Vec::new();
    if is_saved_only {
        // Not green: nothing counts before the service has it.
        blocks.push(Block::Warning(rich(&fl!(loader, "saved-detail"))));
        let [later, open] = if workstation.forgets {
            [fl!(loader, "saved-here-for-now"), fl!(loader, "saved-stay")]
        } else {
            [fl!(loader, "saved-sent-later"), fl!(loader, "saved-keep-open")]
        };
        blocks.push(item(Icon::CloudSlash, &later, None));
        blocks.push(item(Icon::FloppyDisk, &open, None));
        if !value.is_empty() {
            blocks.push(Block::Row { label, value, change: None });
        }
    } else {
        blocks.push(Block::Success { title: heading.clone(), label, value });
        let has_app = facts.is_proved(MethodKind::AuthenticatorApp);
        let wait = (has_app && is_live(context)).then(|| fl!(loader, "done-wait"));
        blocks.push(item(Icon::Desktop, &go_live(context), wait.as_deref()));
        blocks.push(item(Icon::MapPin, &unasked(context), None));
    }
    let team = profile.help.team.as_str();
    let lost = fl!(loader, "done-lost-phone", team = team);
    blocks.push(item(Icon::DeviceMobile, &fl!(loader, "done-new-phone", team = team), Some(&lost)));
    let questions = match Reach::of(profile) {
        Reach::Phone(phone) => fl!(loader, "done-questions", team = team, phone = phone),
        Reach::Email(email) => fl!(loader, "done-questions-email", team = team, email = email),
    };
    blocks.push(item(Icon::ChatCircleText, &questions, None));
    let actions = vec![finish(context, ActionStyle::Primary)];
    Body { heading, blocks, actions, waiting: None }
}

/// When remote desktop asks, and what for: the ways that were set up here.
fn go_live(context: &Context<'_>) -> String {
    let Context { loader, profile, facts, texts, .. } = context;
    let has = |kind| facts.is_proved(kind);
    let date = texts.date(profile.go_live);
    match (is_live(context), has(MethodKind::AuthenticatorApp), has(MethodKind::PhoneCall)) {
        (false, true, true) => fl!(loader, "done-go-live-both", date = date),
        (false, false, true) => fl!(loader, "done-go-live-call", date = date),
        (false, _, false) => fl!(loader, "done-go-live", date = date),
        (true, true, true) => fl!(loader, "done-live-both"),
        (true, false, true) => fl!(loader, "done-live-call"),
        (true, _, false) => fl!(loader, "done-live"),
    }
}

fn is_live(context: &Context<'_>) -> bool {
    Date::of(context.now) >= context.profile.go_live
}
