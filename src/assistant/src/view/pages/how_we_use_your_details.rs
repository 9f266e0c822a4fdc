//! Page 2: the promise, and how long what is kept. It informs; there is nothing to tick.

use domain::{DataCategory, MethodKind};
use i18n_embed_fl::fl;

use super::{Block, Body, Context, Icon, inset, next, para};

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, profile, facts, texts, .. } = context;
    let operator = profile.trust.operator.as_str();
    let calls = facts.methods().contains(&MethodKind::PhoneCall);
    let row = |label: String, value: String| Block::Row { label, value, change: None };
    let mut blocks = vec![para(&fl!(loader, "details-promise", operator = operator))];
    if calls {
        blocks.push(match &profile.calls.company {
            Some(company) => para(&fl!(loader, "details-calls", company = company.as_str())),
            None => para(&fl!(loader, "details-calls-unnamed")),
        });
    }
    blocks.push(inset(Icon::LockKey, &fl!(loader, "details-never")));
    blocks.push(Block::Heading2(fl!(loader, "details-kept")));
    for kind in DataCategory::ALL {
        let time = texts.days(kind.days(&profile.retention));
        match kind {
            DataCategory::Person => blocks.push(row(
                fl!(loader, "details-kept-person"),
                fl!(loader, "details-kept-person-value", time = time),
            )),
            DataCategory::Secrets => blocks.push(row(
                if calls {
                    fl!(loader, "details-kept-key-and-number")
                } else {
                    fl!(loader, "details-kept-key")
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
    Body { heading: fl!(loader, "details-heading"), blocks, actions: next(loader), waiting: None }
}
