//! The service cannot be used. What is wrong stands in the problem above.

use i18n_embed::fluent::FluentLanguageLoader;
use i18n_embed_fl::fl;
use journey::{Event, Journey, ServiceFault, State};

use super::{Body, para, primary, quiet, secondary};

pub(super) fn body(journey: &Journey, loader: &FluentLanguageLoader) -> Body {
    let mut blocks = vec![para(&fl!(loader, "cannot-start-not-lost"))];
    if let State::CannotStart(state) = journey.state()
        && state.fault == ServiceFault::Unreachable
    {
        blocks.push(quiet(&fl!(loader, "cannot-start-asking")));
    }
    let actions = vec![
        primary(fl!(loader, "try-again"), Event::TryAgain),
        secondary(fl!(loader, "close"), Event::Finish),
    ];
    Body { heading: fl!(loader, "cannot-start-heading"), blocks, actions, waiting: None }
}
