//! The controls that pages are made of, one file for each kind of block. A page never draws with egui itself.
//!
//! Not here: the frame round the page (`frame.rs`), and any rule of the journey.

mod button;
mod card;
mod choice;
mod field;
mod heading;
mod key;
mod links;
mod number;
mod panels;
mod phones;
mod picture;
mod row;
mod slip;
mod stages;
pub(super) mod text;

use egui::{Response, Ui};
use journey::Event;

use super::focus::Ring;
use super::look::Look;
use super::memory::Memory;
use crate::keeper::Keeper;
use crate::view::{Block, Icon, View};

pub(super) use button::{actions, button, choose};
pub(super) use heading::{heading, heading_small, page_heading};
pub(super) use links::{back, link};
pub(super) use panels::problem;

/// What every control needs, and what it may change.
pub(super) struct Kit<'a> {
    pub(super) look: &'a Look,
    pub(super) keeper: &'a mut Keeper,
    pub(super) memory: &'a mut Memory,
    pub(super) events: Vec<Event>,
    /// The width of the frame, and the height of the page that is seen at once.
    pub(super) room: egui::Vec2,
    /// Where the page begins, however far it is scrolled.
    pub(super) top: f32,
    /// The page's buttons stand below it for good.
    pub(super) is_pinned: bool,
    /// The slip to take away stands beside the page.
    pub(super) slip_is_beside: bool,
    /// What the page's main button does.
    pub(super) primary: Option<Event>,
}

impl Kit<'_> {
    /// Something happened.
    pub(super) fn emit(&mut self, event: &Event) {
        self.events.push(event.clone());
    }

    /// Call for each control that takes the keyboard: scrolls to it and remembers where its ring goes.
    pub(super) fn mark(&mut self, ui: &Ui, response: &Response, radius: f32) {
        if response.gained_focus() || response.has_focus() && self.memory.follows {
            ui.scroll_to_rect(response.rect.expand(self.look.space(5)), None);
        }
        if response.has_focus() && self.memory.keyboard {
            self.memory.ring = Some(Ring { rect: response.rect, radius, clip: ui.clip_rect() });
        }
    }
}

/// The width of a page: wider where something stands beside its words.
pub(super) fn page_width(kit: &Kit<'_>, view: &View) -> f32 {
    let sizes = &kit.look.sizes;
    let has_more = phones::phones_of(view).is_some() || slip::slip_of(view).is_some();
    if has_more { sizes.frame } else { sizes.column }
}

/// Draws a page's words, and beside them what stands there.
pub(super) fn beside(ui: &mut Ui, kit: &mut Kit<'_>, view: &View, add: impl FnOnce(&mut Ui, &mut Kit<'_>)) {
    match slip::slip_of(view) {
        Some(slip) => {
            kit.memory.drawings.clear();
            slip::beside_slip(ui, kit, slip, add);
        }
        None => phones::beside_phones(ui, kit, view, add),
    }
}

/// Draws blocks one under the other.
pub(super) fn blocks(ui: &mut Ui, kit: &mut Kit<'_>, blocks: &[Block]) {
    let mut before: Option<&Block> = None;
    // Phones stand beside all the others: see `phones.rs`.
    let slip_is_beside = kit.slip_is_beside;
    let is_beside = |block: &Block| {
        matches!(block, Block::Phones(_)) || matches!(block, Block::Slip(_)) && slip_is_beside
    };
    let shown = blocks.iter().filter(|block| !is_beside(block));
    for (number, block) in shown.enumerate() {
        if let Some(before) = before {
            ui.add_space(gap(kit.look, before, block));
        }
        ui.push_id(number, |ui| block_ui(ui, kit, block));
        before = Some(block);
    }
}

