//! Page 5: the store's code for their phone; both links where the phone is not known. One QR code a page.

use i18n_embed_fl::fl;
use journey::{Event, Phone};

use super::{Block, Body, Context, Icon, link, next, on_your_phone};

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, profile, .. } = context;
    let app = profile.app.name.as_str();
    let iphone = || Block::WebLink {
        label: fl!(loader, "app-link-iphone", app = app),
        url: profile.app.stores.iphone.clone(),
    };
    let android = || Block::WebLink {
        label: fl!(loader, "app-link-android", app = app),
        url: profile.app.stores.android.clone(),
    };
    let have_it = Block::Links(vec![link(Icon::CheckCircle, fl!(loader, "app-have-it"), Event::Next)]);
    let blocks = match context.facts.phone {
        Some(Phone::IPhone) => vec![store_code(context, &profile.app.stores.iphone, vec![iphone(), have_it])],
        Some(Phone::Android) => {
            vec![store_code(context, &profile.app.stores.android, vec![android(), have_it])]
        }
        Some(Phone::NotSure) | None => {
            let steps = [
                fl!(loader, "app-step-store"),
                fl!(loader, "app-step-search", app = app),
                fl!(loader, "app-step-publisher", publisher = profile.app.publisher.as_str()),
            ];
            vec![on_your_phone(loader, &steps), iphone(), android(), have_it]
        }
    };
    Body { heading: fl!(loader, "app-heading"), blocks, actions: next(loader), waiting: None }
}

/// The code of one store, with what to do beside it.
fn store_code(context: &Context<'_>, url: &str, links: Vec<Block>) -> Block {
    let Context { loader, profile, .. } = context;
    let (app, publisher) = (profile.app.name.as_str(), profile.app.publisher.as_str());
    let steps = [
        fl!(loader, "app-step-camera"),
        fl!(loader, "app-step-open"),
        fl!(loader, "app-step-install", app = app, publisher = publisher),
    ];
    let mut beside = vec![on_your_phone(loader, &steps)];
    beside.extend(links);
    Block::LinkQr { url: url.to_owned(), alt: fl!(loader, "app-qr", app = app), beside }
}
