//! A page as data: what stands on it, in words, in order. The window and the console draw the same [`View`].
//!
//! Not here: colours, sizes and egui (module `window`), the words themselves (`assets/locales`), and secrets:
//! a view carries the id of a secret or of a field, never what it stands for.

mod help;
mod icon;
mod notice;
mod pages;
mod phone_picture;
mod problems;
mod regions;
mod rich;
#[cfg(test)]
pub(crate) mod samples;

use domain::Timestamp;
use journey::{Event, FieldId, Journey, NumberId, Page, SecretId};

use crate::{texts::Texts, workstation::Workstation};

pub use icon::Icon;
pub use notice::{StartFailure, notice, notice_text};
pub use phone_picture::{Caption, Device, PhonePicture, PhoneScreen, Phones};
pub use rich::{Rich, Span, plain, rich};

/// One page, ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Which page.
    pub page: Page,
    /// "Scan the code, step 6 of 10, Set up sign-in security"; "Error: " in front when there is a problem.
    pub window_title: String,
    /// The trust's name, for the brand bar. The program's own name until the policy is here.
    pub trust: String,
    /// The brand bar's colour as red, green and blue, if the policy has one.
    pub brand_colour: Option<[u8; 3]>,
    /// "Set up sign-in security".
    pub app_name: String,
    /// Step n of m; `None` on pages off the way.
    pub progress: Option<(usize, usize)>,
    /// "Step 7 of 10", or nothing.
    pub progress_text: String,
    /// At the top left.
    pub back: Option<Action>,
    /// The one heading of level 1. On a page with a [`Block::Success`] it is the panel's title.
    pub heading: String,
    /// What stands in the way, above the heading.
    pub problem: Option<ProblemView>,
    /// What stands between heading and buttons, in order.
    pub blocks: Vec<Block>,
    /// The buttons; the first is the primary one.
    pub actions: Vec<Action>,
    /// Words while the person waits for an answer.
    pub waiting: Option<String>,
    /// The help panel.
    pub help: HelpView,
    /// What a screen reader says when this view comes up.
    pub announce: String,
    /// What is asked before the window closes here.
    pub leave: Option<LeaveView>,
    /// "Paste", in the menu of a field.
    pub paste_label: String,
}

/// A question before the window closes.
#[derive(Debug, Clone, PartialEq)]
pub struct LeaveView {
    /// "Close before you finish?"
    pub heading: String,
    /// What is lost.
    pub text: String,
    /// "Go on setting up".
    pub stay: String,
    /// "Close".
    pub close: String,
}

/// Something that can be selected, and what then happens.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// Its words.
    pub label: String,
    /// What it does.
    pub event: Event,
    /// How it looks.
    pub style: ActionStyle,
    /// A picture beside the words.
    pub icon: Option<Icon>,
    /// Whether it can be selected now.
    pub enabled: bool,
}

/// How an action looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionStyle {
    /// The one main button.
    Primary,
    /// Any other button.
    Secondary,
    /// An underlined link.
    Link,
    /// The link at the top left.
    BackLink,
}

/// What stands in the way, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct ProblemView {
    /// "There is a problem".
    pub title: String,
    /// What it is and what to do.
    pub text: String,
    /// The field it belongs to: the text leads there.
    pub field: Option<FieldId>,
    /// What helps, for example "Try again".
    pub action: Option<Action>,
}

/// The help panel of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct HelpView {
    /// "Get help".
    pub label: String,
    /// "Close help".
    pub close_label: String,
    /// Whether it is open.
    pub open: bool,
    /// Its heading of level 2.
    pub heading: String,
    /// Question and answer.
    pub items: Vec<(String, String)>,
    /// Whom to ask.
    pub contact: Vec<Rich>,
}

