//! The same pages in a terminal: over SSH, without a display, or for a screen reader that likes text.
//!
//! Not here: what a page says (`view`). Nothing typed is printed again, and on a terminal the pages stand on the
//! alternate screen, so that neither key nor code stays in the scrollback.

mod draw;
mod input;
mod look;
mod qr;
mod screen;

use std::collections::VecDeque;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use i18n_embed_fl::fl;
use journey::Event;
use zeroize::Zeroizing;

use crate::{
    driver::Driver,
    effects::Effects,
    view::{Block, View},
};
use draw::Printout;
use input::{ConsoleInput, Line};
use look::Look;
use screen::Screen;

/// Why the terminal could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// It could not be written to.
    #[error("the terminal could not be written to")]
    Write(#[source] std::io::Error),
    /// Standard input could not be read.
    #[error("the terminal could not be read from")]
    Read(#[source] std::io::Error),
}

/// A wake-up that got lost must not leave the person waiting.
const LOOK_AGAIN_WAITING: Duration = Duration::from_millis(500);
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Shows the pages on standard output and reads from standard input, until the person finishes or stops.
pub fn run<E: Effects>(driver: &mut Driver<E>) -> Result<(), ConsoleError> {
    let (sender, inputs) = mpsc::channel();
    let wake = sender.clone();
    driver.effects_mut().wake_with(Box::new(move || {
        // Nobody listens any more when the console has ended.
        let _ = wake.send(ConsoleInput::Wake);
    }));
    input::listen(sender).map_err(ConsoleError::Read)?;
    let mut screen = Screen::of_standard_output().map_err(ConsoleError::Write)?;
    let outcome = run_on(driver, &mut screen, &inputs);
    let farewell = farewell(driver);
    screen.leave(&farewell).map_err(ConsoleError::Write)?;
    outcome
}

/// The page that a driver stands at, as it is printed on a plain stream: for a journey that plays itself.
pub fn page_text<E: Effects>(driver: &Driver<E>) -> Zeroizing<String> {
    let printout = draw::page(driver.view(), driver.keeper(), driver.texts(), &Look::of_stream());
    let rows =
        printout.rows.iter().map(|row| row.text.as_str()).chain(printout.foot.iter().map(String::as_str));
    let mut text = Zeroizing::new(String::with_capacity(16 * 1024));
    for row in rows {
        text.push_str(row);
        text.push('\n');
    }
    text
}

fn run_on<E: Effects>(
    driver: &mut Driver<E>,
    screen: &mut Screen,
    inputs: &Receiver<ConsoleInput>,
) -> Result<(), ConsoleError> {
    let mut lines: VecDeque<Line> = VecDeque::new();
    let mut ended = false;
    let mut shown: Option<(View, Printout)> = None;
    let mut acted = false;
    loop {
        driver.poll();
        if driver.closed() {
            return Ok(());
        }
        show(driver, screen, &mut shown, std::mem::take(&mut acted)).map_err(ConsoleError::Write)?;
        let waiting = driver.view().waiting.is_some();
        // What is typed ahead waits for its page; where a call rings instead, it would answer for the page after.
        if let Some((_, printout)) = &shown
            && lines
                .front()
                .is_some_and(|line| !waiting || printout.primary.is_none() || line.is_for_waiting())
            && let Some(line) = lines.pop_front()
        {
            match answer(driver, screen, printout, &line).map_err(ConsoleError::Write)? {
                Answered::Acted => acted = true,
                Answered::Replied => {}
                Answered::Stop => return Ok(()),
            }
            continue;
        }
        if ended && !waiting {
            return Ok(());
        }
        match inputs.recv_timeout(if waiting { LOOK_AGAIN_WAITING } else { LOOK_AGAIN }) {
            Ok(ConsoleInput::Line(line)) => lines.push_back(line),
            Ok(ConsoleInput::End) | Err(RecvTimeoutError::Disconnected) => ended = true,
            Ok(ConsoleInput::Wake) | Err(RecvTimeoutError::Timeout) => {}
        }
        if ended && waiting && lines.is_empty() {
            // The answer wakes nobody once the channel is closed.
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Prints the page when it is another than the one that stands there, or when the person did something: that it came to
/// the same has to be seen as well, as when there is still no room on the disk.
fn show<E: Effects>(
    driver: &Driver<E>,
    screen: &mut Screen,
    shown: &mut Option<(View, Printout)>,
    acted: bool,
) -> std::io::Result<()> {
    let view = driver.view();
    if !acted && shown.as_ref().is_some_and(|(last, _)| last == view) {
        return Ok(());
    }
    let adds_nothing = shown.as_ref().is_some_and(|(last, _)| last.page == view.page && !adds_to(last, view));
    let printout = draw::page(view, driver.keeper(), driver.texts(), &screen.look());
    match &view.waiting {
        Some(waiting) if adds_nothing && !screen.is_terminal() => screen.say(waiting)?,
        Some(_) | None => screen.show(&printout, driver.texts())?,
    }
    *shown = Some((view.clone(), printout));
    Ok(())
}

/// Whether there is a kind of block that was not there before, as the digits to press when the call is taken; or help.
fn adds_to(last: &View, view: &View) -> bool {
    if last.help.open != view.help.open {
        return true;
    }
    let kinds: Vec<_> = last.blocks.iter().map(std::mem::discriminant).collect();
    view.blocks.iter().any(|block| !kinds.contains(&std::mem::discriminant(block)))
}

#[derive(PartialEq, Eq)]
enum Answered {
    /// Something was done, and the page is looked at again.
    Acted,
    /// All there is to say about the line is said.
    Replied,
    Stop,
}

fn answer<E: Effects>(
    driver: &mut Driver<E>,
    screen: &mut Screen,
    printout: &Printout,
    line: &Line,
) -> std::io::Result<Answered> {
    match line.text() {
        "" if screen.has_more() => {
            screen.show_more(printout, driver.texts())?;
            Ok(Answered::Replied)
        }
        "" => select(driver, screen, printout.primary.as_ref()),
        "q" | "Q" => Ok(Answered::Stop),
        "b" | "B" if driver.view().back.is_some() => {
            driver.on(Event::Back);
            Ok(Answered::Acted)
        }
        "?" => {
            let open = driver.view().help.open;
            driver.on(Event::Help(!open));
            Ok(Answered::Acted)
        }
        text => {
            if let Some(numbered) = printout.numbered(text) {
                return select(driver, screen, Some(numbered));
            }
            let Some((field, submit)) = &printout.field else {
                screen.say(&fl!(driver.texts().loader(), "console-unknown"))?;
                return Ok(Answered::Replied);
            };
            let heading = driver.view().heading.clone();
            driver.keeper_mut().typed_mut(*field).set(text);
            driver.on(Event::Typed(*field));
            driver.poll();
            // A right code has a heading of its own; Next would then be for what nobody has seen.
            if driver.view().heading == heading {
                driver.on(submit.clone());
            }
            Ok(Answered::Acted)
        }
    }
}

fn select<E: Effects>(
    driver: &mut Driver<E>,
    screen: &mut Screen,
    choice: Option<&draw::Selectable>,
) -> std::io::Result<Answered> {
    match choice {
        Some(choice) if choice.enabled => {
            driver.on(choice.event.clone());
            Ok(Answered::Acted)
        }
        Some(_) | None => {
            screen.say(&fl!(driver.texts().loader(), "console-unselectable"))?;
            Ok(Answered::Replied)
        }
    }
}

/// What stays on the terminal when the pages are gone: the reference, or that one can come back.
fn farewell<E: Effects>(driver: &Driver<E>) -> Vec<String> {
    let success = driver.view().blocks.iter().find_map(|block| {
        if let Block::Success { title, label, value } = block { Some((title, label, value)) } else { None }
    });
    match success {
        Some((title, label, value)) if !value.is_empty() => {
            vec![format!("{title}."), format!("{label}: {value}")]
        }
        Some((title, ..)) => vec![format!("{title}.")],
        None if driver.closed() => Vec::new(),
        None => vec![fl!(driver.texts().loader(), "console-stopped")],
    }
}

#[cfg(test)]
mod tests;
