//! Words with bold parts: `**like this**` in the Fluent text.

/// Words in order, each plain or bold.
pub type Rich = Vec<Span>;

/// A run of words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// As it is.
    Plain(String),
    /// Bold.
    Bold(String),
}

impl Span {
    /// The words alone.
    pub fn text(&self) -> &str {
        match self {
            Self::Plain(text) | Self::Bold(text) => text,
        }
    }
}

/// Reads `**bold**`. Stars without a partner stay as they are.
pub fn rich(text: &str) -> Rich {
    let mut spans = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("**") {
        let inner = &rest[open + 2..];
        let Some(length) = inner.find("**").filter(|length| *length > 0) else { break };
        if open > 0 {
            spans.push(Span::Plain(rest[..open].to_owned()));
        }
        spans.push(Span::Bold(inner[..length].to_owned()));
        rest = &inner[length + 2..];
    }
    if !rest.is_empty() {
        spans.push(Span::Plain(rest.to_owned()));
    }
    spans
}

/// The words alone.
pub fn plain(rich: &[Span]) -> String {
    rich.iter().map(Span::text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bold(text: &str) -> Span {
        Span::Bold(text.to_owned())
    }
    fn simple(text: &str) -> Span {
        Span::Plain(text.to_owned())
    }

    #[test]
    fn stars_make_bold() {
        assert_eq!(
            rich("You are at **Elm Academy** now."),
            [simple("You are at "), bold("Elm Academy"), simple(" now.")]
        );
        assert_eq!(rich("**All**"), [bold("All")]);
        assert_eq!(rich("**a****b**"), [bold("a"), bold("b")]);
        assert_eq!(rich("none"), [simple("none")]);
        assert_eq!(rich(""), []);
    }

    #[test]
    fn stars_without_a_partner_stay() {
        for text in ["2 ** 3", "****", "***", "a **b", "**"] {
            assert_eq!(plain(&rich(text)), text);
        }
        assert_eq!(rich("a **b"), [simple("a **b")]);
    }
}