fn block_ui(ui: &mut Ui, kit: &mut Kit<'_>, block: &Block) {
    match block {
        Block::Para(rich) => text::paragraph(ui, kit.look, rich, kit.look.palette.text),
        Block::Quiet(rich) => text::paragraph(ui, kit.look, rich, kit.look.palette.quiet),
        Block::Heading2(words) => {
            kit.memory.heading_top = ui.cursor().top();
            heading(ui, kit.look, words, 2);
        }
        Block::Item { icon, title, detail } => card::item(ui, kit.look, *icon, title, detail.as_deref()),
        Block::Steps { place, title, lines } => card::steps(ui, kit.look, *place, title, lines),
        Block::Inset { icon, text } => {
            let rect = panels::inset(ui, kit.look, *icon, text);
            if *icon == Icon::CheckCircle && kit.memory.tells_outcome {
                ui.scroll_to_rect(rect.expand(kit.look.space(5)), None);
            }
        }
        Block::Warning(rich) => panels::warning(ui, kit.look, rich),
        Block::Success { title, label, value } => panels::success(ui, kit, title, label, value),
        Block::Choice { legend, options } => choice::choice(ui, kit, legend, options),
        Block::Field { field: id, kind, label, hint, error, submit } => {
            field::field(
                ui,
                kit,
                &field::Field {
                    id: *id,
                    kind: *kind,
                    label,
                    hint: hint.as_deref(),
                    error: error.as_deref(),
                    submit,
                },
            );
        }
        Block::EnrolmentQr { secret, alt, bigger, beside } => {
            picture::enrolment(ui, kit, *secret, alt, *bigger, beside)
        }
        Block::LinkQr { url, alt, beside } => picture::link(ui, kit, url, alt, beside),
        Block::Key { secret, label, copy_label, copied_label, spell_label } => {
            key::key(
                ui,
                kit,
                *secret,
                &key::Words { label, copy: copy_label, copied: copied_label, spell: spell_label },
            );
        }
        Block::Row { label, value, change } => row::row(ui, kit, label, value, change.as_ref()),
        Block::Number { number, label, otherwise, change } => {
            number::number(ui, kit, *number, label, otherwise, change.as_ref());
        }
        Block::WillCall { label } => number::will_call(ui, kit, label),
        Block::CallDigits { title, text, alt } => number::digits(ui, kit, title, text, alt),
        Block::Stages(list) => stages::stages(ui, kit, list),
        Block::Find { field, label, legend, options, none } => {
            number::find(ui, kit, *field, label, legend, options, none);
        }
        // By their place: one whose words change stays the same to the keyboard.
        Block::Links(links) => links.iter().enumerate().for_each(|(number, action)| {
            ui.push_id(number, |ui| link(ui, kit, action));
        }),
        Block::WebLink { label, url, otherwise } => links::web_link(ui, kit, label, url, otherwise),
        Block::Slip(slip) => slip::within(ui, kit, slip),
        Block::Phones(_) => {}
    }
}

/// The space between two blocks.
fn gap(look: &Look, before: &Block, after: &Block) -> f32 {
    let (tight, near, usual, far) = (look.space(0), look.space(2), look.space(3), look.space(4));
    match (before, after) {
        (Block::Row { .. } | Block::Number { .. }, Block::Row { .. } | Block::Number { .. })
        | (Block::Links(_) | Block::WebLink { .. }, Block::Links(_) | Block::WebLink { .. }) => 0.0,
        (_, Block::Links(_) | Block::WebLink { .. }) => tight,
        (Block::Links(_) | Block::WebLink { .. }, _) => near,
        (Block::Heading2(_), _) => near,
        (_, Block::Heading2(_)) => far,
        (
            Block::Para(_) | Block::Quiet(_),
            Block::Para(_)
            | Block::Quiet(_)
            | Block::Choice { .. }
            | Block::Steps { .. }
            | Block::Row { .. }
            | Block::Number { .. },
        )
        | (Block::Field { .. }, Block::WillCall { .. })
        | (Block::Steps { .. }, _)
        | (_, Block::Row { .. } | Block::Number { .. } | Block::CallDigits { .. }) => near,
        (Block::Success { .. }, _) => far,
        (Block::Item { .. }, Block::Item { .. }) => near,
        (
            Block::Item { .. }
            | Block::Inset { .. }
            | Block::Warning(_)
            | Block::Choice { .. }
            | Block::Field { .. }
            | Block::EnrolmentQr { .. }
            | Block::LinkQr { .. }
            | Block::Key { .. }
            | Block::Row { .. }
            | Block::Number { .. }
            | Block::WillCall { .. }
            | Block::CallDigits { .. }
            | Block::Stages(_)
            | Block::Find { .. }
            | Block::Slip(_)
            | Block::Phones(_)
            | Block::Para(_)
            | Block::Quiet(_),
            _,
        ) => usual,
    }
}
