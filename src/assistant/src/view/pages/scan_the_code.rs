//! Page 7: the code that links the app, or the key as text. The secret itself is the keeper's.

use i18n_embed_fl::fl;
use journey::{Event, SecretId, State};

use super::{Action, Block, Body, Context, Icon, link, next, on_your_phone, phones};
use crate::view::rich;

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, facts, journey, .. } = context;
    let heading = fl!(loader, "scan-heading");
    let Some(secret) = facts.secret else {
        let actions = next(loader).into_iter().map(|action| Action { enabled: false, ..action }).collect();
        return Body { heading, waiting: Some(fl!(loader, "scan-waiting")), actions, ..Body::default() };
    };
    let (bigger, key_shown) = if let State::ScanTheCode { bigger, key_shown } = journey.state() {
        (*bigger, *key_shown)
    } else {
        (false, false)
    };
    let mut blocks = Vec::new();
    if facts.old_entry_in_app {
        blocks.push(Block::Warning(rich(&fl!(loader, "scan-old-entry"))));
    }
    blocks.push(code(context, secret, bigger, key_shown));
    if key_shown {
        blocks.extend(key(context, secret));
    }
    // A code that fills the window covers it.
    if !bigger {
        blocks.push(phones::camera(context));
    }
    Body { heading, blocks, actions: next(loader), waiting: None }
}

fn code(context: &Context<'_>, secret: SecretId, bigger: bool, key_shown: bool) -> Block {
    let Context { loader, profile, .. } = context;
    let steps =
        [fl!(loader, "scan-step-point"), fl!(loader, "scan-step-see", trust = profile.trust.name.as_str())];
    let size = if bigger {
        link(Icon::MagnifyingGlassMinus, fl!(loader, "scan-smaller"), Event::MakeBigger(false))
    } else {
        link(Icon::MagnifyingGlassPlus, fl!(loader, "scan-bigger"), Event::MakeBigger(true))
    };
    let by_hand = if key_shown {
        link(Icon::EyeSlash, fl!(loader, "scan-hide-key"), Event::ShowKey(false))
    } else {
        link(Icon::Keyboard, fl!(loader, "scan-cannot"), Event::ShowKey(true))
    };
    let beside = vec![on_your_phone(loader, &steps), Block::Links(vec![size, by_hand])];
    Block::EnrolmentQr { secret, alt: fl!(loader, "scan-qr"), bigger, beside }
}

fn key(context: &Context<'_>, secret: SecretId) -> [Block; 3] {
    let loader = context.loader;
    let name =
        context.facts.signed_in.as_ref().map_or("", |signed_in| signed_in.person.sign_in_name.as_str());
    let choose = match context.profile.app.manual_label() {
        Some(label) => fl!(loader, "scan-key-step-select", label = label),
        None => fl!(loader, "scan-key-step-choose"),
    };
    let steps = [choose, fl!(loader, "scan-key-step-name", name = name), fl!(loader, "scan-key-step-key")];
    [
        Block::Heading2(fl!(loader, "scan-key-heading")),
        on_your_phone(loader, &steps),
        Block::Key {
            secret,
            label: fl!(loader, "scan-key"),
            copy_label: fl!(loader, "scan-key-copy"),
            copied_label: fl!(loader, "scan-key-copied"),
            spell_label: fl!(loader, "scan-key-spell"),
        },
    ]
}
