//! What is round every page: bar, progress, Back, heading, problem, the column, the actions and help.
//!
//! Not here: what stands on a page (`kit`), and the panels that cover it (`overlay.rs`).

use egui::{
    Align2, CornerRadius, CursorIcon, Galley, Mesh, Painter, Pos2, Rangef, Rect, ScrollArea, Sense, Stroke,
    Ui, UiBuilder, Vec2, ViewportCommand, pos2, vec2,
};
use journey::{Event, FieldId};

use super::field_state::{field_id, focus_field};
use super::kit::text::{self, Face};
use super::kit::{self, Kit};
use super::memory::Wanted;
use super::tokens::{Sizes, tokens};
use super::{a11y, leave, overlay, paste};
use crate::view::{Action, ActionStyle, Block, Icon, StageProgress, View};

/// How the window's size is used.
struct Room {
    /// What everything stands in, from left to right: in the middle of a wide window.
    frame: Rangef,
    /// Help stands in the margin beside the column; otherwise it has a line of its own at the bottom.
    is_wide: bool,
    /// Bar and help scroll with the page.
    is_short: bool,
    /// The trust's bar is no higher, as long as its words stay as large as usual.
    bar: f32,
    /// Less air above the page, a smaller heading.
    is_narrow: bool,
    /// Less air above the page.
    is_low: bool,
    /// The main button stands below the page, so that a code and the button are both in view.
    is_pinned: bool,
}

impl Room {
    fn of(window: Rect, sizes: &Sizes, view: &View, is_overfull: bool) -> Self {
        let is_narrow = window.width() < sizes.narrow;
        let is_wide = window.width() >= sizes.wide;
        let margin = if is_narrow { sizes.margin_narrow } else { sizes.margin };
        let width = (window.width() - 2.0 * margin).min(sizes.frame);
        let left = (window.center().x - width / 2.0).round();
        let has_code = has_code(view);
        Self {
            frame: Rangef::new(left, left + width),
            is_wide,
            is_short: window.height() < sizes.short,
            bar: 0.3 * window.height(),
            is_narrow,
            is_low: window.height() < 0.85 * sizes.low,
            is_pinned: has_code && (!is_wide || window.height() < sizes.low || is_overfull),
        }
    }
}

