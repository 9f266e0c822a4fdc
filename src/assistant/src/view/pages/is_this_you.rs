//! Page 3, the question: a wrong person is caught before anything is linked.

use i18n_embed_fl::fl;
use journey::Event;

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
            blocks.push(Block::Warning(rich(&fl!(loader, "is-this-you-used-before"))));
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
