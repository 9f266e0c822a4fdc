//! Drawn phones, and the two columns of a page that has them.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::text::LayoutJob;
use egui::{Align, Color32, Galley, Pos2, Rect, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use zeroize::Zeroizing;

use super::Kit;
use super::text::Face;
use crate::view::{Block, PhoneScreen, Phones, View};
use crate::window::look::Look;
use crate::window::phone_picture::{self, Marks, PHONE, Wish};
use crate::window::tokens::tokens;

/// A phone is made smaller down to this part of its size, so that it is seen whole.
const SMALLEST: f32 = 0.7;

/// Draws a page, and beside it the phones that it has: under it where the window is not wide.
pub(super) fn beside_phones(
    ui: &mut Ui,
    kit: &mut Kit<'_>,
    view: &View,
    add: impl FnOnce(&mut Ui, &mut Kit<'_>),
) {
    let Some(phones) = phones_of(view) else {
        kit.memory.drawings.clear();
        return add(ui, kit);
    };
    let look = kit.look;
    let (top, width) = (ui.cursor().min, ui.available_width());
    let row = Row::of(look, view, phones);
    // The way back above them, their words and the link to help below them, and air.
    let round = 2.0 * (look.sizes.target + look.space(1)) + look.space(3);
    let free = |width: f32| {
        let words = caption_words(ui, look, phones, width);
        ui.clip_rect().height() - round - words.map_or(0.0, |words| words.size().y + look.space(2))
    };
    let is_low = free(row.width() * SMALLEST) < row.least_height();
    // Under narrower phones the words take more lines.
    let smaller = row.no_higher(free(row.width()));
    let smaller = row.no_higher(free(smaller.width()));
    // The margins of a wide window apart.
    let is_narrow = width < look.sizes.wide - 2.0 * look.sizes.margin;
    if is_narrow || is_low {
        let column = Rect::from_min_size(top, vec2(width.min(look.sizes.column), f32::INFINITY));
        ui.scope_builder(UiBuilder::new().id_salt("words").max_rect(column), |ui| add(ui, kit));
        ui.add_space(look.space(4));
        // The marks reach over the left edge.
        let indent = look.space(3);
        let row = row.fitting(width - indent);
        let at = ui.cursor().min + vec2(indent, 0.0);
        let height = draw(ui, kit, view, phones, at, &row);
        ui.allocate_space(vec2(width, height + look.space(3)));
        return;
    }
    let row = smaller;
    let beside = width - row.width() - look.space(5);
    let left = Rect::from_min_size(top, vec2(beside, f32::INFINITY));
    let words = ui.scope_builder(UiBuilder::new().id_salt("words").max_rect(left), |ui| add(ui, kit));
    let at = pos2(top.x + width - row.width(), top.y);
    let height = draw(ui, kit, view, phones, at, &row);
    ui.add_space((height - words.response.rect.height()).max(0.0));
}

/// The phones of a view.
pub(super) fn phones_of(view: &View) -> Option<&Phones> {
    view.blocks.iter().find_map(|block| if let Block::Phones(phones) = block { Some(phones) } else { None })
}

/// How phones stand.
#[derive(Clone, Copy)]
struct Row {
    phone: f32,
    gap: f32,
    columns: u8,
    count: u8,
}

impl Row {
    fn of(look: &Look, view: &View, phones: &Phones) -> Self {
        let sizes = &look.sizes;
        let has_code = view.blocks.iter().any(|block| matches!(block, Block::EnrolmentQr { .. }));
        let count = u8::try_from(phones.pictures.len()).unwrap_or(u8::MAX);
        let phone = match count {
            1 if has_code => sizes.phone_small,
            1 => sizes.phone,
            _ => sizes.phone_pair,
        };
        Self { phone, gap: look.space(3) + look.space(0), columns: count, count }
    }

    /// Smaller, or one under the other, in so much width.
    fn fitting(self, width: f32) -> Self {
        let each = (width - self.gap * f32::from(self.columns - 1)) / f32::from(self.columns);
        if each >= self.phone * SMALLEST {
            return Self { phone: self.phone.min(each), ..self };
        }
        Self { phone: self.phone.min(width), columns: 1, ..self }
    }

    /// How high a phone is that is as small as it may be.
    fn least_height(&self) -> f32 {
        self.phone * SMALLEST * PHONE[1] / PHONE[0]
    }

    /// Smaller, in so much height.
    fn no_higher(self, height: f32) -> Self {
        let most = height * PHONE[0] / PHONE[1];
        Self { phone: self.phone.min(most.max(self.phone * SMALLEST)), ..self }
    }

    fn width(&self) -> f32 {
        f32::from(self.columns) * (self.phone + self.gap) - self.gap
    }

    fn height(&self) -> f32 {
        let rows = f32::from(self.count.div_ceil(self.columns));
        rows * (self.phone * PHONE[1] / PHONE[0] + self.gap) - self.gap
    }

    /// Where a phone stands.
    fn place(&self, at: Pos2, number: u8) -> Rect {
        let size = self.phone * vec2(1.0, PHONE[1] / PHONE[0]);
        let (column, row) = (f32::from(number % self.columns), f32::from(number / self.columns));
        Rect::from_min_size(at + vec2(column * (size.x + self.gap), row * (size.y + self.gap)), size)
    }
}

/// Draws phones and the words under them. Returns how high they are.
fn draw(ui: &Ui, kit: &mut Kit<'_>, view: &View, phones: &Phones, at: Pos2, row: &Row) -> f32 {
    let look = kit.look;
    let light = &tokens().light;
    let brand =
        view.brand_colour.map_or(light.brand, |[red, green, blue]| Color32::from_rgb(red, green, blue));
    let all = Rect::from_min_size(at, vec2(row.width(), row.height()));
    let response = ui.interact(all, ui.scope_id().with("phones"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &phones.alt));

    let edge = match (look.outlined, look.is_dark) {
        (true, _) => Some(look.palette.text),
        (false, true) => Some(look.palette.quiet),
        (false, false) => None,
    };
    let most_high = ui.input(|input| input.max_texture_side);
    let pixels = phone_picture::pixels(row.phone, ui.pixels_per_point(), most_high);
    let wish = Wish { pictures: phones.pictures.clone(), brand, edge, pixels };
    let has_keys = phones.pictures.iter().any(|picture| matches!(picture.screen, PhoneScreen::Keypad { .. }));
    let mut digits = Zeroizing::new(String::with_capacity(4));
    if has_keys {
        kit.keeper.call_digits(&mut |read| digits.push_str(read));
    }
    let drawings = &mut kit.memory.drawings;
    drawings.want(ui.ctx(), wish);
    let marks = Marks {
        brand,
        age: (!look.reduced_motion).then(|| drawings.age(ui.ctx())),
        digits: &digits,
        text: look.sizes.phone / tokens().sizes.phone,
    };
    let mut count = 0;
    for (number, drawn) in (0..row.count).zip(drawings.drawn()) {
        count = phone_picture::paint(ui.painter(), drawn, row.place(at, number), count, &marks);
    }
    if let Some(pause) = marks.pause(count) {
        ui.ctx().request_repaint_after(pause);
    }
    row.height() + caption(ui, look, phones, all)
}

/// The words under the phones, in so much width.
fn caption_words(ui: &Ui, look: &Look, phones: &Phones, width: f32) -> Option<Arc<Galley>> {
    let caption = phones.caption.as_ref()?;
    let face = Face::plain(look.sizes.small, look.palette.quiet);
    let mut job = LayoutJob::single_section(caption.words().to_owned(), face.format());
    job.wrap.max_width = width;
    job.halign = Align::Center;
    Some(ui.painter().layout_job(job))
}

/// Words under the phones, in their middle. Returns how much higher they make them.
fn caption(ui: &Ui, look: &Look, phones: &Phones, all: Rect) -> f32 {
    let Some(words) = caption_words(ui, look, phones, all.width()) else { return 0.0 };
    let (gap, height) = (look.space(2), words.size().y);
    let at = pos2(all.center().x, all.bottom() + gap);
    let place = words.rect.translate(at.to_vec2());
    let response = ui.interact(place, ui.scope_id().with("caption"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words.text()));
    ui.painter().galley(at, words, Color32::PLACEHOLDER);
    gap + height
}
