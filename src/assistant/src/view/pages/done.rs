//! Page 12: the reference and what comes next; or saved here, to be sent later.

use domain::Date;
use i18n_embed_fl::fl;
use journey::{Sent, State};

use super::{ActionStyle, Block, Body, Context, Icon, finish, item};

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, profile, facts, journey, workstation, .. } = context;
    let is_saved_only = matches!(journey.state(), State::Done(Sent::Saved));
    let heading = if is_saved_only { fl!(loader, "saved-heading") } else { fl!(loader, "done-heading") };
    let (label, value) = match &facts.receipt {
        Some(reference) => (fl!(loader, "done-reference"), reference.grouped()),
        None => (String::new(), String::new()),
    };
    let mut blocks = vec![Block::Success { title: heading.clone(), label, value }];
    if is_saved_only {
        let [later, open] = if workstation.forgets {
            [fl!(loader, "saved-here-for-now"), fl!(loader, "saved-stay")]
        } else {
            [fl!(loader, "saved-sent-later"), fl!(loader, "saved-keep-open")]
        };
        blocks.push(item(Icon::CloudSlash, &later, None));
        blocks.push(item(Icon::FloppyDisk, &open, None));
    }
    blocks.push(item(Icon::Desktop, &go_live(context, is_saved_only), None));
    let team = profile.help.team.as_str();
    blocks.push(item(Icon::DeviceMobile, &fl!(loader, "done-new-phone", team = team), None));
    let questions = fl!(loader, "done-questions", team = team, phone = profile.help.phone.as_str());
    blocks.push(item(Icon::ChatCircleText, &questions, None));
    let actions = vec![finish(context, ActionStyle::Primary)];
    Body { heading, blocks, actions, waiting: None }
}

/// The service takes no code before it has the enrolment, and none that was used: also not the one of the test.
fn go_live(context: &Context<'_>, is_saved_only: bool) -> String {
    let Context { loader, profile, texts, now, .. } = context;
    if Date::of(*now) < profile.go_live {
        fl!(loader, "done-go-live", date = texts.date(profile.go_live))
    } else if is_saved_only {
        fl!(loader, "saved-live")
    } else {
        fl!(loader, "done-live")
    }
}
