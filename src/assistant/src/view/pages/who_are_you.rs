//! Page 3: the one-use code from IT. Further ways to sign in get their blocks here.

use domain::{CodeWhere, SignInWay};
use i18n_embed_fl::fl;
use journey::{Event, FieldId, State};

use super::{Action, Block, Body, Context, Icon, inset, next, para, quiet, resume_note};
use crate::view::{FieldKind, problems};

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, profile, facts, journey, .. } = context;
    let mut blocks: Vec<Block> = resume_note(context).into_iter().collect();
    if let Some(signed_in) = &facts.signed_in {
        let (name, school) = (signed_in.person.name.as_str(), signed_in.school_name.as_str());
        blocks.push(inset(Icon::UserCircle, &fl!(loader, "who-signed-in", name = name, school = school)));
    } else {
        blocks.push(para(&fl!(loader, "who-intro")));
    }
    for way in &profile.sign_in {
        match way {
            SignInWay::EnrolmentCode => blocks.push(Block::Field {
                field: FieldId::EnrolmentCode,
                kind: FieldKind::EnrolmentCode,
                label: fl!(loader, "who-field"),
                hint: Some(fl!(loader, "who-hint")),
                error: problems::field_error(journey, FieldId::EnrolmentCode, context.texts),
                submit: Event::Next,
            }),
        }
    }
    blocks.push(quiet(&match profile.codes.r#where {
        CodeWhere::Anywhere => fl!(loader, "who-anywhere"),
        CodeWhere::SchoolNetwork => fl!(loader, "who-at-school"),
        CodeWhere::Station => fl!(loader, "who-at-station"),
    }));
    let signing_in = matches!(journey.state(), State::WhoAreYou(who) if who.signing_in.is_some());
    Body {
        heading: fl!(loader, "who-heading"),
        blocks,
        actions: next(loader).into_iter().map(|action| Action { enabled: !signing_in, ..action }).collect(),
        waiting: signing_in.then(|| fl!(loader, "who-waiting")),
    }
}
