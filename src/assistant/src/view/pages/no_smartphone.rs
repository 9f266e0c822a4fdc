//! No smartphone is no failure: what the policy offers instead.

use i18n_embed_fl::fl;
use journey::Event;

use super::{ActionStyle, Body, Context, Icon, finish, item, para, primary, quiet};

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, profile, .. } = context;
    let offer = fl!(loader, "no-smartphone-offer", offer = profile.no_smartphone.offer.as_str());
    let ask = fl!(loader, "no-smartphone-ask", team = profile.help.team.as_str());
    let call = fl!(loader, "help-call", phone = profile.help.phone.as_str());
    let blocks = vec![
        para(&offer),
        item(Icon::ChatCircleText, &ask, Some(&call)),
        quiet(&fl!(loader, "no-smartphone-stop")),
    ];
    if context.journey.method_to_skip().is_some() {
        let blocks =
            vec![para(&fl!(loader, "no-smartphone-call")), item(Icon::ChatCircleText, &offer, Some(&ask))];
        let on = primary(fl!(loader, "no-smartphone-go-on"), Event::SkipMethod);
        let actions = vec![on, finish(context, ActionStyle::Secondary)];
        return Body { heading: fl!(loader, "no-smartphone-heading"), blocks, actions, waiting: None };
    }
    let actions = vec![finish(context, ActionStyle::Primary)];
    Body { heading: fl!(loader, "no-smartphone-heading"), blocks, actions, waiting: None }
}
