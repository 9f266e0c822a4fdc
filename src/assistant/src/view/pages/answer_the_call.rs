//! Page 10: the test call, live. The number and the digits themselves are the keeper's.

use domain::MethodKind;
use i18n_embed_fl::fl;
use journey::{CallStage, Event, NumberId, State, TestCall};

use super::{
    Action, Block, Body, Context, Icon, inset, link, next, on_your_phone, para, practice_note, primary, quiet,
};

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, facts, journey, .. } = context;
    let heading = fl!(loader, "call-heading");
    let (Some(number), State::AnswerTheCall(call)) = (facts.number, journey.state()) else {
        return Body { heading, ..Body::default() };
    };
    let mut blocks = Vec::new();
    blocks.extend(practice_note(context));
    if facts.is_proved(MethodKind::PhoneCall) {
        blocks.push(inset(Icon::CheckCircle, &fl!(loader, "call-proved")));
        blocks.push(number_row(context, number));
        return Body { heading, blocks, actions: next(loader), waiting: None };
    }
    match call {
        TestCall::Ready | TestCall::Ended(_) => {
            let again = matches!(call, TestCall::Ended(_));
            let label = if again { fl!(loader, "call-again") } else { fl!(loader, "call-me") };
            blocks.push(para(&fl!(loader, "call-ready", button = label.as_str())));
            blocks.push(number_row(context, number));
            let steps = [caller(context), fl!(loader, "call-step-digits")];
            blocks.push(on_your_phone(loader, &steps));
            blocks.push(quiet(&fl!(loader, "call-only-now")));
            Body {
                heading,
                blocks,
                actions: vec![primary(label, Event::Next), another(context)],
                waiting: None,
            }
        }
        TestCall::Asking(_) => {
            blocks.push(number_row(context, number));
            let label = fl!(loader, "call-me");
            let actions = vec![Action { enabled: false, ..primary(label, Event::Next) }];
            Body { heading, blocks, actions, waiting: Some(fl!(loader, "call-asking")) }
        }
        TestCall::Live { stage, .. } => live(context, heading, blocks, *stage),
    }
}

fn live(context: &Context<'_>, heading: String, mut blocks: Vec<Block>, stage: CallStage) -> Body {
    let loader = context.loader;
    // Not the number again: on a small window the digits and how far the call has come fit on one screen.
    let steps = [caller(context), fl!(loader, "call-step-press")];
    blocks.push(on_your_phone(loader, &steps));
    blocks.push(Block::CallDigits { alt: fl!(loader, "call-digits") });
    let waiting = match stage {
        CallStage::Waiting { ahead: 0 } => fl!(loader, "call-soon"),
        CallStage::Waiting { ahead } => fl!(loader, "call-waiting", ahead = ahead),
        CallStage::Dialling => fl!(loader, "call-dialling"),
        CallStage::Ringing => fl!(loader, "call-ringing"),
        CallStage::Answered => fl!(loader, "call-press"),
        CallStage::WrongDigits => fl!(loader, "call-press-again"),
    };
    Body { heading, blocks, actions: vec![another(context)], waiting: Some(waiting) }
}

fn number_row(context: &Context<'_>, number: NumberId) -> Block {
    Block::Number {
        number,
        label: fl!(context.loader, "call-number"),
        otherwise: String::new(),
        change: None,
    }
}

/// Whose call it is, as the phone shows it.
fn caller(context: &Context<'_>) -> String {
    match &context.profile.calls.caller_id {
        Some(caller) => fl!(context.loader, "call-step-answer-from", caller = caller.as_str()),
        None => fl!(context.loader, "call-step-answer"),
    }
}

fn another(context: &Context<'_>) -> Action {
    link(Icon::CaretLeft, fl!(context.loader, "call-another"), Event::Back)
}
