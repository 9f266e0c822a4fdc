//! The window's program: hands events to the driver and draws its view. Draws nothing while nothing changes.

use std::cell::Cell;
use std::rc::Rc;

use egui::{Key, Modifiers, ViewportCommand};
use journey::Event;

use super::Opened;
use super::fit::Fit;
use super::key_pacing::KeyPacing;
use super::kit::Kit;
use super::look::{Look, ThemeChoice};
use super::memory::Memory;
use super::tokens::tokens;
use super::{focus, fonts, frame, leave, overlay, style};
use crate::driver::Driver;
use crate::effects::Effects;
use crate::effects::appearance::{AppearanceReader, ColourScheme};
use crate::effects::display_preferences::DisplayPreferences;
use crate::keeper::Keeper;
use crate::view::{ActionStyle, View};

/// A driver in a window.
pub struct App<E: Effects> {
    driver: Driver<E>,
    screen: Screen,
    closing: bool,
    fit: Option<Fit>,
    painted: Rc<Cell<bool>>,
}

impl<E: Effects> App<E> {
    /// Sets egui up and takes the driver. `preferences` stand in place of the system's.
    pub fn new(
        ctx: &egui::Context,
        mut driver: Driver<E>,
        theme: ThemeChoice,
        preferences: Option<DisplayPreferences>,
    ) -> Self {
        set_up(ctx);
        let waker = ctx.clone();
        driver.effects_mut().wake_with(Box::new(move || waker.request_repaint()));
        let screen = Screen::new(theme, preferences);
        Self { driver, screen, closing: false, fit: None, painted: Rc::default() }
    }

    /// In a window of its own. `is_shared`: people come to it one after another, and somebody looks on.
    pub(super) fn opened(mut self, ctx: &egui::Context, opened: Opened, is_shared: bool) -> Self {
        self.screen.follow(ctx, opened.appearance);
        self.screen.is_shared = is_shared;
        Self { fit: opened.fit, painted: opened.painted, ..self }
    }

    /// Takes in what came from outside. Runs while the window is hidden as well.
    pub fn logic(&mut self, ctx: &egui::Context) {
        let Self { driver, screen, closing: _, fit, painted: _ } = self;
        if let Some(fit) = fit {
            fit.keep(ctx);
        }
        if screen.memory.clipboard.tick(ctx, driver.keeper().holds_secret()) {
            screen.memory.copied = false;
            ctx.request_repaint();
        }
        if driver.poll() {
            ctx.request_repaint();
        }
        self.close_when_done(ctx);
    }

    /// Draws, and hands what the person did to the driver.
    pub fn ui(&mut self, ui: &mut egui::Ui) {
        let Self { driver, screen, closing: _, fit: _, painted } = self;
        painted.set(ui.ctx().cumulative_frame_nr() > 0);
        let events = {
            let (view, keeper) = driver.parts();
            screen.ui(ui, view, keeper)
        };
        for event in events {
            let problem =
                |view: &View| view.problem.as_ref().map(|problem| (view.page, problem.text.clone()));
            let before = problem(driver.view()).filter(|_| event == Event::Next);
            driver.on(event);
            if before.is_some() && problem(driver.view()) == before {
                screen.memory.refuse_again();
            }
            // What came of it is drawn at once, not with the next movement of the mouse.
            ui.ctx().request_repaint();
        }
        self.close_when_done(ui.ctx());
    }

    fn close_when_done(&mut self, ctx: &egui::Context) {
        // Once: each command would wake the window again.
        if self.driver.closed() && !self.closing {
            self.closing = true;
            ctx.send_viewport_cmd(ViewportCommand::Close);
        }
    }

    /// The driver, for assertions.
    pub fn driver_mut(&mut self) -> &mut Driver<E> {
        &mut self.driver
    }

    /// Draws as in a session of IT. For the benchmark, whose window is not opened by [`run`](super::run).
    pub fn seen_from_afar(&mut self, is_shared: bool) {
        self.screen.is_shared = is_shared;
    }

    #[cfg(test)]
    pub(super) fn screen_mut(&mut self) -> &mut Screen {
        &mut self.screen
    }
}

