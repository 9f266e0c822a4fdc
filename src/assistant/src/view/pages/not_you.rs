//! They said that the code belongs to somebody else.

use i18n_embed_fl::fl;

use super::{Body, Context, Icon, item, para, start_again};

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, profile, .. } = context;
    let ask = fl!(loader, "not-you-ask", team = profile.help.team.as_str());
    let call = fl!(loader, "help-call", phone = profile.help.phone.as_str());
    let blocks = vec![para(&fl!(loader, "not-you-told")), item(Icon::ChatCircleText, &ask, Some(&call))];
    let actions = start_again(context);
    Body { heading: fl!(loader, "not-you-heading"), blocks, actions, waiting: None }
}
