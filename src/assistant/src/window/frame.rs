//! What is round every page: bar, progress, Back, heading, problem, the column, the actions and help.
//!
//! Not here: what stands on a page (`kit`), and the panels that cover it (`overlay.rs`).

use egui::{Align2, CornerRadius, Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};
use journey::{Event, FieldId};

use super::field_state::{field_id, focus_field};
use super::kit::text::{self, Face};
use super::kit::{self, Kit};
use super::memory::Wanted;
use super::{a11y, overlay};
use crate::view::{Action, ActionStyle, Block, Icon, View};

/// How the window's size is used.
struct Room {
    margin: f32,
    /// Help stands in the margin beside the column; otherwise it has a line of its own at the bottom.
    is_wide: bool,
    /// Bar and help scroll with the page.
    is_short: bool,
    /// Less air above the page, a smaller heading.
    is_narrow: bool,
}

/// Draws a view.
pub(super) fn ui(ui: &mut Ui, kit: &mut Kit<'_>, view: &View) {
    let window = ui.max_rect();
    ui.painter().rect_filled(window, CornerRadius::ZERO, kit.look.palette.page);
    let sizes = &kit.look.sizes;
    let room = Room {
        margin: if window.width() < sizes.narrow { sizes.margin_narrow } else { sizes.margin },
        is_wide: window.width() >= sizes.wide,
        is_short: window.height() < sizes.short,
        is_narrow: window.width() < sizes.narrow,
    };
    kit.room = window.size();
    let bigger = overlay::bigger(view);
    let turned = kit.memory.observe(ui.ctx(), view, bigger.is_some());
    type_anywhere(ui, view);
    a11y::name_window(ui, &view.window_title);
    a11y::status(ui, kit.memory, view);

    let mut page = window;
    if !room.is_short {
        page.min.y = bar(ui, kit, view, &room, Rect::from_min_size(window.min, vec2(window.width(), 0.0)));
    }
    let footer = sizes.target + 2.0 * kit.look.space(0);
    let has_footer = !room.is_short && !room.is_wide;
    if has_footer {
        page.max.y -= footer;
    }
    scrolling(ui, kit, view, &room, page, turned);
    if !room.is_short {
        let bottom = if room.is_wide {
            window.bottom() - kit.look.space(3) + 2.0
        } else {
            window.bottom() - kit.look.space(0)
        };
        if has_footer {
            ui.painter().hline(window.x_range(), page.max.y, egui::Stroke::new(1.0, kit.look.palette.rule));
        }
        help_link(ui, kit, view, pos2(window.right() - room.margin, bottom));
    }
    if let Some(ring) = kit.memory.ring.take() {
        ring.paint(ui, kit.look);
    }
    if let Some(code) = bigger {
        overlay::code(ui, kit, &code);
    }
    if view.help.open {
        overlay::help(ui, kit, &view.help);
    }
}

/// The trust's bar and the progress under it. Returns where it ends.
fn bar(ui: &mut Ui, kit: &Kit<'_>, view: &View, room: &Room, at: Rect) -> f32 {
    let look = kit.look;
    let (p, sizes) = (&look.palette, &look.sizes);
    let (left, right) = (at.left() + room.margin, at.right() - room.margin);
    let words_at = left + look.space(5) + 4.0;
    let trust = text::layout(ui, &view.trust, Face::bold(sizes.body, p.on_brand), right - words_at);
    let height = sizes.bar.max(trust.size().y + 2.0 * look.space(1));
    let rect = Rect::from_min_size(at.min, vec2(at.width(), height));
    ui.painter().rect_filled(rect, CornerRadius::ZERO, p.brand);
    let middle = rect.center().y;
    text::icon(
        ui.painter(),
        pos2(left + 15.0, middle),
        Icon::ShieldCheck,
        sizes.icon + 4.0,
        p.on_brand,
        true,
    );
    let app = text::layout(ui, &view.app_name, Face::plain(sizes.small, p.on_brand), f32::INFINITY);
    let free = right - words_at - trust.size().x - look.space(4);
    let shows_app = view.app_name != view.trust && trust.rows.len() == 1 && app.size().x <= free;
    text::put_at(ui, "trust", pos2(words_at, middle - trust.size().y / 2.0), trust);
    if shows_app {
        let at = Align2::RIGHT_CENTER.anchor_size(pos2(right, middle), app.size()).min;
        text::put_at(ui, "app", at, app);
    }
    let strip = Rect::from_min_size(rect.left_bottom(), vec2(rect.width(), sizes.progress));
    ui.painter().rect_filled(strip, CornerRadius::ZERO, p.track);
    if let Some((step, steps)) = view.progress {
        #[expect(clippy::cast_precision_loss, reason = "a handful of steps")]
        let part = step as f32 / steps.max(1) as f32;
        let done = Rect::from_min_size(strip.min, vec2((strip.width() * part).round(), strip.height()));
        ui.painter().rect_filled(done, CornerRadius::ZERO, p.progress);
    }
    strip.bottom()
}

