//! Page 4. Nothing is selected at first.

use i18n_embed_fl::fl;
use journey::{Event, PhoneChoice, State};

use super::{Block, Body, Context, Icon, next, para};
use crate::view::ChoiceOption;

pub(super) fn body(context: &Context<'_>) -> Body {
    let loader = context.loader;
    let chosen = if let State::WhatPhone { chosen } = context.journey.state() { *chosen } else { None };
    let option = |label: String, icon: Option<Icon>, choice: PhoneChoice| ChoiceOption {
        label,
        icon,
        selected: chosen == Some(choice),
        event: Event::PhoneChosen(choice),
    };
    let options = vec![
        option(fl!(loader, "phone-iphone"), Some(Icon::AppleLogo), PhoneChoice::IPhone),
        option(fl!(loader, "phone-android"), Some(Icon::AndroidLogo), PhoneChoice::Android),
        option(fl!(loader, "phone-not-sure"), None, PhoneChoice::NotSure),
        option(fl!(loader, "phone-none"), None, PhoneChoice::NoSmartphone),
    ];
    let blocks = vec![
        para(&fl!(loader, "phone-why")),
        Block::Choice { legend: fl!(loader, "phone-heading"), options },
    ];
    Body { heading: fl!(loader, "phone-heading"), blocks, actions: next(loader), waiting: None }
}
