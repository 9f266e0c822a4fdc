//! Page 9: the region and the number, in any way people write it. A call is the only choice, and the page says why.

use i18n_embed_fl::fl;
use journey::{Event, FieldId, State, YourPhoneNumber};

use super::{Block, Body, Context, Icon, action, next, para, practice_note, quiet, secondary};
use crate::view::{ActionStyle, ChoiceOption, FieldKind, RegionOption, problems, regions};

pub(super) fn body(context: &Context<'_>) -> Body {
    let Context { loader, profile, facts, journey, .. } = context;
    let page =
        if let State::YourPhoneNumber(page) = journey.state() { *page } else { YourPhoneNumber::default() };
    let heading = fl!(loader, "number-heading");
    let offered = numbers::offered_regions(&profile.numbers);
    let region = facts.region();
    if page.regions_open {
        let options = offered.into_iter().map(|offered| RegionOption {
            offered,
            card: ChoiceOption {
                label: regions::label(offered.region, loader),
                icon: None,
                selected: offered.region == region,
                event: Event::RegionChosen(offered.region),
            },
        });
        let options = options.collect();
        let blocks = vec![Block::Find {
            field: FieldId::Region,
            label: fl!(loader, "number-region-find"),
            legend: fl!(loader, "number-region"),
            options,
            none: fl!(loader, "number-region-none"),
        }];
        let actions = vec![secondary(fl!(loader, "number-region-close"), Event::OpenRegions(false))];
        return Body { heading, blocks, actions, waiting: None };
    }
    let mut blocks = Vec::new();
    blocks.extend(practice_note(context));
    blocks.push(para(&fl!(loader, "number-why")));
    blocks.push(quiet(&fl!(loader, "number-no-texts")));
    if let Some(company) = &profile.calls.company {
        blocks.push(quiet(&fl!(loader, "number-company", company = company.as_str())));
    }
    let change = Event::OpenRegions(true);
    blocks.push(Block::Row {
        label: fl!(loader, "number-region"),
        value: regions::label(region, loader),
        change: (offered.len() > 1)
            .then(|| action(fl!(loader, "number-region-change"), change, ActionStyle::Link)),
    });
    blocks.push(Block::Field {
        field: FieldId::PhoneNumber,
        kind: FieldKind::PhoneNumber,
        label: fl!(loader, "number-field"),
        hint: Some(fl!(loader, "number-hint")),
        error: problems::field_error(journey, FieldId::PhoneNumber, context.texts),
        submit: Event::Next,
    });
    if journey.problem().is_none() {
        blocks.push(Block::WillCall { label: fl!(loader, "number-will-call") });
    }
    let mut actions = next(loader);
    if journey.method_to_skip().is_some() {
        actions.push(super::link(Icon::CaretRight, fl!(loader, "number-pass-over"), Event::SkipMethod));
    }
    Body { heading, blocks, actions, waiting: None }
}