fn scrolling(ui: &mut Ui, kit: &mut Kit<'_>, view: &View, room: &Room, page: Rect, turned: bool) {
    let builder = UiBuilder::new().id_salt("page").max_rect(page);
    let mut child = ui.new_child(builder);
    child.set_clip_rect(page);
    let mut area = ScrollArea::vertical().id_salt("scroll").auto_shrink(false).max_height(page.height());
    if turned {
        area = area.vertical_scroll_offset(0.0);
    }
    area.show(&mut child, |ui| {
        scroll_by_key(ui, page.height());
        let outer = Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), 0.0));
        let mut top = outer.min;
        if room.is_short {
            top.y = bar(ui, kit, view, room, outer);
        }
        // Measured in the window, not beside the scroll bar: nothing moves when the bar comes.
        let width = (page.width() - 2.0 * room.margin).min(kit::page_width(kit, view));
        let column = Rect::from_min_size(pos2(top.x + room.margin, top.y), vec2(width, f32::INFINITY));
        let end = pos2(page.right() - room.margin, 0.0);
        ui.scope_builder(UiBuilder::new().id_salt(("page", view.page)).max_rect(column), |ui| {
            self::page(ui, kit, view, room, end.x);
        });
        if room.is_short {
            let at = pos2(end.x, ui.cursor().top() + kit.look.sizes.target);
            help_link(ui, kit, view, at);
            ui.add_space(kit.look.sizes.target + kit.look.space(1));
        }
    });
}

fn page(ui: &mut Ui, kit: &mut Kit<'_>, view: &View, room: &Room, right: f32) {
    let look = kit.look;
    let tight = room.is_narrow || room.is_short;
    ui.add_space(if tight { look.space(0) } else { look.space(1) + 2.0 });
    top_row(ui, kit, view, right);
    ui.add_space(if room.is_short {
        0.0
    } else if tight {
        look.space(0)
    } else {
        look.space(1)
    });
    kit::beside_phones(ui, kit, view, |ui, kit| words(ui, kit, view, tight));
    ui.add_space(look.space(2));
}

/// All that is read and selected, from top to bottom.
fn words(ui: &mut Ui, kit: &mut Kit<'_>, view: &View, tight: bool) {
    let look = kit.look;
    if let Some(problem) = &view.problem {
        let top = ui.cursor().min;
        kit::problem(ui, kit, problem);
        if kit.memory.takes(Wanted::Problem) {
            ui.scroll_to_rect(Rect::from_min_size(top, vec2(1.0, ui.cursor().top() - top.y)), None);
        }
        ui.add_space(look.space(2) + 2.0);
    }
    let in_panel = view.blocks.iter().any(|block| matches!(block, Block::Success { .. }));
    if !in_panel {
        kit::page_heading(ui, kit, &view.heading, look.palette.text);
        ui.add_space(look.space(if tight { 1 } else { 2 }));
    }
    if let Wanted::Field(field) = kit.memory.wanted {
        kit.memory.wanted = Wanted::Nothing;
        focus_field(ui.ctx(), field);
    }
    kit::blocks(ui, kit, &view.blocks);
    if !view.actions.is_empty() || view.waiting.is_some() {
        let last = view.blocks.iter().rfind(|block| !matches!(block, Block::Phones(_)));
        let is_tight = matches!(last, Some(Block::Links(_) | Block::WebLink { .. }));
        ui.add_space(if is_tight { look.space(1) } else { look.space(3) });
        kit::actions(ui, kit, &view.actions, view.waiting.as_deref());
    }
}

