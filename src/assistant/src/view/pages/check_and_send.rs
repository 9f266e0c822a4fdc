//! Page 11: what is sent, with Change beside each until it is on its way.

use domain::MethodKind;
use i18n_embed_fl::fl;
use journey::{ChangeWhat, Event, Proof, State, Submission};

use super::{Action, Block, Body, Context, Icon, action, inset, para, practice_note, primary, quiet};
use crate::view::ActionStyle;

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, facts, journey, .. } = context;
    let submission =
        if let State::CheckAndSend(submission) = journey.state() { *submission } else { Submission::Ready };
    let mut blocks = Vec::new();
    if facts.is_proved(MethodKind::AuthenticatorApp) {
        blocks.push(inset(Icon::CheckCircle, &fl!(loader, "check-linked")));
    }
    blocks.extend(practice_note(context));
    blocks.push(para(&fl!(loader, "check-intro")));
    blocks.extend(rows(context, submission == Submission::Ready));
    let sent = match (facts.is_proved(MethodKind::AuthenticatorApp), facts.is_proved(MethodKind::PhoneCall)) {
        (true, true) => fl!(loader, "check-key-and-number"),
        (false, true) => fl!(loader, "check-number-sealed"),
        (_, false) => fl!(loader, "check-key"),
    };
    blocks.push(quiet(&sent));
    let waiting = match submission {
        Submission::Ready | Submission::Unsure => None,
        Submission::Saving(_) => Some(fl!(loader, "check-saving")),
        Submission::Sending(_) => Some(fl!(loader, "check-sending")),
    };
    let send = Action { enabled: waiting.is_none(), ..primary(fl!(loader, "check-send"), Event::Next) };
    Body { heading: fl!(loader, "check-heading"), blocks, actions: vec![send], waiting }
}

fn rows(context: &Context<'_>, changeable: bool) -> Vec<Block> {
    let Context { loader, facts, profile, .. } = context;
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
    for proof in
        facts.methods().into_iter().filter_map(|kind| facts.proofs().find(|proof| proof.kind() == kind))
    {
        rows.push(match proof {
            Proof::App(_) => Block::Row {
                label: fl!(loader, "check-app"),
                value: fl!(loader, "check-app-value", app = profile.app.name.as_str()),
                change: change(fl!(loader, "check-change-app"), ChangeWhat::App),
            },
            Proof::Call(number) => Block::Number {
                number,
                label: fl!(loader, "check-number"),
                otherwise: fl!(loader, "check-number-value"),
                change: change(fl!(loader, "check-change-number"), ChangeWhat::Number),
            },
        });
    }
    rows
}