/// Draws a view.
pub(super) fn ui(ui: &mut Ui, kit: &mut Kit<'_>, view: &View) {
    let window = ui.max_rect();
    ui.painter().rect_filled(window, CornerRadius::ZERO, kit.look.palette.page);
    let sizes = &kit.look.sizes;
    let is_overfull = kit.memory.overfull == Some((view.page, window.size()));
    let room = Room::of(window, sizes, view, is_overfull);
    let bigger = overlay::bigger(view);
    let turned = kit.memory.observe(ui.ctx(), view, bigger.is_some());
    type_anywhere(ui, view);
    a11y::name_window(ui, &view.window_title);
    a11y::status(ui, kit.memory, view);

    let mut page = window;
    if !room.is_short {
        page.min.y = bar(ui, kit, view, &room, Rect::from_min_size(window.min, vec2(window.width(), 0.0)));
    }
    let has_footer = room.is_pinned || !room.is_short && !room.is_wide;
    let button = sizes.button.max(sizes.body.1 + 2.0 * kit.look.space(1)) + sizes.button_edge;
    let footer = if room.is_pinned { button } else { sizes.target } + 2.0 * kit.look.space(0);
    if has_footer {
        page.max.y -= footer;
    }
    kit.is_pinned = room.is_pinned;
    kit.room = vec2(room.frame.span(), page.height());
    scrolling(ui, kit, view, &room, page, turned);
    if has_footer {
        ui.painter().hline(window.x_range(), page.max.y, Stroke::new(1.0, kit.look.palette.rule));
    }
    if room.is_pinned {
        let at = pos2(room.frame.min, page.max.y + kit.look.space(0));
        let rect = Rect::from_min_size(at, vec2(room.frame.span(), button));
        let mut child = ui.new_child(UiBuilder::new().id_salt("pinned").max_rect(rect));
        kit::actions(&mut child, kit, &view.actions, None);
    }
    if !room.is_short {
        let bottom = if has_footer {
            window.bottom() - kit.look.space(0) - (footer - 2.0 * kit.look.space(0) - sizes.target) / 2.0
        } else {
            window.bottom() - kit.look.space(3) + 2.0
        };
        help_link(ui, kit, view, pos2(room.frame.max, bottom));
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
    let is_asked = kit.memory.leaving || kit.memory.menu.is_some();
    let is_covered = view.help.open || view.blocks.iter().any(is_bigger) || is_asked;
    if kit.memory.leaving
        && let Some(leave) = &view.leave
    {
        leave::dialog(ui, kit, leave);
    }
    if let Some((_, at)) = kit.memory.menu {
        paste::menu(ui, kit, &view.paste_label, at);
    }
    kit.memory.note_focus(ui.ctx(), is_covered);
}

fn is_under_way(block: &Block) -> bool {
    let Block::Stages(stages) = block else { return false };
    stages.iter().any(|stage| stage.progress == StageProgress::Current)
}

fn has_code(view: &View) -> bool {
    view.blocks.iter().any(|block| matches!(block, Block::EnrolmentQr { .. } | Block::LinkQr { .. }))
}

fn is_bigger(block: &Block) -> bool {
    matches!(block, Block::EnrolmentQr { bigger: true, .. })
}

/// The trust's bar and the progress under it. Returns where it ends.
fn bar(ui: &mut Ui, kit: &Kit<'_>, view: &View, room: &Room, at: Rect) -> f32 {
    let look = kit.look;
    let (p, sizes) = (&look.palette, &look.sizes);
    let Rangef { min: left, max: right } = room.frame;
    let words_at = left + look.text_edge();
    let words = |size| text::layout(ui, &view.trust, Face::bold(size, p.on_brand), right - words_at);
    let height_of = |words: &Galley| sizes.bar.max(words.size().y + 2.0 * look.space(1));
    let mut trust = words(sizes.body);
    if height_of(&trust) > room.bar {
        trust = words(tokens().sizes.body);
    }
    let height = height_of(&trust);
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
    let shown = area.show(&mut child, |ui| {
        scroll_by_key(ui, page.height());
        if std::mem::take(&mut kit.memory.scrolls_on) {
            let by = vec2(0.0, -0.85 * page.height());
            ui.scroll_with_delta_animation(by, egui::style::ScrollAnimation::none());
        }
        let outer = Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), 0.0));
        let mut top = outer.min;
        if room.is_short {
            top.y = bar(ui, kit, view, room, outer);
        }
        // Measured in the window, not beside the scroll bar: nothing moves when the bar comes.
        let width = room.frame.span().min(kit::page_width(kit, view));
        let column = Rect::from_min_size(pos2(room.frame.min, top.y), vec2(width, f32::INFINITY));
        let end = pos2(room.frame.max, 0.0);
        kit.top = outer.top();
        ui.scope_builder(UiBuilder::new().id_salt(("page", view.page)).max_rect(column), |ui| {
            self::page(ui, kit, view, room, end.x);
        });
        if room.is_short {
            let at = pos2(end.x, ui.cursor().top() + kit.look.sizes.target);
            help_link(ui, kit, view, at);
            ui.add_space(kit.look.sizes.target + kit.look.space(1));
        }
    });
    let shows_key = view.blocks.iter().any(|block| matches!(block, Block::Key { .. }));
    if has_code(view)
        && !shows_key
        && !room.is_pinned
        && shown.content_size.y > shown.inner_rect.height() + 0.5
    {
        // Long names or a note: the button moves to the window's foot before anybody sees the page without it.
        kit.memory.overfull = Some((view.page, ui.max_rect().size()));
        ui.ctx().request_discard("overfull");
    }
    let below = shown.content_size.y - shown.state.clamped_offset().y - shown.inner_rect.height();
    // Not for the air at its end alone.
    if below > kit.look.space(4) {
        let centre = more_below(ui, kit, page, room);
        let around = Rect::from_center_size(centre, Vec2::splat(kit.look.sizes.target));
        // For the pointer alone: the keys scroll, and a screen reader needs no arrow.
        let arrow = ui.interact(around, ui.scope_id().with("arrow"), Sense::CLICK);
        if arrow.on_hover_cursor(CursorIcon::PointingHand).clicked() {
            kit.memory.scrolls_on = true;
            ui.ctx().request_repaint();
        }
    }
}

