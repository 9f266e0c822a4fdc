//! Before page 1: the service is asked.

use i18n_embed::fluent::FluentLanguageLoader;
use i18n_embed_fl::fl;

use super::Body;

pub(super) fn body(loader: &FluentLanguageLoader) -> Body {
    let waiting = Some(fl!(loader, "starting-waiting"));
    Body { heading: fl!(loader, "starting-heading"), waiting, ..Body::default() }
}
