//! The slip as a page of HTML, by the template in `assets/slip`.
//!
//! HTML, since any browser shows and prints it, reads it aloud, and has every letter that a name can have. A PDF would
//! need fonts of its own and a library.

use crate::view::{Slip, Span};

const TEMPLATE: &str = include_str!("../../../assets/slip/slip.html");

/// Opens the print dialog once the page is there.
const PRINTS: &str = r#"<script>addEventListener("load", () => print());</script>"#;

/// The whole page. `prints`: it asks to be printed as soon as it is open.
pub(crate) fn html(slip: &Slip, prints: bool) -> String {
    let mut lines = String::new();
    for line in slip.when.iter().chain(&slip.help) {
        let spans: String = line.iter().map(span).collect();
        lines.push_str(&format!("<p>{spans}</p>\n"));
    }
    let values = [
        ("name", escaped(&slip.name)),
        ("trust", escaped(&slip.trust)),
        ("heading", escaped(&slip.heading)),
        ("label", escaped(&slip.reference_label)),
        ("reference", escaped(&slip.reference)),
        ("lines", lines),
        ("made", escaped(&slip.made)),
        ("script", if prints { PRINTS.to_owned() } else { String::new() }),
    ];
    let mut page = String::with_capacity(2 * TEMPLATE.len());
    let mut rest = TEMPLATE;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else { break };
        page.push_str(before);
        page.extend(values.iter().filter(|(known, _)| *known == name).map(|(_, value)| value.as_str()));
        rest = after;
    }
    page.push_str(rest);
    page
}

fn span(span: &Span) -> String {
    match span {
        Span::Plain(text) => escaped(text),
        Span::Bold(text) => format!("<strong>{}</strong>", escaped(text)),
    }
}

fn escaped(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for character in words.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::rich;

    fn slip() -> Slip {
        Slip {
            name: "Sign-in security K7M 4PX 93".to_owned(),
            trust: "Ysgol Tŷ <b>Mawr</b> & 'Co' {{script}}".to_owned(),
            heading: "Set up".to_owned(),
            reference_label: "Your reference".to_owned(),
            reference: "K7M 4PX 93".to_owned(),
            when: vec![rich("From **5 January 2027**.")],
            help: vec![rich("**New phone?** \"Keep\" it.")],
            made: "24 November 2026".to_owned(),
        }
    }

    #[test]
    fn every_word_is_on_it_once_and_none_is_read_as_html() {
        let page = html(&slip(), false);
        for part in [
            "<title>Sign-in security K7M 4PX 93</title>",
            "Ysgol Tŷ &lt;b&gt;Mawr&lt;/b&gt; &amp; &#39;Co&#39; {{script}}",
            "<p class=\"reference\">K7M 4PX 93</p>",
            "<p>From <strong>5 January 2027</strong>.</p>",
            "<p><strong>New phone?</strong> &quot;Keep&quot; it.</p>",
            "24 November 2026",
        ] {
            assert_eq!(page.matches(part).count(), 1, "{part}: {page}");
        }
        assert!(!page.contains("<script>"), "a saved page does nothing by itself");
    }

    #[test]
    fn only_the_page_that_is_printed_asks_for_it_and_nothing_is_loaded() {
        let page = html(&slip(), true);
        assert_eq!(page.matches("<script>").count(), 1);
        for loads in ["http:", "https:", "src=", "href=", "url("] {
            assert!(!page.contains(loads), "{loads}");
        }
    }
}
