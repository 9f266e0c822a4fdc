//! A view as rows of text, and what can be selected by number.

use i18n_embed_fl::fl;
use journey::{Event, FieldId};
use zeroize::Zeroizing;

use super::{look::Look, qr};
use crate::{
    keeper::{Keeper, QrMatrix},
    texts::Texts,
    view::{Action, ActionStyle, Block, Caption, ProblemView, RegionOption, Span, StageProgress, View, rich},
};

/// A page, ready to be printed.
pub(super) struct Printout {
    /// The page itself.
    pub(super) rows: Vec<Row>,
    /// What can be done, always under the page's end.
    pub(super) foot: Vec<String>,
    /// What stands before the cursor.
    pub(super) prompt: String,
    /// What Enter does.
    pub(super) primary: Option<Selectable>,
    /// Where a typed line goes, and what sends it.
    pub(super) field: Option<(FieldId, Event)>,
    numbered: Vec<Selectable>,
}

/// One row of text.
pub(super) struct Row {
    /// Wiped when dropped: it may be part of a key or of its picture.
    pub(super) text: Zeroizing<String>,
    /// Belongs to the row before it: a square code is never torn apart.
    pub(super) joined: bool,
}

/// Something with a number, or the main button.
pub(super) struct Selectable {
    /// What it does.
    pub(super) event: Event,
    /// Whether it can be selected now.
    pub(super) enabled: bool,
}

impl Printout {
    /// What a typed number stands for.
    pub(super) fn numbered(&self, typed: &str) -> Option<&Selectable> {
        let number: usize = typed.parse().ok().filter(|_| typed.len() <= 2)?;
        self.numbered.get(number.checked_sub(1)?)
    }
}

/// Draws a view.
pub(super) fn page(view: &View, keeper: &Keeper, texts: &Texts, look: &Look) -> Printout {
    let mut drawing = Drawing {
        keeper,
        texts,
        look,
        waiting: view.waiting.as_deref(),
        rows: Vec::new(),
        numbered: Vec::new(),
        field: None,
        prompt: None,
    };
    drawing.head(view);
    for block in &view.blocks {
        drawing.block(block);
    }
    if view.help.open {
        drawing.help(view);
    }
    drawing.blank();
    if let Some(waiting) = &view.waiting {
        drawing.text("", waiting);
    }
    // Where there is no main button, Enter does nothing: a stray one would end a call that rings.
    let (main, others): (Vec<_>, Vec<_>) =
        view.actions.iter().partition(|action| action.style == ActionStyle::Primary);
    let primary = main.first().copied();
    for action in others {
        let text = drawing.number(action);
        drawing.text("", &text);
    }
    drawing.blank();
    let foot = foot(view, primary, texts);
    let Drawing { rows, numbered, field, prompt, .. } = drawing;
    Printout {
        rows,
        foot,
        prompt: prompt.unwrap_or_else(|| fl!(texts.loader(), "console-prompt")),
        primary: primary.map(|action| Selectable { event: action.event.clone(), enabled: action.enabled }),
        field,
        numbered,
    }
}

/// The row after the last that fits; a square code begins anew rather than be torn apart.
pub(super) fn screenful(rows: &[Row], from: usize, room: usize, foot: usize) -> usize {
    let left = rows.len().saturating_sub(from);
    if left + foot <= room {
        return rows.len();
    }
    let room = room.saturating_sub(1).max(1);
    let mut to = (from + room).min(rows.len().saturating_sub(1)).max(from + 1);
    let full = to;
    while to > from && rows.get(to).is_some_and(|row| row.joined) {
        to -= 1;
    }
    if to > from {
        return to;
    }
    // Taller than the terminal: shown as a whole all the same, and the page says so.
    let mut end = full;
    while rows.get(end).is_some_and(|row| row.joined) {
        end += 1;
    }
    end
}

/// "Enter: see more".
pub(super) fn more(texts: &Texts) -> String {
    fl!(texts.loader(), "console-enter-more")
}

fn foot(view: &View, primary: Option<&Action>, texts: &Texts) -> Vec<String> {
    let loader = texts.loader();
    let mut keys = Vec::new();
    if let Some(action) = primary.filter(|action| action.enabled) {
        keys.push(fl!(loader, "console-enter", label = action.label.as_str()));
    }
    if let Some(back) = &view.back {
        keys.push(fl!(loader, "console-keys-back", back = back.label.as_str()));
    }
    let help = if view.help.open { view.help.close_label.as_str() } else { view.help.label.as_str() };
    keys.push(fl!(loader, "console-keys", help = help));
    vec![keys.join("   ")]
}

