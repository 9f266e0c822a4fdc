//! Page 2: the promise, and how long what is kept. It informs; there is nothing to tick.

use domain::MethodKind;
use i18n_embed_fl::fl;

use super::{Block, Body, Context, Icon, inset, next, para};

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, policy, facts, texts, .. } = context;
    let (retention, operator) = (&policy.retention, policy.trust.operator.as_str());
    let row = |label: String, value: String| Block::Row { label, value, change: None };
    let mut blocks = vec![para(&fl!(loader, "details-promise", operator = operator))];
    if facts.methods().contains(&MethodKind::PhoneCall) {
        blocks.push(match &policy.calls.company {
            Some(company) => para(&fl!(loader, "details-calls", company = company.as_str())),
            None => para(&fl!(loader, "details-calls-unnamed")),
        });
    }
    blocks.extend([
        inset(Icon::LockKey, &fl!(loader, "details-never")),
        Block::Heading2(fl!(loader, "details-kept")),
        row(
            fl!(loader, "details-kept-key"),
            fl!(loader, "details-kept-key-value", time = texts.days(retention.departed_days)),
        ),
        row(
            fl!(loader, "details-kept-unused"),
            fl!(
                loader,
                "details-kept-unused-value",
                open = texts.days(policy.lifetimes.grant_days),
                time = texts.days(retention.unused_grant_days)
            ),
        ),
        row(fl!(loader, "details-kept-addresses"), texts.days(retention.address_days)),
        row(fl!(loader, "details-kept-audit"), texts.days(retention.audit_days)),
        row(
            fl!(loader, "details-kept-backups"),
            fl!(loader, "details-kept-backups-value", operator = operator),
        ),
    ]);
    Body { heading: fl!(loader, "details-heading"), blocks, actions: next(loader), waiting: None }
}
