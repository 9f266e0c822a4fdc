//! Page 8: one field. What kind of wrong a code was stands in the problem.

use domain::MethodKind;
use i18n_embed_fl::fl;
use journey::{CodeTest, Event, FieldId, State};

use super::{Action, Block, Body, Context, methods_so_far, next, on_your_phone, phones};
use crate::view::{FieldKind, problems};

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, profile, facts, journey, .. } = context;
    let heading = fl!(loader, "test-heading");
    if facts.is_proved(MethodKind::AuthenticatorApp) {
        let title = fl!(loader, "test-proved");
        let label = fl!(loader, "test-proved-detail");
        let mut blocks = vec![Block::Success { title: title.clone(), label, value: String::new() }];
        blocks.extend(methods_so_far(context));
        blocks.push(phones::right_code(context));
        return Body { heading: title, blocks, actions: next(loader), waiting: None };
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
        phones::code(context),
    ];
    let judging = matches!(journey.state(), State::TestIt(CodeTest::Judging(judging)) if !judging.quiet);
    Body {
        heading,
        blocks,
        actions: next(loader).into_iter().map(|action| Action { enabled: !judging, ..action }).collect(),
        waiting: judging.then(|| fl!(loader, "test-waiting")),
    }
}