struct Drawing<'a> {
    keeper: &'a Keeper,
    texts: &'a Texts,
    look: &'a Look,
    waiting: Option<&'a str>,
    rows: Vec<Row>,
    numbered: Vec<Selectable>,
    field: Option<(FieldId, Event)>,
    prompt: Option<String>,
}

impl Drawing<'_> {
    fn head(&mut self, view: &View) {
        let bar = fl!(
            self.texts.loader(),
            "console-bar",
            trust = view.trust.as_str(),
            app = view.app_name.as_str()
        );
        self.text("", &bar);
        self.text("", &"-".repeat(self.look.width.min(60)));
        if !view.progress_text.is_empty() {
            self.text("", &view.progress_text);
        }
        self.blank();
        if let Some(problem) = &view.problem {
            self.problem(problem);
        }
        self.bold(&view.heading);
        self.blank();
    }

    fn problem(&mut self, problem: &ProblemView) {
        self.bold(&problem.title);
        self.text("! ", &problem.text);
        if let Some(action) = &problem.action {
            let text = self.number(action);
            self.text("! ", &text);
        }
        self.blank();
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Para(text) | Block::Quiet(text) => {
                self.rich("", text);
                self.blank();
            }
            Block::Heading2(text) => self.bold(text),
            Block::Item { title, detail, .. } => {
                self.rich("- ", title);
                if let Some(detail) = detail {
                    self.rich("  ", detail);
                }
            }
            Block::Steps { title, lines, .. } => {
                self.bold(title);
                for (place, line) in lines.iter().enumerate() {
                    let lead = if lines.len() > 1 { format!("  {}. ", place + 1) } else { "  ".to_owned() };
                    self.rich(&lead, line);
                }
                self.blank();
            }
            Block::Inset { text, .. } => {
                self.rich("| ", text);
                self.blank();
            }
            Block::Warning(text) => {
                self.rich("! ", text);
                self.blank();
            }
            // Its title is the heading, which stands above already.
            Block::Success { label, value, .. } => {
                match (label.is_empty(), value.is_empty()) {
                    (_, false) => self.rich("", &rich(&format!("{label}: **{value}**"))),
                    (false, true) => self.text("", label),
                    (true, true) => return,
                }
                self.blank();
            }
            Block::Choice { options, .. } => {
                for option in options {
                    let number = self.take(option.event.clone(), true);
                    let mark = if option.selected {
                        fl!(self.texts.loader(), "console-selected")
                    } else {
                        String::new()
                    };
                    self.text("", format!("[{number}] {} {mark}", option.label).trim_end());
                }
            }
            Block::Field { field, label, hint, error, submit, .. } => {
                if let Some(error) = error {
                    self.text("! ", error);
                }
                if let Some(hint) = hint {
                    self.text("", hint);
                }
                self.field = Some((*field, submit.clone()));
                self.prompt = Some(fl!(self.texts.loader(), "console-type", label = label.as_str()));
            }
            Block::EnrolmentQr { secret, alt, beside, .. } => {
                beside.iter().for_each(|block| self.block(block));
                let keeper = self.keeper;
                if let Some(code) = keeper.qr(*secret) {
                    self.code(code, alt);
                }
            }
            Block::LinkQr { url, alt, beside } => {
                beside.iter().for_each(|block| self.block(block));
                if let Some(code) = QrMatrix::of(url) {
                    self.code(&code, alt);
                }
            }
            Block::Key { secret, label, .. } => {
                let keeper = self.keeper;
                let rows = &mut self.rows;
                keeper.key_in_fours(*secret, &mut |key| {
                    let mut text = Zeroizing::new(String::with_capacity(label.len() + key.len() + 2));
                    text.push_str(label);
                    text.push_str(": ");
                    text.push_str(key);
                    rows.push(Row { text, joined: false });
                });
                self.blank();
            }
            Block::Row { label, value, change } => {
                let change = change.as_ref().map_or_else(String::new, |change| self.number(change));
                self.text("", format!("{label}: {value}  {change}").trim_end());
            }
            Block::Number { number, label, otherwise, change } => {
                let change = change.as_ref().map_or_else(String::new, |change| self.number(change));
                let mut text = Zeroizing::new(String::with_capacity(96));
                let keeper = self.keeper;
                keeper.number(*number, &mut |read| text.push_str(read));
                if text.is_empty() {
                    text.push_str(otherwise);
                }
                self.secret(&format!("{label}: "), &text, &format!("  {change}"));
            }
            Block::WillCall { label } => {
                let mut text = Zeroizing::new(String::with_capacity(32));
                let keeper = self.keeper;
                keeper.typed_number(&mut |read| text.push_str(read));
                if !text.is_empty() {
                    self.secret(&format!("{label} "), &text, "");
                }
            }
            Block::Stages(stages) => {
                for stage in stages {
                    let mark = match stage.progress {
                        StageProgress::Done => "[x] ",
                        StageProgress::Current => "[>] ",
                        StageProgress::Ahead => "[ ] ",
                    };
                    self.text(mark, &stage.label);
                    // What one waits for stands below by itself.
                    if let Some(detail) =
                        stage.detail.as_ref().filter(|detail| self.waiting != Some(detail.as_str()))
                    {
                        self.rich("    ", &rich(detail));
                    }
                }
                self.blank();
            }
            Block::CallDigits { title, text: step, alt } => {
                self.bold(title);
                self.text("  ", step);
                let mut text = Zeroizing::new(String::with_capacity(4));
                let keeper = self.keeper;
                keeper.call_digits(&mut |read| text.push_str(read));
                self.secret(&format!("{alt}: "), &text, "");
                self.blank();
            }
            Block::Find { field, label, options, none, .. } => {
                let found = RegionOption::found(options, self.keeper.typed(*field));
                if found.is_empty() {
                    self.text("", none);
                }
                for option in found {
                    let number = self.take(option.event.clone(), true);
                    self.text("", &format!("[{number}] {}", option.label));
                }
                self.field = Some((*field, Event::Typed(*field)));
                self.prompt = Some(fl!(self.texts.loader(), "console-type", label = label.as_str()));
            }
            Block::Links(actions) => {
                // A terminal's code has one size.
                for action in actions.iter().filter(|action| !matches!(action.event, Event::MakeBigger(_))) {
                    let text = self.number(action);
                    self.text("", &text);
                }
                self.blank();
            }
            Block::Slip(slip) => {
                self.blank();
                self.bold(&slip.heading);
                self.rich("", &slip.ask);
                for action in &slip.actions {
                    let text = self.number(action);
                    self.text("", &text);
                }
                self.text("", &slip.note);
                self.blank();
            }
            Block::Phones(phones) => {
                if let Some(Caption::Advice(words)) = &phones.caption {
                    self.text("", words);
                    self.blank();
                }
            }
            Block::WebLink { label, url, .. } => {
                let link =
                    fl!(self.texts.loader(), "console-link", label = label.as_str(), url = url.as_str());
                self.text("", &link);
            }
        }
    }

    fn code(&mut self, code: &QrMatrix, alt: &str) {
        let rows = qr::half_blocks(code, self.look.colour);
        let columns = qr::columns(code);
        // Two more: the keys and the cursor stand under it.
        let needed = rows.len() + 3;
        if self.look.room.is_some_and(|(wide, high)| wide < columns || high < needed) {
            let loader = self.texts.loader();
            self.text("! ", &fl!(loader, "console-too-small", columns = columns, rows = needed));
        }
        self.text("", alt);
        for (place, text) in rows.into_iter().enumerate() {
            self.rows.push(Row { text, joined: place > 0 });
        }
        self.blank();
    }

    fn help(&mut self, view: &View) {
        self.blank();
        self.bold(&view.help.heading);
        for (question, answer) in &view.help.items {
            self.text("- ", question);
            self.text("  ", answer);
        }
        for line in &view.help.contact {
            self.rich("", line);
        }
    }

    /// `[2] Back to the code`, with the number noted.
    fn number(&mut self, action: &Action) -> String {
        let number = self.take(action.event.clone(), action.enabled);
        format!("[{number}] {}", action.label)
    }

    fn take(&mut self, event: Event, enabled: bool) -> usize {
        self.numbered.push(Selectable { event, enabled });
        self.numbered.len()
    }

    fn blank(&mut self) {
        if self.rows.last().is_some_and(|row| !row.text.is_empty()) {
            self.text("", "");
        }
    }

    fn bold(&mut self, text: &str) {
        self.rich("", &[Span::Bold(text.to_owned())]);
    }

    /// A row that is wiped when dropped, of a fixed size, so that no copy is left behind.
    fn secret(&mut self, before: &str, secret: &str, after: &str) {
        let mut text = Zeroizing::new(String::with_capacity(before.len() + secret.len() + after.len()));
        text.push_str(before);
        text.push_str(secret);
        text.push_str(after.trim_end());
        self.rows.push(Row { text, joined: false });
    }

    fn text(&mut self, lead: &str, text: &str) {
        self.rich(lead, &[Span::Plain(text.to_owned())]);
    }

    /// Wraps words; rows after the first are set in as far as the lead reaches.
    fn rich(&mut self, lead: &str, spans: &[Span]) {
        let room = self.look.width.saturating_sub(lead.len()).max(10);
        for (place, line) in wrap(spans, room).iter().enumerate() {
            let lead = if place == 0 { lead.to_owned() } else { " ".repeat(lead.len()) };
            let text = Zeroizing::new(format!("{lead}{}", paint(line, self.look.colour)));
            self.rows.push(Row { text, joined: false });
        }
    }
}