impl<E: Effects> eframe::App for App<E> {
    fn logic(&mut self, ctx: &egui::Context, _: &mut eframe::Frame) {
        self.logic(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        self.ui(ui);
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}

/// Fonts, how keys come, and the options of egui that do not depend on the theme.
pub(crate) fn set_up(ctx: &egui::Context) {
    ctx.set_fonts(fonts::definitions());
    ctx.add_plugin(KeyPacing::default());
    ctx.options_mut(|options| {
        // Where the system names no theme.
        options.fallback_theme = egui::Theme::Light;
        options.max_passes = std::num::NonZeroUsize::MIN.saturating_add(1);
        options.warn_on_id_clash = cfg!(debug_assertions);
    });
}

/// What a look is made from.
#[derive(Clone, Copy, PartialEq)]
struct Ground {
    system: egui::Theme,
    brand: Option<[u8; 3]>,
    preferences: DisplayPreferences,
    from_afar: bool,
}

/// Whether the window has room for larger type.
fn is_large(window: egui::Rect) -> bool {
    let sizes = &tokens().sizes;
    window.width() >= sizes.large[0] && window.height() >= sizes.large[1]
}

/// Draws views, whoever makes them.
pub(crate) struct Screen {
    theme: ThemeChoice,
    /// How the desktop wants programs to look, where the window toolkit does not say.
    appearance: AppearanceReader,
    /// What is to be drawn in place of what the system says.
    fixed: Option<DisplayPreferences>,
    preferences: DisplayPreferences,
    look: Option<(Ground, Look)>,
    /// Somebody stands beside the person, and looks on.
    pub(super) is_shared: bool,
    pub(super) memory: Memory,
    title: String,
}

impl Screen {
    pub(crate) fn new(theme: ThemeChoice, fixed: Option<DisplayPreferences>) -> Self {
        let preferences = fixed.unwrap_or_else(DisplayPreferences::read_system);
        Self {
            theme,
            appearance: AppearanceReader::default(),
            fixed,
            preferences,
            look: None,
            is_shared: false,
            memory: Memory::default(),
            title: String::new(),
        }
    }

    /// Takes from there how the desktop wants programs to look, where the window toolkit does not say.
    pub(super) fn follow(&mut self, ctx: &egui::Context, appearance: AppearanceReader) {
        let waker = ctx.clone();
        appearance.wake_with(Box::new(move || waker.request_repaint()));
        self.appearance = appearance;
    }

    /// Draws a view and returns what the person did.
    pub(crate) fn ui(&mut self, ui: &mut egui::Ui, view: &View, keeper: &mut Keeper) -> Vec<Event> {
        let Self { theme, appearance, fixed, preferences, look, is_shared, memory, title } = self;
        let desktop = appearance.appearance();
        let system = ui.ctx().system_theme().unwrap_or(match desktop.scheme {
            ColourScheme::Light => egui::Theme::Light,
            ColourScheme::Dark => egui::Theme::Dark,
        });
        // The window toolkit does not tell what else changes in the system's settings. Whoever changes it comes back from
        // there, or has the theme changed with it; asking at other times would wake an idle window.
        let came_back = ui.input(|input| input.events.contains(&egui::Event::WindowFocused(true)));
        let has_turned = look.as_ref().is_some_and(|(ground, _)| ground.system != system);
        if fixed.is_none() && (came_back || has_turned) {
            *preferences = DisplayPreferences::read_system();
        }
        if came_back {
            appearance.ask();
        }
        let mut asked = *preferences;
        asked.reduced_motion |= fixed.is_none() && desktop.reduced_motion;
        let from_afar = *is_shared && is_large(ui.max_rect());
        let ground = Ground { system, brand: view.brand_colour, preferences: asked, from_afar };
        if look.as_ref().is_none_or(|(of, _)| *of != ground) {
            let fresh = Look::new(*theme, system, view.brand_colour, &asked, from_afar);
            style::apply(ui.ctx(), &fresh);
            *look = Some((ground, fresh));
        }
        let Some((_, look)) = look else { return Vec::new() };
        if *title != view.window_title {
            title.clone_from(&view.window_title);
            ui.ctx().send_viewport_cmd(ViewportCommand::Title(title.clone()));
        }
        ui.set_style(ui.ctx().global_style());
        memory.keyboard = focus::keyboard(ui, memory.keyboard);
        leave::ask(ui.ctx(), memory, view);
        let events = shortcuts(ui, memory, view);
        let mut kit = Kit {
            look,
            keeper,
            memory,
            events,
            room: egui::Vec2::ZERO,
            top: 0.0,
            is_pinned: false,
            slip_is_beside: false,
            primary: primary(view),
        };
        frame::ui(ui, &mut kit, view);
        kit.events
    }
}

/// What the main button does, where it can be used now.
fn primary(view: &View) -> Option<Event> {
    let first = view.actions.first().filter(|action| action.style == ActionStyle::Primary && action.enabled);
    first.map(|action| action.event.clone())
}

/// Keys that work everywhere: Escape closes what covers the page, F1 opens help, Alt and Left goes back, Ctrl and Q quits.
fn shortcuts(ui: &egui::Ui, memory: &mut Memory, view: &View) -> Vec<Event> {
    let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
    if pressed(Modifiers::COMMAND, Key::Q) {
        ui.ctx().send_viewport_cmd(ViewportCommand::Close);
    }
    if memory.leaving || memory.menu.is_some() {
        if pressed(Modifiers::NONE, Key::Escape) {
            memory.leaving = false;
            memory.menu = None;
        }
        return Vec::new();
    }
    let covered = if view.help.open {
        Some(Event::Help(false))
    } else {
        overlay::bigger(view).map(|_| Event::MakeBigger(false))
    };
    let mut events = Vec::new();
    if let Some(event) = covered.clone()
        && pressed(Modifiers::NONE, Key::Escape)
    {
        events.push(event);
    }
    if pressed(Modifiers::NONE, Key::F1) {
        events.push(Event::Help(!view.help.open));
    }
    if let Some(back) = view.back.as_ref().filter(|back| back.enabled && covered.is_none())
        && pressed(Modifiers::ALT, Key::ArrowLeft)
    {
        events.push(back.event.clone());
    }
    events
}
