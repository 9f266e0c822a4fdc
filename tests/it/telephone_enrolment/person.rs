//! Somebody at the assistant's console with a phone in their hand: types a number, reads the page, presses what it says.

use std::path::Path;

use tests::console::Console;
use tests::phone::Phone;
use tests::telephones::Handset;

use super::trust::Trust;

pub(super) struct Person {
    pub(super) console: Console,
    /// With the app on it.
    pub(super) app: Phone,
    code: String,
    home: tempfile::TempDir,
}

impl Person {
    /// With a code from IT, as far as the page that asks for a number. The app is linked and tested.
    pub(super) fn before_the_number(trust: &Trust, sign_in_name: &str) -> Self {
        let code = trust.service.issue_code(sign_in_name);
        let home = tempfile::tempdir().expect("a temporary folder");
        let mut console = Console::start(home.path(), trust.network.address(), trust.service.identity_key());
        let app = console.walk_to("Your phone number", &code);
        Self { console, app, code, home }
    }

    /// Starts the assistant again after it was closed, and comes to the same page; the app is linked anew.
    pub(super) fn comes_back(&mut self, trust: &Trust) {
        let server = trust.network.address();
        self.console = Console::start(self.home.path(), server, trust.service.identity_key());
        self.app = self.console.walk_to("Your phone number", &self.code);
    }

    /// Types a number, and gives the page of the call.
    pub(super) fn gives(&mut self, number: &str) -> String {
        self.console.terminal.line(number);
        self.console.page("Answer the test call")
    }

    /// The same for the number of a telephone, as people write it.
    pub(super) fn gives_that_of(&mut self, telephone: &Handset) {
        let page = self.gives(&written(telephone.number()));
        assert!(page.contains(&format!("Your number: {}", written(telephone.number()))), "{page}");
    }

    /// Back to the number while the page of the call stands there.
    pub(super) fn goes_back_to_the_number(&mut self) {
        self.console.terminal.line("b");
        self.console.page("Your phone number");
    }

    /// Asks for a call, answers when the telephone rings for the so-manieth time, and presses what the page shows.
    pub(super) fn is_called(&mut self, telephone: &Handset, times: usize) {
        let digits = self.asks_for_a_call();
        telephone.rings(times);
        telephone.answer();
        self.reads("You answered.");
        telephone.press(&digits);
    }

    /// Selects "Call me", and gives the digits that the page shows.
    pub(super) fn asks_for_a_call(&mut self) -> String {
        let terminal = &mut self.console.terminal;
        terminal.line("");
        terminal.until("Digits to press: ");
        let digits = terminal.until("\n").trim().to_owned();
        assert!(digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_digit()), "{digits}");
        digits
    }

    /// Waits until the page says this.
    pub(super) fn reads(&mut self, words: &str) {
        self.console.terminal.until(words);
    }

    /// Waits until the page says that there is a problem, this one.
    pub(super) fn reads_problem(&mut self, words: &str) {
        let page = self.console.page("There is a problem");
        let text = page.replace("\n  ", " ");
        assert!(text.contains(words), "{words:?} is not on the page:\n{page}");
        assert!(page.contains("Enter: Call me again"), "{page}");
    }

    /// Waits until the number is tested, and gives "Check and send".
    pub(super) fn is_tested(&mut self) -> String {
        self.console.page("Your phone number is tested");
        self.console.terminal.line("");
        self.console.page("Check and send")
    }

    /// Waits until the number is tested, sends, and gives the reference.
    pub(super) fn sends(&mut self) -> String {
        self.is_tested();
        self.console.send();
        let done = self.console.page("Your sign-in security is set up");
        let reference = done
            .split("Your reference, if you ask IT for help: ")
            .nth(1)
            .and_then(|rest| rest.lines().next());
        reference.unwrap_or_else(|| panic!("no reference:\n{done}")).to_owned()
    }

    /// The folder of the assistant.
    pub(super) fn home(&self) -> &Path {
        self.home.path()
    }
}

/// `07700 900123`.
pub(super) fn written(number: &str) -> String {
    let national = number.strip_prefix("+44").expect("a number of the United Kingdom");
    format!("0{} {}", &national[..4], &national[4..])
}

/// Two digits that are not these, and do not stop the calls.
pub(super) fn other_than(digits: &str) -> &'static str {
    if digits == "12" { "21" } else { "12" }
}
