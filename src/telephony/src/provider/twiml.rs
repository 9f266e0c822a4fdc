//! What the provider is told to do next, in its markup.
//!
//! Not here: what is said when.

use std::time::Duration;

use domain::PromptLanguage;

/// A document for the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twiml(String);

impl Twiml {
    /// Its media type.
    pub const CONTENT_TYPE: &str = "text/xml; charset=utf-8";

    /// The document.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Does nothing; for what only informs us.
    pub(super) fn nothing() -> Self {
        document("")
    }

    pub(super) fn hang_up() -> Self {
        document("<Hangup/>")
    }

    pub(super) fn say_and_hang_up(text: &str, language: PromptLanguage) -> Self {
        document(&format!("{}<Hangup/>", say(text, language)))
    }

    /// Says it, if anything, and posts the keys to `next`; also when there are none.
    pub(super) fn ask(text: &str, language: PromptLanguage, keys: usize, wait: Duration, next: &str) -> Self {
        let (said, next) = (say(text, language), escape(next));
        let secs = wait.as_secs();
        // With no key to finish on, the hash key is posted like any other.
        document(&format!(
            "<Gather input=\"dtmf\" numDigits=\"{keys}\" timeout=\"{secs}\" finishOnKey=\"\" method=\"POST\" \
             action=\"{next}\">{said}</Gather><Redirect method=\"POST\">{next}</Redirect>"
        ))
    }
}

fn document(inside: &str) -> Twiml {
    Twiml(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>{inside}</Response>"))
}

fn say(text: &str, language: PromptLanguage) -> String {
    let voice = match language {
        PromptLanguage::English => "language=\"en-GB\"",
        // The provider's one Welsh voice.
        PromptLanguage::Welsh => "language=\"cy-GB\" voice=\"Polly.Gwyneth\"",
    };
    if text.is_empty() { String::new() } else { format!("<Say {voice}>{}</Say>", escape(text)) }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            // XML 1.0 has no other control characters.
            c if c.is_control() && !matches!(c, '\n' | '\t') => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_gathers_the_keys_and_asks_on_when_there_are_none() {
        let asked =
            Twiml::ask("Press", PromptLanguage::English, 2, Duration::from_secs(8), "https://a.example/x");
        assert_eq!(
            asked.as_str(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Gather input=\"dtmf\" numDigits=\"2\" \
             timeout=\"8\" finishOnKey=\"\" method=\"POST\" action=\"https://a.example/x\"><Say \
             language=\"en-GB\">Press</Say></Gather><Redirect method=\"POST\">https://a.example/x</Redirect></Response>"
        );
    }

    #[test]
    fn nothing_that_is_said_becomes_markup() {
        let said = Twiml::say_and_hang_up("</Say><Dial>\"'&\u{1}", PromptLanguage::Welsh);
        assert!(said.as_str().contains("&lt;/Say&gt;&lt;Dial&gt;&quot;&apos;&amp; </Say><Hangup/>"));
    }
}
