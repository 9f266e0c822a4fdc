//! Page 12: the reference and what comes next; or saved here, to be sent later.

use domain::MethodKind;
use i18n_embed_fl::fl;
use journey::{Sent, State};

use super::{ActionStyle, Block, Body, Context, Icon, finish, go_live, item, slip, unasked};
use crate::view::rich;

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, profile, facts, journey, workstation, .. } = context;
    let is_saved_only = matches!(journey.state(), State::Done { sent: Sent::Saved, .. });
    let heading = if is_saved_only { fl!(loader, "saved-heading") } else { fl!(loader, "done-heading") };
    let (label, value) = match &facts.receipt {
        Some(reference) => (fl!(loader, "done-reference"), reference.grouped()),
        None => (String::new(), String::new()),
    };
    let mut blocks = Vec::new();
    if is_saved_only {
        // Not green: nothing counts before the service has it.
        blocks.push(Block::Warning(rich(&fl!(loader, "saved-detail"))));
        let open =
            if workstation.forgets { fl!(loader, "saved-stay") } else { fl!(loader, "saved-keep-open") };
        blocks.push(item(Icon::CloudSlash, &fl!(loader, "saved-sent-later"), None));
        blocks.push(item(Icon::FloppyDisk, &open, None));
        if !value.is_empty() {
            let reference = fl!(loader, "saved-reference", reference = value.as_str());
            blocks.push(item(Icon::Hash, &reference, None));
        }
    } else {
        blocks.push(Block::Success { title: heading.clone(), label, value });
        let has_app = facts.is_proved(MethodKind::AuthenticatorApp);
        let wait = (has_app && go_live::is_past(context)).then(|| fl!(loader, "done-wait"));
        blocks.push(item(Icon::Desktop, &go_live::words(context), wait.as_deref()));
        blocks.push(item(Icon::MapPin, &unasked(context), None));
    }
    let team = profile.help.team.as_str();
    let lost = fl!(loader, "done-lost-phone", team = team);
    blocks.push(item(Icon::DeviceMobile, &fl!(loader, "done-new-phone", team = team), Some(&lost)));
    match slip::block(context) {
        Some(slip) => blocks.push(Block::Slip(slip)),
        None => blocks.push(item(Icon::ChatCircleText, &slip::ask(context), None)),
    }
    blocks.extend(slip::outcome_blocks(context));
    let actions = vec![finish(context, ActionStyle::Primary)];
    Body { heading, blocks, actions, waiting: slip::waiting(context) }
}