/// A character and whether it is bold.
type StyledChar = (char, bool);

fn wrap(spans: &[Span], room: usize) -> Vec<Vec<StyledChar>> {
    let characters: Vec<StyledChar> = spans
        .iter()
        .flat_map(|span| span.text().chars().map(move |character| (character, matches!(span, Span::Bold(_)))))
        .collect();
    let mut lines: Vec<Vec<StyledChar>> = vec![Vec::new()];
    for word in characters.split_inclusive(|(character, _)| *character == ' ') {
        let length = word.iter().filter(|(character, _)| *character != ' ').count();
        let is_full = lines.last().is_some_and(|line| !line.is_empty() && line.len() + length > room);
        if is_full {
            lines.push(Vec::new());
        }
        if let Some(line) = lines.last_mut() {
            line.extend_from_slice(word);
        }
    }
    for line in &mut lines {
        while line.last().is_some_and(|(character, _)| *character == ' ') {
            line.pop();
        }
    }
    lines
}

fn paint(line: &[StyledChar], colour: bool) -> String {
    let mut text = String::with_capacity(line.len() + 8);
    let mut bold_before = false;
    for (character, bold) in line {
        if colour && *bold != bold_before {
            text.push_str(if *bold { "\u{1b}[1m" } else { "\u{1b}[0m" });
        }
        bold_before = *bold;
        text.push(*character);
    }
    if colour && bold_before {
        text.push_str("\u{1b}[0m");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: usize, code: std::ops::Range<usize>) -> Vec<Row> {
        (0..count)
            .map(|at| Row {
                text: Zeroizing::new(at.to_string()),
                joined: code.contains(&at) && at > code.start,
            })
            .collect()
    }

    #[test]
    fn long_words_wrap_and_bold_stays() {
        let lines = wrap(&rich("You are at **Elm Academy** now."), 12);
        let text: Vec<String> = lines.iter().map(|line| paint(line, false)).collect();
        assert_eq!(text, ["You are at", "Elm Academy", "now."]);
        assert_eq!(paint(&lines[1], true), "\u{1b}[1mElm Academy\u{1b}[0m");
        assert_eq!(wrap(&rich(""), 12).len(), 1);
    }

    #[test]
    fn a_code_is_never_torn_apart() {
        let all = rows(50, 10..37);
        assert_eq!(screenful(&all, 0, 60, 2), 50, "all of it fits");
        assert_eq!(screenful(&all, 0, 30, 2), 10, "the code begins on the next screen");
        assert_eq!(screenful(&all, 10, 30, 2), 39);
        assert_eq!(screenful(&all, 39, 30, 2), 50);
        assert_eq!(screenful(&all, 10, 20, 2), 37, "too tall: shown as a whole");
        let mut from = 0;
        for _ in 0..50 {
            let to = screenful(&all, from, 3, 2);
            assert!(to > from || from == 50, "it always goes on");
            from = to;
        }
        assert_eq!(from, 50);
    }
}
