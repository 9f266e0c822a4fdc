//! No smartphone is no failure: what the profile offers instead.

use i18n_embed_fl::fl;
use journey::Event;

use super::{ActionStyle, Body, Context, Icon, finish, item, para, primary, quiet};

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, profile, .. } = context;
    let (team, phone) = (profile.help.team.as_str(), profile.help.phone.as_str());
    let offer = fl!(loader, "no-smartphone-offer", team = team, offer = profile.no_smartphone.offer.as_str());
    let ask = fl!(loader, "no-smartphone-ask", team = team, phone = phone);
    let blocks =
        vec![item(Icon::ChatCircleText, &offer, Some(&ask)), quiet(&fl!(loader, "no-smartphone-stop"))];
    if context.journey.method_to_skip().is_some() {
        let blocks =
            vec![para(&fl!(loader, "no-smartphone-call")), item(Icon::ChatCircleText, &offer, Some(&ask))];
        let on = primary(fl!(loader, "no-smartphone-go-on"), Event::SkipMethod);
        let actions = vec![on, finish(context, ActionStyle::Secondary)];
        return Body { heading: fl!(loader, "no-smartphone-heading"), blocks, actions, waiting: None };
    }
    // Nothing is finished here: the window closes, or the next person begins.
    let mut close = finish(context, ActionStyle::Primary);
    if close.event == Event::Finish {
        close.label = fl!(loader, "close");
    }
    let actions = vec![close];
    Body { heading: fl!(loader, "no-smartphone-heading"), blocks, actions, waiting: None }
}
