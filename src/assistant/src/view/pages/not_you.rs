//! They said that the code belongs to somebody else.

use i18n_embed_fl::fl;

use super::{Body, Context, Icon, Reach, item, para, start_again};

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, profile, .. } = context;
    let ask = fl!(loader, "not-you-ask", team = profile.help.team.as_str());
    let reach = match Reach::of(profile) {
        Reach::Phone(phone) => fl!(loader, "help-call", phone = phone),
        Reach::Email(email) => fl!(loader, "help-email", email = email),
    };
    let blocks = vec![para(&fl!(loader, "not-you-told")), item(Icon::ChatCircleText, &ask, Some(&reach))];
    let actions = start_again(context);
    Body { heading: fl!(loader, "not-you-heading"), blocks, actions, waiting: None }
}
