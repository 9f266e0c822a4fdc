//! How a fault is told on one line, wherever it is told.

/// An error with its causes. What a cause only repeats is left out.
pub fn error_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
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
    fn every_cause_is_told_once() {
        let root = TestError("no room", None);
        let again = TestError("the disk: no room", Some(Box::new(root)));
        let error = TestError("saving the page", Some(Box::new(again)));
        assert_eq!(error_chain(&error), "saving the page: the disk: no room");
    }
}