/// The page goes on: it fades, and an arrow leads down. Returns the arrow's centre.
fn more_below(ui: &Ui, kit: &Kit<'_>, page: Rect, room: &Room) -> Pos2 {
    let look = kit.look;
    let sizes = &look.sizes;
    let radius = look.space(2);
    if room.is_pinned {
        // Nothing covers a code: the arrow stands beside the button.
        let across = room.frame.min + sizes.button_width + look.space(4) + radius;
        let centre = pos2(across, (page.bottom() + ui.max_rect().bottom()) / 2.0);
        arrow(ui.painter(), kit, centre);
        return centre;
    }
    let right = page.right() - sizes.scroll_bar - 2.0;
    let fade = Rect::from_min_max(pos2(page.left(), page.bottom() - sizes.fade), pos2(right, page.bottom()));
    let (clear, full) = (look.palette.page.gamma_multiply(0.0), look.palette.page);
    let mut mesh = Mesh::default();
    for (corner, colour) in [
        (fade.left_top(), clear),
        (fade.right_top(), clear),
        (fade.right_bottom(), full),
        (fade.left_bottom(), full),
    ] {
        mesh.colored_vertex(corner, colour);
    }
    mesh.add_triangle(0, 1, 2);
    mesh.add_triangle(0, 2, 3);
    let painter = ui.painter().with_clip_rect(page);
    painter.add(mesh);
    // At the right, where few words are: above Get help where that stands over the page.
    let help = if room.is_short || !room.is_wide { 0.0 } else { sizes.target + look.space(3) };
    let across = room.frame.max.min(right) - radius - look.space(0);
    let centre = pos2(across, page.bottom() - help - radius - look.space(0));
    arrow(&painter, kit, centre);
    centre
}

/// An arrow down in a circle.
fn arrow(painter: &Painter, kit: &Kit<'_>, centre: Pos2) {
    let (p, sizes) = (&kit.look.palette, &kit.look.sizes);
    let radius = kit.look.space(2);
    painter.circle(centre, radius, p.surface, Stroke::new(sizes.border, p.quiet));
    let arm = radius / 2.5;
    let tip = centre + vec2(0.0, arm / 2.0);
    let arms = vec![tip + vec2(-arm, -arm), tip, tip + vec2(arm, -arm)];
    painter.line(arms, Stroke::new(sizes.border, p.text));
}

fn page(ui: &mut Ui, kit: &mut Kit<'_>, view: &View, room: &Room, right: f32) {
    let look = kit.look;
    let tight = room.is_narrow || room.is_short || room.is_low;
    ui.add_space(if tight { look.space(0) } else { look.space(1) + 2.0 });
    top_row(ui, kit, view, right);
    ui.add_space(if room.is_short {
        0.0
    } else if tight {
        look.space(0)
    } else {
        look.space(1)
    });
    kit::beside(ui, kit, view, |ui, kit| words(ui, kit, view, room, tight));
    ui.add_space(look.space(2));
    // Not beneath what floats over the page's end.
    if !room.is_short && room.is_wide && !room.is_pinned {
        ui.add_space(look.space(1));
    }
}

