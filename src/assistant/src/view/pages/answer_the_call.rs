//! Page 10: the test call, live. The number and the digits themselves are the keeper's.

use domain::MethodKind;
use i18n_embed_fl::fl;
use journey::{CallEnding, CallStage, Event, NumberId, State, TestCall};

use super::{
    Action, Block, Body, Context, Icon, link, methods_so_far, next, on_your_phone, para, phones, primary,
    quiet,
};
use crate::view::{Stage, StageProgress};

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, facts, journey, .. } = context;
    let heading = fl!(loader, "call-heading");
    let (Some(number), State::AnswerTheCall(call)) = (facts.number, journey.state()) else {
        return Body { heading, ..Body::default() };
    };
    let mut blocks = Vec::new();
    if facts.is_proved(MethodKind::PhoneCall) {
        let title = fl!(loader, "call-proved");
        let label = fl!(loader, "call-proved-detail");
        blocks.push(Block::Success { title: title.clone(), label, value: String::new() });
        blocks.push(number_row(context, number));
        blocks.extend(methods_so_far(context));
        return Body { heading: title, blocks, actions: next(loader), waiting: None };
    }
    match call {
        TestCall::Ready | TestCall::Ended(_) | TestCall::Passed => {
            if let TestCall::Ended(CallEnding::Stopped) = call {
                // Asked again, the service would refuse: this number's holder wants no calls.
                blocks.push(number_row(context, number));
                let change = primary(fl!(loader, "call-another"), Event::Back);
                return Body { heading, blocks, actions: vec![change], waiting: None };
            }
            let again = matches!(call, TestCall::Ended(_));
            let label = if again { fl!(loader, "call-again") } else { fl!(loader, "call-me") };
            blocks.push(para(&fl!(loader, "call-ready", button = label.as_str())));
            blocks.push(number_row(context, number));
            let steps = [caller(context), fl!(loader, "call-step-digits")];
            blocks.push(on_your_phone(loader, &steps));
            blocks.push(quiet(&fl!(loader, "call-only-now")));
            blocks.push(phones::incoming_call(context));
            Body {
                heading,
                blocks,
                actions: vec![primary(label, Event::Next), another(context)],
                waiting: None,
            }
        }
        TestCall::Asking(_) => {
            blocks.extend([number_row(context, number), phones::incoming_call(context)]);
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
    blocks.push(Block::CallDigits {
        title: fl!(loader, "on-your-phone"),
        text: fl!(loader, "call-step-press"),
        alt: fl!(loader, "call-digits"),
    });
    blocks.push(Block::Stages(stages(context, stage)));
    let waiting = match stage {
        CallStage::Waiting { ahead: 0 } => fl!(loader, "call-soon"),
        CallStage::Waiting { ahead } => fl!(loader, "call-waiting", ahead = ahead),
        CallStage::Dialling | CallStage::Ringing if context.facts.practice => {
            fl!(loader, "call-practice-ring")
        }
        CallStage::Dialling => fl!(loader, "call-dialling"),
        CallStage::Ringing => fl!(loader, "call-ringing"),
        CallStage::Answered => fl!(loader, "call-press"),
        CallStage::WrongDigits => fl!(loader, "call-press-again"),
    };
    blocks.push(match stage {
        CallStage::Waiting { .. } | CallStage::Dialling | CallStage::Ringing => {
            phones::incoming_call(context)
        }
        CallStage::Answered | CallStage::WrongDigits => phones::keypad(context),
    });
    Body { heading, blocks, actions: vec![another(context)], waiting: Some(waiting) }
}

/// Ringing, answered, confirmed: ticked as the call goes on.
fn stages(context: &Context<'_>, stage: CallStage) -> Vec<Stage> {
    let loader = context.loader;
    let (ring, answer, press) = match stage {
        CallStage::Waiting { .. } | CallStage::Dialling => {
            (StageProgress::Current, StageProgress::Ahead, StageProgress::Ahead)
        }
        CallStage::Ringing => (StageProgress::Done, StageProgress::Current, StageProgress::Ahead),
        CallStage::Answered | CallStage::WrongDigits => {
            (StageProgress::Done, StageProgress::Done, StageProgress::Current)
        }
    };
    let ring_label = match ring {
        StageProgress::Done if context.facts.practice => fl!(loader, "call-tick-practice-rang"),
        StageProgress::Done => fl!(loader, "call-tick-rang"),
        StageProgress::Current | StageProgress::Ahead if context.facts.practice => {
            fl!(loader, "call-tick-practice-ring")
        }
        StageProgress::Current | StageProgress::Ahead => fl!(loader, "call-tick-ring"),
    };
    let answer_label = match answer {
        StageProgress::Done => fl!(loader, "call-tick-answered"),
        StageProgress::Current | StageProgress::Ahead => fl!(loader, "call-tick-answer"),
    };
    let press_detail = (press == StageProgress::Current).then(|| fl!(loader, "call-tick-press-detail"));
    vec![
        super::stage(context, ring_label, None, ring),
        super::stage(
            context,
            answer_label,
            Some(caller(context)).filter(|_| answer == StageProgress::Current),
            answer,
        ),
        super::stage(context, fl!(loader, "call-tick-press"), press_detail, press),
    ]
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
