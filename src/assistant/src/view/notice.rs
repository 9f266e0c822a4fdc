//! The page of a program that cannot start: what is missing, and whom to ask. There is no journey behind it.

use i18n_embed_fl::fl;
use journey::{Event, Facts, Page};

use super::{Action, ActionStyle, Block, HelpView, Icon, Span, View, help, pages, plain, rich};
use crate::texts::Texts;

/// Why the program does not start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartFailure {
    /// Nobody has told this computer where the service is yet. Otherwise something is wrong.
    pub is_not_set_up: bool,
    /// What IT has to know.
    pub reason: String,
}

/// The page. It is read by a teacher, and its last part is for IT.
pub fn notice(failure: &StartFailure, texts: &Texts) -> View {
    let loader = texts.loader();
    let StartFailure { is_not_set_up, reason } = failure;
    let (heading, why) = if *is_not_set_up {
        (fl!(loader, "not-set-up-heading"), fl!(loader, "not-set-up-why"))
    } else {
        (fl!(loader, "not-started-heading"), fl!(loader, "not-started-why"))
    };
    let app_name = fl!(loader, "app-name");
    let close = Action {
        label: fl!(loader, "close"),
        event: Event::Finish,
        style: ActionStyle::Primary,
        icon: None,
        enabled: true,
    };
    View {
        page: Page::CannotStart,
        window_title: fl!(loader, "title-plain", heading = heading.as_str(), app = app_name.as_str()),
        trust: fl!(loader, "program-name"),
        brand_colour: None,
        app_name,
        progress: None,
        progress_text: String::new(),
        back: None,
        announce: pages::announce_page(loader, &heading),
        heading,
        problem: None,
        blocks: vec![
            Block::Para(rich(&why)),
            Block::Para(rich(&fl!(loader, "not-started-ask"))),
            Block::Inset { icon: Icon::Info, text: vec![Span::Plain(reason.clone())] },
        ],
        actions: vec![close],
        waiting: None,
        // What goes wrong on other pages is not what is wrong here.
        help: HelpView {
            items: Vec::new(),
            ..help::view(Page::CannotStart, &Facts::default(), false, loader)
        },
        leave: None,
        paste_label: fl!(loader, "paste"),
    }
}

/// The same as plain text: on Windows it is shown in a box.
pub fn notice_text(failure: &StartFailure, texts: &Texts) -> String {
    let View { heading, blocks, .. } = notice(failure, texts);
    let parts = blocks.iter().filter_map(|block| {
        if let Block::Para(text) | Block::Inset { text, .. } = block { Some(plain(text)) } else { None }
    });
    let parts: Vec<String> = std::iter::once(heading).chain(parts).collect();
    parts.join("\n\n")
}