/// All that is read and selected, from top to bottom.
fn words(ui: &mut Ui, kit: &mut Kit<'_>, view: &View, room: &Room, tight: bool) {
    let look = kit.look;
    let top = ui.cursor().min;
    let mut problem_rect = None;
    if let Some(problem) = &view.problem {
        kit::problem(ui, kit, problem);
        problem_rect = Some(Rect::from_min_max(top, pos2(top.x + 1.0, ui.cursor().top())));
        if kit.memory.takes(Wanted::Problem) {
            // The next Tab leads to what follows the heading.
            kit.memory.wanted = Wanted::Heading;
        }
        ui.add_space(look.space(2) + 2.0);
    }
    let in_panel = view.blocks.iter().any(|block| matches!(block, Block::Success { .. }));
    if !in_panel {
        kit::page_heading(ui, kit, &view.heading, look.palette.text);
        // As much as can be for a code in a low window.
        ui.add_space(look.space(if room.is_pinned && tight {
            0
        } else if tight {
            1
        } else {
            2
        }));
    }
    if let Wanted::Field(field) = kit.memory.wanted {
        kit.memory.wanted = Wanted::Nothing;
        focus_field(ui.ctx(), field);
    }
    kit::blocks(ui, kit, &view.blocks);
    let mut button = None;
    if !room.is_pinned && (!view.actions.is_empty() || view.waiting.is_some()) {
        // The row of a link has air of its own.
        let last = view.blocks.iter().rfind(|block| !matches!(block, Block::Phones(_) | Block::Slip(_)));
        let is_tight = matches!(last, Some(Block::Links(_) | Block::WebLink { .. }));
        ui.add_space(look.space(if is_tight { 3 } else { 4 }));
        let at = ui.cursor().min;
        // A stage that is under way says already what one waits for.
        let is_staged = view.blocks.iter().any(is_under_way);
        kit::actions(ui, kit, &view.actions, view.waiting.as_deref().filter(|_| !is_staged));
        button = Some(Rect::from_x_y_ranges(at.x..=at.x, at.y..=ui.cursor().top()));
    }
    if kit.memory.takes(Wanted::Last) {
        come_back(ui, kit);
    }
    if std::mem::take(&mut kit.memory.reveals) {
        let has_field = view.problem.as_ref().is_some_and(|problem| problem.field.is_some());
        reveal(ui, kit, problem_rect, button, has_field);
    }
}

/// Gives the keyboard back. Not before the page is drawn: until then egui still keeps it from what was covered.
fn come_back(ui: &Ui, kit: &mut Kit<'_>) {
    if let Some(id) = kit.memory.last_focus() {
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    if std::mem::take(&mut kit.memory.pastes) {
        ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste);
    }
    kit.memory.follows_next = true;
    ui.ctx().request_repaint();
}

/// Scrolls to the problem, its field and the button; to as much of them as there is room for.
fn reveal(ui: &Ui, kit: &Kit<'_>, problem: Option<Rect>, button: Option<Rect>, has_field: bool) {
    let of = |parts: &[Option<Rect>]| parts.iter().flatten().copied().reduce(Rect::union);
    let field = kit.memory.field_rect.filter(|_| has_field);
    let beside_button = field.and_then(|field| of(&[Some(field), button]));
    let choices = [of(&[problem, field, button]), beside_button, of(&[problem, field]), field, problem];
    // Clear of the fade.
    let air = kit.look.space(4);
    let room = kit.room.y - air;
    if let Some(rect) = choices.into_iter().flatten().find(|rect| rect.height() <= room) {
        ui.scroll_to_rect(rect.with_max_y(rect.bottom() + air), None);
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
fn help_link(ui: &mut Ui, kit: &mut Kit<'_>, view: &View, corner: Pos2) {
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
    let field_of = |block: &Block| {
        if let Block::Field { field, .. } | Block::Find { field, .. } = block { Some(*field) } else { None }
    };
    let Some(field) = view.blocks.iter().find_map(field_of) else { return };
    let id = field_id(field);
    let fields = FieldId::ALL.map(field_id);
    let is_free = ui.memory(|memory| memory.focused()).is_none_or(|focused| !fields.contains(&focused));
    // A space presses what has the keyboard.
    let is_typed = |event: &egui::Event| {
        if let egui::Event::Text(text) = event {
            !text.trim().is_empty()
        } else {
            matches!(event, egui::Event::Paste(_))
        }
    };
    let types = ui.input(|input| input.events.iter().any(is_typed));
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
