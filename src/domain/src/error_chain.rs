//! An error and its causes on one line, for logs and for the console.

/// The error's message and those of its sources, joined by colons. A source that the text already contains is left
/// out, since many errors repeat their cause.
pub fn error_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let message = cause.to_string();
        if !text.contains(&message) {
            text.push_str(": ");
            text.push_str(&message);
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct TestError(&'static str, #[source] Option<Box<TestError>>);

    #[test]
    fn every_cause_is_named_once() {
        let root = TestError("no room", None);
        let again = TestError("the disk: no room", Some(Box::new(root)));
        let error = TestError("saving the page", Some(Box::new(again)));
        assert_eq!(error_chain(&error), "saving the page: the disk: no room");
    }
}
