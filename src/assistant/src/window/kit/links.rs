//! Links: underlined words, with an icon where the action has one.

use egui::accesskit::Role;
use egui::{Color32, CursorIcon, OpenUrl, Response, Sense, Ui, WidgetInfo, pos2, vec2};

use super::Kit;
use super::text::{self, Face};
use crate::view::{Action, Icon};
use crate::window::tokens::Type;

/// A link that is an action.
pub(in crate::window) fn link(ui: &mut Ui, kit: &mut Kit<'_>, action: &Action) -> Response {
    let colour = kit.look.palette.link;
    let response = link_ui(
        ui,
        kit,
        &Link {
            label: &action.label,
            icon: action.icon,
            enabled: action.enabled,
            colour,
            size: kit.look.sizes.body,
            role: Role::Link,
        },
    );
    if response.clicked() {
        kit.emit(&action.event);
    }
    response
}

/// The link at the top left.
pub(in crate::window) fn back(ui: &mut Ui, kit: &mut Kit<'_>, action: &Action) {
    let colour = kit.look.palette.text;
    let icon = Some(action.icon.unwrap_or(Icon::CaretLeft));
    let response = link_ui(
        ui,
        kit,
        &Link {
            label: &action.label,
            icon,
            enabled: action.enabled,
            colour,
            size: kit.look.sizes.small,
            role: Role::Link,
        },
    );
    if response.clicked() {
        kit.emit(&action.event);
    }
}

/// A link that opens in the browser.
pub(super) fn web_link(ui: &mut Ui, kit: &mut Kit<'_>, label: &str, url: &str, otherwise: &str) {
    let colour = kit.look.palette.link;
    let response = link_ui(
        ui,
        kit,
        &Link {
            label,
            icon: Some(Icon::ArrowSquareOut),
            enabled: true,
            colour,
            size: kit.look.sizes.body,
            role: Role::Link,
        },
    );
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_url(url));
    if response.clicked() {
        ui.ctx().open_url(OpenUrl::new_tab(url));
        kit.memory.opened_link = Some(url.to_owned());
        kit.memory.say = Some(format!("{otherwise} {url}"));
    }
    // Nobody tells whether a browser came.
    if kit.memory.opened_link.as_deref() == Some(url) {
        let look = kit.look;
        let quiet = Face::plain(look.sizes.body, look.palette.quiet);
        text::line(ui, otherwise, quiet);
        let address = text::line(ui, url, Face::bold(look.sizes.body, look.palette.text));
        if response.clicked() {
            ui.scroll_to_rect(address.rect, None);
        }
    }
}

/// How a link looks and is read.
pub(super) struct Link<'a> {
    pub(super) label: &'a str,
    pub(super) icon: Option<Icon>,
    pub(super) enabled: bool,
    pub(super) colour: Color32,
    pub(super) size: Type,
    pub(super) role: Role,
}

/// Draws a link; its whole row of at least 44 points is the target.
pub(super) fn link_ui(ui: &mut Ui, kit: &mut Kit<'_>, link: &Link<'_>) -> Response {
    let Link { label, icon, enabled, colour, size, role } = *link;
    let look = kit.look;
    let icon_room = match icon {
        Some(Icon::CaretLeft) => look.sizes.icon_small + 2.0,
        Some(_) => look.sizes.icon + look.space(1),
        None => 0.0,
    };
    // Measured against the column, not the rest of the line: a wrapped row moves it to the next line.
    let words =
        text::layout(ui, label, Face::plain(size, Color32::PLACEHOLDER), ui.max_rect().width() - icon_room);
    let wanted = vec2(words.size().x + icon_room, (words.size().y + look.space(0)).max(look.sizes.target));
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(wanted, sense);
    response.widget_info(|| WidgetInfo::labeled(role, enabled, label));
    let response = response.on_hover_cursor(CursorIcon::PointingHand);
    let hovered = response.hovered() && enabled;
    let colour = if hovered && colour == look.palette.link { look.palette.link_hover } else { colour };
    let mut painter = ui.painter().clone();
    if !enabled {
        painter.multiply_opacity(0.5);
    }
    let at = pos2(rect.left() + icon_room, rect.center().y - words.size().y / 2.0);
    if let Some(icon) = icon {
        let size = if icon == Icon::CaretLeft { look.sizes.icon_small * 0.8 } else { look.sizes.icon };
        let centre = pos2(rect.left() + size / 2.0, text::first_row_middle(at, &words));
        text::icon(&painter, centre, icon, size, colour, false);
    }
    text::underline(&painter, at, &words, colour, if hovered { 2.0 } else { 1.0 });
    painter.galley(at, words, colour);
    let ring = egui::Rect::from_min_max(
        pos2(rect.left() - 4.0, rect.top() + 4.0),
        pos2(rect.right() + 4.0, rect.bottom() - 4.0),
    );
    kit.mark(ui, &response.clone().with_new_rect(ring), look.sizes.radius);
    response
}