/// One part of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A paragraph.
    Para(Rich),
    /// A paragraph in quiet text.
    Quiet(Rich),
    /// A heading of level 2.
    Heading2(String),
    /// A line with an icon, and smaller words under it.
    Item {
        /// The picture.
        icon: Icon,
        /// The line.
        title: Rich,
        /// More about it.
        detail: Option<Rich>,
    },
    /// What to do, and where.
    Steps {
        /// Where.
        place: Place,
        /// "On your phone".
        title: String,
        /// One step a line; numbered when there are several.
        lines: Vec<Rich>,
    },
    /// A note with a bar at its left.
    Inset {
        /// The picture.
        icon: Icon,
        /// The note.
        text: Rich,
    },
    /// Something to beware of.
    Warning(Rich),
    /// The green panel. Its title is the page's heading of level 1.
    Success {
        /// "Your sign-in security is set up".
        title: String,
        /// A line under it, or the name of the value; empty when there is none.
        label: String,
        /// The reference; empty when there is none.
        value: String,
    },
    /// Radio cards.
    Choice {
        /// What is asked: the group's accessible name.
        legend: String,
        /// The cards.
        options: Vec<ChoiceOption>,
    },
    /// A field to type in.
    Field {
        /// Whose text it is.
        field: FieldId,
        /// What is typed.
        kind: FieldKind,
        /// Its label.
        label: String,
        /// A hint under the label.
        hint: Option<String>,
        /// What is wrong with it.
        error: Option<String>,
        /// What Enter does.
        submit: Event,
    },
    /// The QR code of a secret.
    EnrolmentQr {
        /// Whose picture.
        secret: SecretId,
        /// What it shows, for a screen reader.
        alt: String,
        /// Drawn larger.
        bigger: bool,
        /// What stands at its right, or under it where there is no room.
        beside: Vec<Block>,
    },
    /// The QR code of a public link.
    LinkQr {
        /// Where it leads.
        url: String,
        /// What it shows, for a screen reader.
        alt: String,
        /// What stands at its right, or under it where there is no room.
        beside: Vec<Block>,
    },
    /// A number, as it is called.
    Number {
        /// Whose.
        number: NumberId,
        /// "Your number".
        label: String,
        /// Stands there when the number is not held any more.
        otherwise: String,
        /// "Change".
        change: Option<Action>,
    },
    /// The number that is being typed, as it will be called; nothing as long as it is none.
    WillCall {
        /// "We will ring".
        label: String,
    },
    /// What to do on the phone, and beside it the two digits to press, large.
    CallDigits {
        /// "On your phone".
        title: String,
        /// "When the voice asks, press".
        text: String,
        /// What the digits are, for a screen reader.
        alt: String,
    },
    /// Stages one under the other, ticked as far as they are done.
    Stages(Vec<Stage>),
    /// Radio cards that are searched by typing.
    Find {
        /// What is searched for is typed here.
        field: FieldId,
        /// The field's label.
        label: String,
        /// What is asked: the group's accessible name.
        legend: String,
        /// The cards; those are shown that are found by what is typed.
        options: Vec<RegionOption>,
        /// Shown when there is none.
        none: String,
    },
    /// The key of a secret as text.
    Key {
        /// Whose key.
        secret: SecretId,
        /// "Key".
        label: String,
        /// "Copy the key".
        copy_label: String,
        /// "Copied".
        copied_label: String,
        /// "Read the key out".
        spell_label: String,
    },
    /// An answer that can be changed.
    Row {
        /// What it is.
        label: String,
        /// The answer.
        value: String,
        /// "Change".
        change: Option<Action>,
    },
    /// Links, one under the other.
    Links(Vec<Action>),
    /// The slip to take away. It stands beside all of the page, or in its place where there is no room.
    Slip(SlipView),
    /// Drawn phones, last on a page. They stand beside all of it, or under it where there is no room.
    Phones(Phones),
    /// A link that opens in the browser.
    WebLink {
        /// Its words.
        label: String,
        /// Where it leads.
        url: String,
        /// Said with the address once it was selected: there may be no browser.
        otherwise: String,
    },
}

/// A slip to take away. It has no secret, no number of the person's and not their name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// What its file is called.
    pub name: String,
    /// The trust's name.
    pub trust: String,
    /// "Your sign-in security is set up".
    pub heading: String,
    /// "Your reference".
    pub reference_label: String,
    /// The reference.
    pub reference: String,
    /// When they are asked for a second step, and when not.
    pub when: Vec<Rich>,
    /// What to do about a phone, and whom to ask.
    pub help: Vec<Rich>,
    /// When and at which school it was set up.
    pub made: String,
}

/// A slip on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct SlipView {
    /// "Take this with you".
    pub heading: String,
    /// What stands on it.
    pub slip: Slip,
    /// Whom to ask. It stands on the slip, and by itself where that is not drawn.
    pub ask: Rich,
    /// "Print" and "Save".
    pub actions: Vec<Action>,
    /// "Nothing on it is secret."
    pub note: String,
}

/// One of several stages.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Its words.
    pub label: String,
    /// More about it.
    pub detail: Option<String>,
    /// How far it is.
    pub progress: StageProgress,
    /// What `progress` is called, for a screen reader and the console: "done".
    pub progress_label: String,
}

/// How far a stage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageProgress {
    /// It has its tick.
    Done,
    /// It is the one to do now.
    Current,
    /// It comes later.
    Ahead,
}

/// Where a step is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On your phone.
    OnYourPhone,
    /// On this computer.
    OnThisComputer,
}

/// One radio card.
#[derive(Debug, Clone, PartialEq)]
pub struct ChoiceOption {
    /// Its words.
    pub label: String,
    /// A picture beside the words.
    pub icon: Option<Icon>,
    /// Whether it is the one.
    pub selected: bool,
    /// What selecting it does.
    pub event: Event,
}

/// A radio card with a region.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionOption {
    /// The region, to be searched for.
    pub offered: numbers::OfferedRegion,
    /// What else it is found by.
    pub names: String,
    /// The card.
    pub card: ChoiceOption,
}

impl RegionOption {
    /// The cards that are found by what is typed.
    pub fn found(options: &[Self], typed: &str) -> Vec<ChoiceOption> {
        let is_found = |option: &&Self| numbers::matches_search(typed, option.offered, &option.names);
        options.iter().filter(is_found).map(|option| option.card.clone()).collect()
    }
}

/// What is typed into a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// XXXXX-XXXXX.
    EnrolmentCode,
    /// Six digits, large and spaced.
    SixDigits,
    /// A telephone number, as people write it.
    PhoneNumber,
    /// A few letters of a name.
    Search,
}

/// The page that a journey stands on, in words.
pub fn view(journey: &Journey, texts: &Texts, workstation: &Workstation, now: Timestamp) -> View {
    pages::view(journey, texts, workstation, now)
}

/// The slip to take away, once there is one.
pub fn slip(journey: &Journey, texts: &Texts, workstation: &Workstation, now: Timestamp) -> Option<Slip> {
    pages::slip(journey, texts, workstation, now)
}

#[cfg(test)]
mod tests;
