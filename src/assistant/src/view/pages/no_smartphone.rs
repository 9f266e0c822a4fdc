//! No smartphone is no failure: what the policy offers instead.

use i18n_embed_fl::fl;
use journey::Event;

use super::{Body, Context, Icon, item, para, primary, quiet};

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, policy, .. } = context;
    let offer = fl!(loader, "no-smartphone-offer", offer = policy.no_smartphone.offer.as_str());
    let ask = fl!(loader, "no-smartphone-ask", team = policy.help.team.as_str());
    let call = fl!(loader, "help-call", phone = policy.help.phone.as_str());
    let blocks = vec![
        para(&offer),
        item(Icon::ChatCircleText, &ask, Some(&call)),
        quiet(&fl!(loader, "no-smartphone-stop")),
    ];
    let actions = vec![primary(fl!(loader, "finish"), Event::Finish)];
    Body { heading: fl!(loader, "no-smartphone-heading"), blocks, actions, waiting: None }
}
