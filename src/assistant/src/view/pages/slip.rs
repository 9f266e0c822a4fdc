//! The slip of page 12: what somebody takes away, and what can be done with it. Never a secret, a number or a name.

use i18n_embed_fl::fl;
use journey::{Event, Sent, SlipPlace, State};

use super::{Action, Block, Context, Icon, Reach, go_live, inset, link, secondary, unasked};
use crate::view::{Slip, SlipView, rich};

/// The slip, once the service has the enrolment.
pub(super) fn slip(context: &Context<'_>) -> Option<Slip> {
    let Context { loader, profile, facts, journey, texts, .. } = context;
    let is_accepted = matches!(journey.state(), State::Done { sent: Sent::Accepted, .. });
    let reference = facts.receipt.as_ref().filter(|_| is_accepted)?.grouped();
    let (team, help) = (profile.help.team.as_str(), &profile.help);
    let practice = facts.practice.then(|| fl!(loader, "slip-practice"));
    let when = [go_live::words(context), unasked(context)];
    let phone = [
        fl!(loader, "done-new-phone", team = team),
        fl!(loader, "done-lost-phone", team = team),
        ask(context),
    ];
    // With a number to call, the address is a second way.
    let email = help
        .email
        .as_ref()
        .filter(|_| help.phone.is_some())
        .map(|email| fl!(loader, "help-email", email = email.as_str()));
    let hours = help.hours.as_ref().map(|hours| fl!(loader, "help-hours", hours = hours.as_str()));
    let school = facts.signed_in.as_ref().map_or("", |signed_in| signed_in.school_name.as_str());
    let date = texts.date(domain::Date::of(context.now));
    Some(Slip {
        name: fl!(loader, "slip-name", reference = reference.as_str()),
        trust: profile.trust.name.to_string(),
        heading: fl!(loader, "done-heading"),
        reference_label: fl!(loader, "slip-reference"),
        reference,
        when: practice.into_iter().chain(when).map(|line| rich(&line)).collect(),
        help: phone.into_iter().chain(email).chain(hours).map(|line| rich(&line)).collect(),
        made: fl!(loader, "slip-made", date = date, school = school),
    })
}

/// The slip on the page, with **Print**, and **Save** where what is saved stays with the person.
pub(super) fn block(context: &Context<'_>) -> Option<SlipView> {
    let Context { loader, workstation, journey, .. } = context;
    let slip = slip(context)?;
    let State::Done { slip: progress, .. } = journey.state() else { return None };
    let enabled = !matches!(progress, journey::Slip::Making(_));
    let print = Action {
        icon: Some(Icon::Printer),
        enabled,
        ..secondary(fl!(loader, "slip-print"), Event::PrintSlip)
    };
    let save = workstation.keeps_files().then(|| Action {
        icon: Some(Icon::DownloadSimple),
        enabled,
        ..secondary(fl!(loader, "slip-save"), Event::SaveSlip(SlipPlace::Documents))
    });
    Some(SlipView {
        heading: fl!(loader, "slip-heading"),
        slip,
        ask: rich(&ask(context)),
        actions: [Some(print), save].into_iter().flatten().collect(),
        note: fl!(loader, "slip-note"),
    })
}

/// Whom to ask.
pub(super) fn ask(context: &Context<'_>) -> String {
    let Context { loader, profile, .. } = context;
    let team = profile.help.team.as_str();
    match Reach::of(profile) {
        Reach::Phone(phone) => fl!(loader, "slip-questions", team = team, phone = phone),
        Reach::Email(email) => fl!(loader, "slip-questions-email", team = team, email = email),
    }
}

/// What became of it.
pub(super) fn outcome(context: &Context<'_>) -> Option<String> {
    let loader = context.loader;
    let State::Done { slip: progress, .. } = context.journey.state() else { return None };
    match progress {
        journey::Slip::NotMade | journey::Slip::Making(_) => None,
        journey::Slip::Opened => Some(fl!(loader, "slip-opened")),
        journey::Slip::Saved(place) => Some(fl!(loader, "slip-saved", place = place.as_str())),
    }
}

/// What became of it, on the page. What was saved can be saved where one sees it as well.
pub(super) fn outcome_blocks(context: &Context<'_>) -> Vec<Block> {
    let mut blocks: Vec<Block> =
        outcome(context).map(|words| inset(Icon::CheckCircle, &words)).into_iter().collect();
    if matches!(context.journey.state(), State::Done { slip: journey::Slip::Saved(_), .. }) {
        let label = fl!(context.loader, "slip-save-desktop");
        blocks.push(Block::Links(vec![link(Icon::Desktop, label, Event::SaveSlip(SlipPlace::Desktop))]));
    }
    blocks
}

/// What one waits for, while it is made.
pub(super) fn waiting(context: &Context<'_>) -> Option<String> {
    let State::Done { slip: journey::Slip::Making(_), .. } = context.journey.state() else { return None };
    Some(fl!(context.loader, "slip-making"))
}
