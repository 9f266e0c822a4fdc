//! What the window remembers between two frames, beside egui's own.

use egui::{Id, Pos2, Rect, Vec2};
use journey::{FieldId, Page};
use zeroize::Zeroizing;

use super::clipboard::Clipboard;
use super::field_state::{field_id, forget_field};
use super::focus::Ring;
use super::phone_picture::Drawings;
use crate::keeper::QrMatrix;
use crate::view::{Block, Icon, View};

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
    /// What had the keyboard on this page last, help and the like apart.
    last_focus: Option<Id>,
    /// Something had the keyboard when the last frame ended.
    had_focus: bool,
    /// The same problem came again: its box looks another way until something is typed.
    pub(super) is_again: bool,
    times_again: u32,
    /// The page is new: its field takes the keyboard if it can be seen.
    pub(super) opens: bool,
    /// What the person must see now: a problem, its field and the button.
    pub(super) reveals: bool,
    /// The window or the page changed: what has the keyboard is scrolled to.
    pub(super) follows: bool,
    /// The field with the problem, or the one with the keyboard, as it stands in this frame.
    pub(super) field_rect: Option<Rect>,
    /// The page with a code, and the size of the window, for which its button does not fit under it.
    pub(super) overfull: Option<(Page, Vec2)>,
    /// The arrow that says that the page goes on was selected.
    pub(super) scrolls_on: bool,
    size: Vec2,
    key_was_shown: bool,
    outcomes: usize,
    /// The page says what became of something that was done on it: it is scrolled to.
    pub(super) tells_outcome: bool,
    /// Tab leads from the heading to the main button.
    pub(super) skips_to_primary: bool,
    /// Where the last heading of level 2 stands in this frame.
    pub(super) heading_top: f32,
    /// The key as text is new on the page.
    pub(super) key_opens: bool,
    /// A link whose address is shown, for there may be no browser.
    pub(super) opened_link: Option<String>,
    /// A question or a menu covered the page when the last frame began.
    was_asking: bool,
    /// What was chosen in the menu is done once the field has the keyboard again.
    pub(super) pastes: bool,
    /// What gets the keyboard late in a frame is scrolled to in the next.
    pub(super) follows_next: bool,
    /// The person is asked whether to close.
    pub(super) leaving: bool,
    /// The question is new.
    pub(super) leave_opens: bool,
    /// They said yes.
    pub(super) has_left: bool,
    /// The field whose menu is open, and where.
    pub(super) menu: Option<(FieldId, Pos2)>,
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
    /// Back to what had it before.
    Last,
    /// To the main button.
    Primary,
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
        let asks = self.leaving || self.menu.is_some();
        let has_asked = std::mem::replace(&mut self.was_asking, asks) && !asks;
        self.wanted = if let Some(field) = field {
            Wanted::Field(field)
        } else if turned {
            Wanted::Heading
        } else if has_asked {
            Wanted::Last
        } else if view.help.open != self.help_was_open {
            if view.help.open {
                Wanted::Help
            } else if self.last_focus.is_some() {
                Wanted::Last
            } else {
                Wanted::HelpLink
            }
        } else if bigger != self.was_bigger {
            if bigger { Wanted::Bigger } else { Wanted::Heading }
        } else if raised {
            Wanted::Problem
        } else if self.had_focus && !view.help.open && has_lost_focus(ctx) {
            // What had it is gone, for example a button that now waits.
            Wanted::Heading
        } else {
            Wanted::Nothing
        };
        let key_is_shown = view.blocks.iter().any(|block| matches!(block, Block::Key { .. }));
        self.key_opens = key_is_shown && !self.key_was_shown && !turned;
        self.key_was_shown = key_is_shown;
        let outcomes = view.blocks.iter().filter(|block| is_outcome(block)).count();
        self.tells_outcome = outcomes > self.outcomes && !turned;
        self.outcomes = outcomes;
        self.opens = turned && problem.is_none();
        self.reveals = raised;
        if problem.is_none() {
            self.is_again = false;
        }
        let changes = |block: &Block| {
            matches!(block, Block::Row { change: Some(_), .. } | Block::Number { change: Some(_), .. })
        };
        let is_filled_in = |block: &Block| matches!(block, Block::Field { .. } | Block::Choice { .. });
        self.skips_to_primary = view.blocks.iter().any(changes) && !view.blocks.iter().any(is_filled_in);
        let size = ctx.content_rect().size();
        self.follows = raised || self.size != size || std::mem::take(&mut self.follows_next);
        self.size = size;
        self.field_rect = None;
        if turned {
            self.last_focus = None;
            self.menu = None;
            self.opened_link = None;
            self.is_again = false;
            self.times_again = 0;
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

    /// The same problem once more: it is raised as if it were new, and looks and sounds another.
    pub(super) fn refuse_again(&mut self) {
        self.problem = None;
        self.is_again = true;
        self.times_again += 1;
    }

    /// Something else was typed: what stood there is no answer to it any more.
    pub(super) fn calm_down(&mut self) {
        self.is_again = false;
    }

    /// A live region tells only what is new: the same words come with another end each time.
    pub(super) fn said_again(&self) -> bool {
        self.times_again % 2 == 1
    }

    /// Remembers what has the keyboard at the end of a frame.
    pub(super) fn note_focus(&mut self, ctx: &egui::Context, is_covered: bool) {
        let focused = ctx.memory(|memory| memory.focused());
        self.had_focus = focused.is_some() && !is_covered;
        if focused.is_some() && !is_covered {
            self.last_focus = focused;
        }
    }

    /// Opens the menu of a field, to which the keyboard then comes back.
    pub(super) fn open_menu(&mut self, field: FieldId, at: Pos2) {
        self.menu = Some((field, at));
        self.last_focus = Some(field_id(field));
    }

    /// What had the keyboard before something covered the page.
    pub(super) fn last_focus(&self) -> Option<Id> {
        self.last_focus
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

/// Whether a block says that something was done.
fn is_outcome(block: &Block) -> bool {
    matches!(block, Block::Inset { icon: Icon::CheckCircle, .. })
}

/// Whether nothing has the keyboard, and no press of the mouse took it.
fn has_lost_focus(ctx: &egui::Context) -> bool {
    let by_mouse = |input: &egui::InputState| input.pointer.any_down() || input.pointer.any_released();
    ctx.memory(|memory| memory.focused()).is_none() && !ctx.input(by_mouse)
}
