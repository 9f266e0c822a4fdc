//! The focus ring: yellow and black, so that one of them shows on any background. Drawn last, over everything.

use egui::{CornerRadius, Event, Key, Rect, Stroke, StrokeKind, Ui};

use super::look::Look;

/// Where the ring goes in this frame.
pub(super) struct Ring {
    pub(super) rect: Rect,
    pub(super) radius: f32,
    pub(super) clip: Rect,
}

impl Ring {
    /// Draws it.
    pub(super) fn paint(&self, ui: &Ui, look: &Look) {
        let (p, sizes) = (&look.palette, &look.sizes);
        let painter = ui.painter().with_clip_rect(self.clip);
        let inner = CornerRadius::from(self.radius);
        painter.rect_stroke(self.rect, inner, Stroke::new(sizes.focus_ring, p.focus), StrokeKind::Outside);
        let outer = CornerRadius::from(self.radius + sizes.focus_ring);
        painter.rect_stroke(
            self.rect.expand(sizes.focus_ring),
            outer,
            Stroke::new(sizes.focus_edge, p.focus_edge),
            StrokeKind::Outside,
        );
    }
}

/// Whether the person moves by keyboard: from the first Tab or arrow key until the next press of a button.
#[expect(clippy::wildcard_enum_match_arm, reason = "egui adds events with every version")]
pub(super) fn keyboard(ui: &Ui, before: bool) -> bool {
    ui.input(|input| {
        input.events.iter().fold(before, |keyboard, event| match event {
            Event::Key {
                key: Key::Tab | Key::ArrowDown | Key::ArrowUp | Key::ArrowLeft | Key::ArrowRight,
                pressed: true,
                ..
            } => true,
            Event::AccessKitActionRequest(_) => true,
            Event::PointerButton { pressed: true, .. } => false,
            _ => keyboard,
        })
    })
}
