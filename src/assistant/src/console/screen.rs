//! Where the pages are printed: a terminal with its alternate screen, or a plain stream.

use std::io::{self, IsTerminal as _, Write};

use crossterm::{
    cursor::MoveTo,
    queue,
    terminal::{Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen},
};
use zeroize::Zeroizing;

use super::{
    draw::{self, Printout},
    look::{Look, WIDEST},
};
use crate::texts::Texts;

/// The place to print to.
pub(super) struct Screen {
    out: Box<dyn Write>,
    is_terminal: bool,
    colour: bool,
    /// First row of the page that has not been shown yet, when the page is longer than the terminal.
    more_from: Option<usize>,
}

impl Screen {
    /// Standard output, on the alternate screen when it is a terminal.
    pub(super) fn of_standard_output() -> io::Result<Self> {
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_terminal = io::stdout().is_terminal() && !is_dumb;
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let mut out = standard_output()?;
        if is_terminal {
            queue!(out, EnterAlternateScreen)?;
            out.flush()?;
        }
        Ok(Self { out, is_terminal, colour: is_terminal && !no_colour, more_from: None })
    }

    /// A plain stream.
    #[cfg(test)]
    pub(super) fn of_stream(out: Box<dyn Write>) -> Self {
        Self { out, is_terminal: false, colour: false, more_from: None }
    }

    /// Whether pages replace each other.
    pub(super) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// What drawing needs to know, as it is now: windows are resized.
    pub(super) fn look(&self) -> Look {
        let room = self.is_terminal.then(|| {
            let (columns, rows) = crossterm::terminal::size().unwrap_or((80, 24));
            (usize::from(columns), usize::from(rows))
        });
        let width = room.map_or(WIDEST, |(columns, _)| columns.saturating_sub(1).clamp(20, WIDEST));
        Look { width, room, colour: self.colour }
    }

    /// A page from its beginning.
    pub(super) fn show(&mut self, printout: &Printout, texts: &Texts) -> io::Result<()> {
        self.more_from = Some(0);
        self.show_more(printout, texts)
    }

    /// Whether a part of the page has not been shown.
    pub(super) fn has_more(&self) -> bool {
        self.more_from.is_some()
    }

    /// As much of the page as there is room for.
    pub(super) fn show_more(&mut self, printout: &Printout, texts: &Texts) -> io::Result<()> {
        let from = self.more_from.take().unwrap_or(0);
        let room = self.look().room;
        if room.is_some() {
            queue!(self.out, Clear(ClearType::All), MoveTo(0, 0))?;
        } else {
            // After the prompt, where a typed line left no line break of its own.
            self.row("")?;
        }
        let foot = printout.foot.len();
        let to = match room {
            Some((_, rows)) => draw::screenful(&printout.rows, from, rows.saturating_sub(1), foot),
            None => printout.rows.len(),
        };
        for row in printout.rows.get(from..to).unwrap_or_default() {
            self.row(&row.text)?;
        }
        if to < printout.rows.len() {
            self.more_from = Some(to);
            self.row(&draw::more(texts))?;
        } else {
            for row in &printout.foot {
                self.row(row)?;
            }
        }
        write!(self.out, "{} ", printout.prompt)?;
        self.out.flush()
    }

    /// One line more, under what stands there.
    pub(super) fn say(&mut self, text: &str) -> io::Result<()> {
        self.row(text)?;
        self.out.flush()
    }

    /// Back to what the terminal showed before, with these lines.
    pub(super) fn leave(&mut self, lines: &[String]) -> io::Result<()> {
        if self.is_terminal {
            queue!(self.out, Clear(ClearType::All), LeaveAlternateScreen)?;
            // Said twice, the cursor would jump back over the lines that follow.
            self.is_terminal = false;
        }
        for line in lines {
            self.row(line)?;
        }
        self.out.flush()
    }

    fn row(&mut self, text: &str) -> io::Result<()> {
        // One write a row: std's buffer, which is never wiped, is not used.
        let mut row = Zeroizing::new(String::with_capacity(text.len() + 1));
        row.push_str(text);
        row.push('\n');
        self.out.write_all(row.as_bytes())
    }
}

/// A terminal must not be left on the alternate screen, whatever ended the pages.
impl Drop for Screen {
    fn drop(&mut self) {
        if self.is_terminal {
            let _ = queue!(self.out, LeaveAlternateScreen);
            let _ = self.out.flush();
        }
    }
}

#[cfg(unix)]
fn standard_output() -> io::Result<Box<dyn Write>> {
    use std::os::fd::AsFd as _;
    Ok(Box::new(io::stdout().as_fd().try_clone_to_owned().map(std::fs::File::from)?))
}

#[cfg(not(unix))]
fn standard_output() -> io::Result<Box<dyn Write>> {
    Ok(Box::new(io::stdout()))
}
