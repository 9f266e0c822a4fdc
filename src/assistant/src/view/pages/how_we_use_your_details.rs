//! Page 2: the promise, and how long what is kept. It informs; there is nothing to tick.

use domain::{DataCategory, MethodKind};
use i18n_embed_fl::fl;

use journey::{Event, State};

use super::{Block, Body, Context, Icon, inset, link, next, para};

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, profile, facts, .. } = context;
    let operator = profile.trust.operator.as_str();
    let methods = facts.methods();
    let calls = methods.contains(&MethodKind::PhoneCall);
    let app = methods.contains(&MethodKind::AuthenticatorApp);
    let promise = match (app, calls) {
        (true, false) => fl!(loader, "details-promise-app", operator = operator),
        (false, true) => fl!(loader, "details-promise-number", operator = operator),
        (true, true) | (false, false) => fl!(loader, "details-promise", operator = operator),
    };
    let mut blocks = vec![para(&promise)];
    if calls {
        blocks.push(match &profile.calls.company {
            Some(company) => para(&fl!(loader, "details-calls", company = company.as_str())),
            None => para(&fl!(loader, "details-calls-unnamed")),
        });
    }
    let never = if app { fl!(loader, "details-never") } else { fl!(loader, "details-never-password") };
    blocks.push(inset(Icon::LockKey, &never));
    let is_shown = matches!(context.journey.state(), State::HowWeUseYourDetails { periods_shown: true });
    let toggle = if is_shown {
        link(Icon::EyeSlash, fl!(loader, "details-kept-hide"), Event::ShowPeriods(false))
    } else {
        link(Icon::Eye, fl!(loader, "details-kept-show"), Event::ShowPeriods(true))
    };
    blocks.push(Block::Links(vec![toggle]));
    if is_shown {
        blocks.extend(periods(context));
    }
    Body { heading: fl!(loader, "details-heading"), blocks, actions: next(loader), waiting: None }
}

/// How long what is kept.
fn periods(context: &Context<'_>) -> Vec<Block> {
    let Context { loader, profile, facts, texts, .. } = context;
    let operator = profile.trust.operator.as_str();
    let methods = facts.methods();
    let calls = methods.contains(&MethodKind::PhoneCall);
    let row = |label: String, value: String| Block::Row { label, value, change: None };
    let mut blocks = vec![Block::Heading2(fl!(loader, "details-kept"))];
    for kind in DataCategory::ALL {
        let time = texts.days(kind.days(&profile.retention));
        match kind {
            DataCategory::Person => blocks.push(row(
                fl!(loader, "details-kept-person"),
                fl!(loader, "details-kept-person-value", time = time),
            )),
            DataCategory::Secrets => blocks.push(row(
                match (methods.contains(&MethodKind::AuthenticatorApp), calls) {
                    (true, true) => fl!(loader, "details-kept-key-and-number"),
                    (false, true) => fl!(loader, "details-kept-number"),
                    (_, false) => fl!(loader, "details-kept-key"),
                },
                fl!(loader, "details-kept-key-value", time = time),
            )),
            DataCategory::Unfinished => {
                let open = texts.days(profile.lifetimes.grant_days);
                blocks.push(row(
                    fl!(loader, "details-kept-unused"),
                    fl!(loader, "details-kept-unused-value", open = open, time = time),
                ));
            }
            DataCategory::Calls if !calls => {}
            DataCategory::Calls => blocks.extend([
                row(fl!(loader, "details-kept-calls"), time),
                row(
                    fl!(loader, "details-kept-stops"),
                    fl!(loader, "details-kept-stops-value", time = texts.days(profile.calls.stopped_days)),
                ),
            ]),
            DataCategory::Addresses => blocks.push(row(fl!(loader, "details-kept-addresses"), time)),
            DataCategory::Audit => blocks.push(row(fl!(loader, "details-kept-audit"), time)),
        }
    }
    blocks.push(row(
        fl!(loader, "details-kept-backups"),
        fl!(loader, "details-kept-backups-value", operator = operator),
    ));
    blocks
}
