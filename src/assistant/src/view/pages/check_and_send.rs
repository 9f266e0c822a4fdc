//! Page 11: what is sent, with Change beside each until it is on its way.

use domain::MethodKind;
use i18n_embed_fl::fl;
use journey::{ChangeWhat, Event, Post, State};

use super::{Action, Block, Body, Context, Icon, action, inset, para, primary, quiet};
use crate::view::ActionStyle;

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, facts, journey, .. } = context;
    let post = if let State::CheckAndSend(post) = journey.state() { *post } else { Post::Ready };
    let mut blocks = Vec::new();
    if facts.is_proved(MethodKind::AuthenticatorApp) {
        blocks.push(inset(Icon::CheckCircle, &fl!(loader, "check-linked")));
    }
    blocks.push(para(&fl!(loader, "check-intro")));
    blocks.extend(rows(context, post == Post::Ready));
    blocks.push(quiet(&fl!(loader, "check-key")));
    let waiting = match post {
        Post::Ready | Post::Unsure => None,
        Post::Saving(_) => Some(fl!(loader, "check-saving")),
        Post::Sending(_) => Some(fl!(loader, "check-sending")),
    };
    let send = Action { enabled: waiting.is_none(), ..primary(fl!(loader, "check-send"), Event::Next) };
    Body { heading: fl!(loader, "check-heading"), blocks, actions: vec![send], waiting }
}

fn rows(context: &Context<'_>, changeable: bool) -> Vec<Block> {
    let Context { loader, facts, policy, .. } = context;
    let change = |label: String, what: ChangeWhat| {
        changeable.then(|| action(label, Event::Change(what), ActionStyle::Link))
    };
    let mut rows = Vec::new();
    if let Some(signed_in) = &facts.signed_in {
        rows.push(Block::Row {
            label: fl!(loader, "check-name"),
            value: signed_in.person.name.to_string(),
            change: change(fl!(loader, "check-change-person"), ChangeWhat::Person),
        });
        for (label, value) in [
            (fl!(loader, "check-school"), &signed_in.school_name),
            (fl!(loader, "check-sign-in-name"), &signed_in.person.sign_in_name),
        ] {
            rows.push(Block::Row { label, value: value.to_string(), change: None });
        }
    }
    for kind in facts.methods().into_iter().filter(|kind| facts.is_proved(*kind)) {
        rows.push(match kind {
            MethodKind::AuthenticatorApp => Block::Row {
                label: fl!(loader, "check-app"),
                value: fl!(loader, "check-app-value", app = policy.app.name.as_str()),
                change: change(fl!(loader, "check-change-app"), ChangeWhat::App),
            },
        });
    }
    rows
}
