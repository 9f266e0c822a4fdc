//! Page 8: one field. What kind of wrong a code was stands in the problem.

use domain::MethodKind;
use i18n_embed_fl::fl;
use journey::{Event, FieldId, State};

use super::{Action, Block, Body, Context, Icon, inset, next, on_your_phone};
use crate::view::{FieldKind, problems};

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, profile, facts, journey, .. } = context;
    let heading = fl!(loader, "test-heading");
    if facts.is_proved(MethodKind::AuthenticatorApp) {
        let blocks = vec![inset(Icon::CheckCircle, &fl!(loader, "test-proved"))];
        return Body { heading, blocks, actions: next(loader), waiting: None };
    }
    let steps = [fl!(loader, "test-step-find", trust = profile.trust.name.as_str())];
    let blocks = vec![
        on_your_phone(loader, &steps),
        Block::Field {
            field: FieldId::AppCode,
            kind: FieldKind::SixDigits,
            label: fl!(loader, "test-field"),
            hint: Some(fl!(loader, "test-hint")),
            error: problems::field_error(journey, FieldId::AppCode, context.texts),
            submit: Event::Next,
        },
    ];
    let judging = matches!(journey.state(), State::TestIt { judging: Some(judging) } if !judging.quiet);
    Body {
        heading,
        blocks,
        actions: next(loader).into_iter().map(|action| Action { enabled: !judging, ..action }).collect(),
        waiting: judging.then(|| fl!(loader, "test-waiting")),
    }
}
