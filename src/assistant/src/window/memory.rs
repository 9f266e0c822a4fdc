//! What the window remembers between two frames, beside egui's own.

use journey::{FieldId, Page};
use zeroize::Zeroizing;

use super::clipboard::Clipboard;
use super::field_state::forget_field;
use super::focus::Ring;
use super::phone_picture::Drawings;
use crate::keeper::QrMatrix;
use crate::view::View;

/// The window's memory. Nothing in it outlives its page, except the copied key on its way to being cleared.
#[derive(Default)]
pub(crate) struct Memory {
    /// The page drawn last.
    page: Option<Page>,
    /// Its heading: another one on the same page, as after a test that was passed, is a page of its own to the eye.
    heading: String,
    /// The problem drawn last.
    problem: Option<String>,
    help_was_open: bool,
    was_bigger: bool,
    /// What goes to the keyboard in this frame.
    pub(super) wanted: Wanted,
    /// The person moves by keyboard.
    pub(super) keyboard: bool,
    pub(super) ring: Option<Ring>,
    pub(super) link_qr: Option<(String, QrMatrix)>,
    /// The key was copied on this page.
    pub(super) copied: bool,
    /// Said instead of the view's announcement, until something else happens.
    pub(super) say: Option<String>,
    /// The key as it was spelt out last, and how often that was: each time is a thing of its own to be heard.
    pub(super) spelt: Option<(u32, Zeroizing<String>)>,
    said_over: String,
    pub(super) clipboard: Clipboard,
    pub(super) drawings: Drawings,
}

/// Where the keyboard goes.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Wanted {
    /// It stays.
    #[default]
    Nothing,
    /// To the page's heading, and the page to its top.
    Heading,
    /// To the field that has the problem.
    Field(FieldId),
    /// To the problem.
    Problem,
    /// Into the help panel.
    Help,
    /// Out of it.
    HelpLink,
    /// To the one link beside a code that fills the window.
    Bigger,
}

impl Memory {
    /// Notices what is new in a view. True when the page is another.
    pub(super) fn observe(&mut self, ctx: &egui::Context, view: &View, bigger: bool) -> bool {
        let turned = self.page != Some(view.page) || self.heading != view.heading;
        let problem = view.problem.as_ref().map(|problem| problem.text.clone());
        let raised = problem.is_some() && problem != self.problem;
        let field = view.problem.as_ref().filter(|_| raised).and_then(|problem| problem.field);
        self.wanted = if let Some(field) = field {
            Wanted::Field(field)
        } else if turned {
            Wanted::Heading
        } else if view.help.open != self.help_was_open {
            if view.help.open { Wanted::Help } else { Wanted::HelpLink }
        } else if bigger != self.was_bigger {
            if bigger { Wanted::Bigger } else { Wanted::Heading }
        } else if raised {
            Wanted::Problem
        } else {
            Wanted::Nothing
        };
        if turned {
            self.link_qr = None;
            self.drawings.clear();
            self.copied = false;
            for field in FieldId::ALL {
                forget_field(ctx, field);
            }
        }
        if turned || self.said_over != view.announce {
            self.say = None;
            self.spelt = None;
            self.said_over.clone_from(&view.announce);
        }
        self.page = Some(view.page);
        self.heading.clone_from(&view.heading);
        self.problem = problem;
        self.help_was_open = view.help.open;
        self.was_bigger = bigger;
        turned
    }

    /// Whether it wants this, once.
    pub(super) fn takes(&mut self, wanted: Wanted) -> bool {
        let takes = self.wanted == wanted;
        if takes {
            self.wanted = Wanted::Nothing;
        }
        takes
    }
}
