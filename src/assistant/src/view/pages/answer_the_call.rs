//! Page 10: the test call, live. The number and the digits themselves are the keeper's.

use domain::MethodKind;
use i18n_embed_fl::fl;
use journey::{CallEnding, CallFault, CallStage, Event, NumberId, Problem, State, TestCall};

use super::{
    Action, Block, Body, Context, Icon, Reach, link, methods_so_far, next, on_your_phone, para, phones,
    primary, quiet,
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
            if is_stopped(context, call) {
                // Asked again, the service would refuse: this number's holder wants no calls.
                blocks.push(number_row(context, number));
                let team = context.profile.help.team.as_str();
                blocks.push(para(&match Reach::of(context.profile) {
                    Reach::Phone(phone) => fl!(loader, "call-stopped-lift", team = team, phone = phone),
                    Reach::Email(email) => fl!(loader, "call-stopped-lift-email", team = team, email = email),
                }));
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

/// Whether calls to the number are stopped: in this call, while it waited, or before it was asked for.
fn is_stopped(context: &Context<'_>, call: &TestCall) -> bool {
    matches!(call, TestCall::Ended(CallEnding::Stopped | CallEnding::StoppedBefore))
        || matches!(context.journey.problem(), Some(Problem::NoCall(CallFault::Stopped)))
}

fn live(context: &Context<'_>, heading: String, mut blocks: Vec<Block>, stage: CallStage) -> Body {
    let loader = context.loader;
    // Not the number again: on a small window the digits and how far the call has come fit on one screen.
    blocks.push(Block::CallDigits {
        title: fl!(loader, "on-your-phone"),
        text: fl!(loader, "call-step-press"),
        alt: fl!(loader, "call-digits"),
    });
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
    blocks.push(Block::Stages(stages(context, stage, &waiting)));
    blocks.push(match stage {
        CallStage::Waiting { .. } | CallStage::Dialling | CallStage::Ringing => {
            phones::incoming_call(context)
        }
        CallStage::Answered | CallStage::WrongDigits => phones::keypad(context),
    });
    Body { heading, blocks, actions: vec![another(context)], waiting: Some(waiting) }
}

/// Ringing, answered, confirmed: ticked as the call goes on. How far it is stands at the one to do now.
fn stages(context: &Context<'_>, stage: CallStage, now: &str) -> Vec<Stage> {
    let loader = context.loader;
    let detail = match stage {
        CallStage::Ringing if !context.facts.practice => match &context.profile.calls.caller_id {
            Some(caller) => fl!(loader, "call-tick-ringing-from", caller = caller.as_str()),
            None => fl!(loader, "call-tick-ringing"),
        },
        CallStage::Answered => fl!(loader, "call-tick-press-detail"),
        CallStage::Waiting { .. } | CallStage::Dialling | CallStage::Ringing | CallStage::WrongDigits => {
            now.to_owned()
        }
    };
    let of = |progress| (progress == StageProgress::Current).then(|| detail.clone());
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
    vec![
        super::stage(context, ring_label, of(ring), ring),
        super::stage(context, answer_label, of(answer), answer),
        super::stage(context, fl!(loader, "call-tick-press"), of(press), press),
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
