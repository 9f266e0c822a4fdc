//! The key of a secret as text, to be typed, copied or heard.

use egui::accesskit::Role;
use egui::{CornerRadius, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};
use journey::SecretId;
use zeroize::Zeroizing;

use super::text::{self, Face};
use super::{Kit, links};
use crate::view::Icon;
use crate::window::tokens::Type;

/// The words round a key.
pub(super) struct Words<'a> {
    pub(super) label: &'a str,
    pub(super) copy: &'a str,
    pub(super) copied: &'a str,
    pub(super) spell: &'a str,
}

/// Draws it.
pub(super) fn key(ui: &mut Ui, kit: &mut Kit<'_>, secret: SecretId, words: &Words<'_>) {
    let look = kit.look;
    let (p, sizes) = (&look.palette, &look.sizes);
    let mut key = Zeroizing::new(String::new());
    kit.keeper.key_in_fours(secret, &mut |text| key.push_str(text));
    text::line(ui, words.label, Face::bold(sizes.body, p.text));
    ui.add_space(look.space(0));

    let face = Face::bold(Type(sizes.h2.0 - 2.0, sizes.h2.1 + 4.0), p.text).spaced(1.5);
    let pad = vec2(look.space(3), look.space(2));
    let galley = text::layout(ui, &key, face, ui.available_width() - 2.0 * pad.x);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), galley.size().y + 2.0 * pad.y), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, key.as_str()));
    let stroke = Stroke::new(sizes.border, p.card_border);
    ui.painter().rect(rect, CornerRadius::from(sizes.radius), p.surface, stroke, StrokeKind::Inside);
    ui.painter().galley(rect.min + pad, galley, p.text);

    let copied = kit.memory.copied;
    let (icon, label) = if copied { (Icon::Check, words.copied) } else { (Icon::Copy, words.copy) };
    let link = |label, icon| links::Link {
        label,
        icon: Some(icon),
        enabled: true,
        colour: p.link,
        size: sizes.body,
        role: Role::Button,
    };
    // Nothing beside it moves when its words change.
    let face = Face::plain(sizes.body, p.link);
    let width = |ui: &Ui, words: &str| text::width(ui, words, face);
    let widest = width(ui, words.copy).max(width(ui, words.copied));
    let spare = widest - width(ui, label);
    let mut is_new = false;
    ui.add_space(look.space(0));
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = look.space(4);
        ui.horizontal_wrapped(|ui| {
            let copy = links::link_ui(ui, kit, &link(label, icon));
            if std::mem::take(&mut kit.memory.key_opens) {
                copy.request_focus();
                // From its heading on, where there is room for that.
                let whole = copy.rect.with_min_y(kit.memory.heading_top);
                if whole.height() <= kit.room.y {
                    ui.scroll_to_rect(whole, Some(egui::Align::TOP));
                } else {
                    ui.scroll_to_rect(copy.rect.expand(look.space(5)), None);
                }
            }
            ui.add_space(spare);
            if copy.clicked() {
                let plain: Zeroizing<String> = Zeroizing::new(key.split_whitespace().collect());
                kit.memory.copied = kit.memory.clipboard.copy(ui.ctx(), plain);
                if kit.memory.copied {
                    kit.memory.say = Some(words.copied.to_owned());
                    kit.memory.spelt = None;
                }
            }
            if links::link_ui(ui, kit, &link(words.spell, Icon::SpeakerHigh)).clicked() {
                let times = kit.memory.spelt.take().map_or(0, |(times, _)| times + 1);
                kit.memory.spelt = Some((times, spelt(&key)));
                is_new = true;
            }
        });
    });
    if kit.memory.spelt.is_some() {
        let rect = spelt_out(ui, kit, &key);
        if is_new {
            ui.scroll_to_rect(rect, None);
        }
    }
}

/// What is read out, to be seen: each group in a place of its own, its characters apart.
fn spelt_out(ui: &mut Ui, kit: &Kit<'_>, key: &str) -> egui::Rect {
    let look = kit.look;
    let face = Face::bold(look.sizes.code, look.palette.text).spaced(look.space(2));
    ui.add_space(look.space(1));
    let top = ui.cursor().min;
    for pair in key.split(' ').collect::<Vec<_>>().chunks(2) {
        let line = Zeroizing::new(pair.join(" "));
        let words = text::layout(ui, &line, face, ui.available_width());
        // Read out already, by the status.
        let (rect, _) = ui.allocate_exact_size(words.size(), Sense::hover());
        ui.painter().galley(rect.min, words, look.palette.text);
    }
    egui::Rect::from_min_max(top, egui::pos2(top.x, ui.cursor().top() + look.space(4)))
}

/// Character by character, with a rest between the groups.
fn spelt(key: &str) -> Zeroizing<String> {
    let mut spelt = Zeroizing::new(String::with_capacity(key.len() * 3));
    for character in key.chars() {
        match character {
            ' ' => spelt.push_str(". "),
            character => {
                spelt.push(character);
                spelt.push(' ');
            }
        }
    }
    spelt
}
