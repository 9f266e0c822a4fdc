//! Instructions to the provider in its markup, TwiML.
//!
//! `call_state` decides which instruction to send.

use std::time::Duration;

use domain::PromptLanguage;

/// A TwiML document: what the provider must do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twiml(String);

impl Twiml {
    /// The media type of the document.
    pub const CONTENT_TYPE: &str = "text/xml; charset=utf-8";

    /// The document as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// No instruction: the response to a callback that only informs us.
    pub(super) fn nothing() -> Self {
        document("")
    }

    /// Hangs up.
    pub(super) fn hang_up() -> Self {
        document("<Hangup/>")
    }

    /// Says a text, then hangs up.
    pub(super) fn say_and_hang_up(text: &str, language: PromptLanguage) -> Self {
        document(&format!("{}<Hangup/>", say(text, language)))
    }

    /// Says a text, unless it is empty, and waits for keys. The provider posts them to `next`, even when there are none.
    pub(super) fn ask(text: &str, language: PromptLanguage, keys: usize, wait: Duration, next: &str) -> Self {
        let (said, next) = (say(text, language), escape(next));
        let secs = wait.as_secs();
        // Without a key to finish on, the provider posts the hash key like any other.
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
        // The provider has one Welsh voice.
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
            // XML 1.0, section 2.2, allows no other control character.
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
    fn a_prompt_gathers_keys_and_asks_again_when_none_is_pressed() {
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
    fn no_spoken_text_becomes_markup() {
        let said = Twiml::say_and_hang_up("</Say><Dial>\"'&\u{1}", PromptLanguage::Welsh);
        assert!(said.as_str().contains("&lt;/Say&gt;&lt;Dial&gt;&quot;&apos;&amp; </Say><Hangup/>"));
    }
}
