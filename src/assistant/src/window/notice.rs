//! The window of a program that cannot start: one page, until it is closed.

use std::cell::Cell;
use std::rc::Rc;

use egui::ViewportCommand;
use journey::Event;

use super::Opened;
use super::app::{Screen, set_up};
use super::fit::Fit;
use super::look::ThemeChoice;
use crate::effects::display_preferences::DisplayPreferences;
use crate::keeper::Keeper;
use crate::view::View;

/// A page without a driver.
pub(super) struct NoticeApp {
    view: View,
    /// Holds nothing: the page has no field and no secret.
    keeper: Keeper,
    screen: Screen,
    fit: Option<Fit>,
    painted: Rc<Cell<bool>>,
}

impl NoticeApp {
    /// Sets egui up and takes the page.
    pub(super) fn new(
        ctx: &egui::Context,
        view: View,
        theme: ThemeChoice,
        preferences: Option<DisplayPreferences>,
    ) -> Self {
        set_up(ctx);
        let screen = Screen::new(theme, preferences);
        Self { view, keeper: Keeper::default(), screen, fit: None, painted: Rc::default() }
    }

    /// In a window of its own.
    pub(super) fn opened(mut self, ctx: &egui::Context, opened: Opened) -> Self {
        self.screen.follow(ctx, opened.appearance);
        Self { fit: opened.fit, painted: opened.painted, ..self }
    }

    pub(super) fn ui(&mut self, ui: &mut egui::Ui) {
        self.painted.set(ui.ctx().cumulative_frame_nr() > 0);
        for event in self.screen.ui(ui, &self.view, &mut self.keeper) {
            if let Event::Help(open) = event {
                self.view.help.open = open;
            } else if event == Event::Finish {
                ui.ctx().send_viewport_cmd(ViewportCommand::Close);
            }
            ui.ctx().request_repaint();
        }
    }
}

impl eframe::App for NoticeApp {
    fn logic(&mut self, ctx: &egui::Context, _: &mut eframe::Frame) {
        if let Some(fit) = &mut self.fit {
            fit.keep(ctx);
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        self.ui(ui);
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}
