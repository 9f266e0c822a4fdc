//! No smartphone is no failure: what the profile offers instead.

use i18n_embed_fl::fl;
use journey::Event;

use super::{ActionStyle, Body, Context, Icon, Reach, finish, item, para, primary, quiet};

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, profile, .. } = context;
    let team = profile.help.team.as_str();
    let offer = fl!(loader, "no-smartphone-offer", team = team, offer = profile.no_smartphone.offer.as_str());
    let ask = match Reach::of(profile) {
        Reach::Phone(phone) => fl!(loader, "no-smartphone-ask", team = team, phone = phone),
        Reach::Email(email) => fl!(loader, "no-smartphone-ask-email", team = team, email = email),
    };
    let stop = if context.workstation.serves_next_person() {
        fl!(loader, "no-smartphone-stop-session")
    } else {
        fl!(loader, "no-smartphone-stop")
    };
    let blocks = vec![item(Icon::ChatCircleText, &offer, Some(&ask)), quiet(&stop)];
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
