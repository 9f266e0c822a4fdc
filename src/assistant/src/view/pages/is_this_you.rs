//! Page 3, the question: a wrong person is caught before anything is linked.

use domain::WallTime;
use i18n_embed_fl::fl;
use journey::{Event, LastUse};

use super::{Block, Body, Context, Icon, item, primary, quiet, secondary};
use crate::view::rich;

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, facts, .. } = context;
    let mut blocks = Vec::new();
    if let Some(signed_in) = &facts.signed_in {
        let (name, school) = (signed_in.person.name.as_str(), signed_in.school_name.as_str());
        let who = fl!(loader, "is-this-you-who", name = name, school = school);
        let detail = fl!(loader, "is-this-you-sign-in-name", name = signed_in.person.sign_in_name.as_str());
        blocks.push(item(Icon::UserCircle, &who, Some(&detail)));
        if signed_in.used_before {
            blocks.push(Block::Warning(rich(&used_before(context, signed_in.last_used))));
        }
        if !signed_in.set_up.is_empty() {
            blocks.push(quiet(&fl!(loader, "is-this-you-set-up")));
        }
    }
    let actions = vec![
        primary(fl!(loader, "is-this-you-yes"), Event::ThisIsMe),
        secondary(fl!(loader, "is-this-you-no"), Event::NotMe),
    ];
    Body { heading: fl!(loader, "is-this-you-heading"), blocks, actions, waiting: None }
}

/// When somebody used the code before, and where: as far as that is known.
fn used_before(context: &Context<'_>, last: Option<LastUse>) -> String {
    let Context { loader, texts, .. } = context;
    let now = WallTime::of(context.now);
    let Some((LastUse { is_here, .. }, then)) = last.and_then(|last| Some((last, WallTime::of(last.at)?)))
    else {
        return fl!(loader, "is-this-you-used-before");
    };
    let time = texts.time_of_day(then);
    let is_today = now.is_some_and(|now| now.date == then.date);
    match (is_today, is_here) {
        (true, true) => fl!(loader, "is-this-you-used-today-here", time = time),
        (true, false) => fl!(loader, "is-this-you-used-today", time = time),
        (false, true) => fl!(loader, "is-this-you-used-here", date = texts.date(then.date), time = time),
        (false, false) => fl!(loader, "is-this-you-used", date = texts.date(then.date), time = time),
    }
}