fn top_row(ui: &mut Ui, kit: &mut Kit<'_>, view: &View, right: f32) {
    let look = kit.look;
    let top = ui.cursor().min;
    if view.back.is_none() && view.progress_text.is_empty() {
        ui.add_space(look.sizes.target);
        return;
    }
    if let Some(action) = &view.back {
        kit::back(ui, kit, action);
    } else {
        ui.add_space(look.sizes.target);
    }
    if !view.progress_text.is_empty() {
        let words = text::layout(
            ui,
            &view.progress_text,
            Face::plain(look.sizes.small, look.palette.quiet),
            f32::INFINITY,
        );
        let back = view.back.as_ref().map_or(0.0, |back| {
            let face = Face::plain(look.sizes.small, look.palette.text);
            text::width(ui, &back.label, face) + look.sizes.icon_small + look.space(3)
        });
        let is_beside = top.x + back + words.size().x <= right;
        let at = if is_beside {
            pos2(right - words.size().x, top.y + (look.sizes.target - words.size().y) / 2.0)
        } else {
            ui.cursor().min
        };
        let height = words.size().y;
        text::put_at(ui, "step", at, words);
        if !is_beside {
            ui.add_space(height);
        }
    }
}

/// Help, with its bottom right corner at a place that is the same on every page.
fn help_link(ui: &mut Ui, kit: &mut Kit<'_>, view: &View, corner: egui::Pos2) {
    let look = kit.look;
    let action = Action {
        label: view.help.label.clone(),
        event: Event::Help(!view.help.open),
        style: ActionStyle::Link,
        icon: Some(Icon::Question),
        enabled: true,
    };
    let width = text::width(ui, &action.label, Face::plain(look.sizes.body, look.palette.link))
        + look.sizes.icon
        + look.space(1);
    let rect =
        Rect::from_min_size(corner - vec2(width, look.sizes.target), vec2(width + 1.0, look.sizes.target));
    let mut child = ui.new_child(UiBuilder::new().id_salt("help").max_rect(rect));
    let response = kit::link(&mut child, kit, &action);
    if kit.memory.takes(Wanted::HelpLink) {
        response.request_focus();
    }
}

/// Typing goes into the page's field even before it is selected.
fn type_anywhere(ui: &Ui, view: &View) {
    let Some(field) = view
        .blocks
        .iter()
        .find_map(|block| if let Block::Field { field, .. } = block { Some(*field) } else { None })
    else {
        return;
    };
    let id = field_id(field);
    let is_free = ui.memory(|memory| memory.focused()).is_none_or(|focused| {
        ui.ctx().read_response(focused).is_none_or(|response| !response.sense.senses_click())
    });
    let types = ui.input(|input| {
        input.events.iter().any(|event| matches!(event, egui::Event::Text(_) | egui::Event::Paste(_)))
    });
    if is_free && types && !view.help.open {
        ui.memory_mut(|memory| memory.request_focus(id));
    }
}

/// Page Up, Page Down, Home and End, unless a field wants them.
fn scroll_by_key(ui: &Ui, height: f32) {
    use egui::Key::{End, Home, PageDown, PageUp};
    let fields = FieldId::ALL.map(field_id);
    if ui.memory(|memory| memory.focused()).is_some_and(|focused| fields.contains(&focused)) {
        return;
    }
    let by = ui.input(|input| {
        [(PageDown, -0.85 * height), (PageUp, 0.85 * height), (Home, 1e6), (End, -1e6)]
            .into_iter()
            .filter(|(key, _)| input.key_pressed(*key))
            .map(|(_, by)| by)
            .sum::<f32>()
    });
    if by != 0.0 {
        ui.scroll_with_delta_animation(vec2(0.0, by), egui::style::ScrollAnimation::none());
    }
}
