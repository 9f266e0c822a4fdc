//! SPDX's licence expressions, as far as crates write them.

/// Whether an expression is met by licences that are allowed. `A WITH B` is allowed as a whole, or not.
pub(super) fn is_met(expression: &str, is_allowed: &dyn Fn(&str) -> bool) -> bool {
    // Older crates write A/B for A OR B.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, is_allowed };
    // What is not understood is met by nothing.
    reader.any_of() == Some(true) && reader.words.is_empty()
}

struct Reader<'w> {
    words: &'w [&'w str],
    is_allowed: &'w dyn Fn(&str) -> bool,
}

impl<'w> Reader<'w> {
    fn any_of(&mut self) -> Option<bool> {
        let mut is_met = self.all_of()?;
        while self.take("OR") {
            is_met |= self.all_of()?;
        }
        Some(is_met)
    }

    fn all_of(&mut self) -> Option<bool> {
        let mut is_met = self.one()?;
        while self.take("AND") {
            is_met &= self.one()?;
        }
        Some(is_met)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let is_met = self.any_of()?;
            return self.take(")").then_some(is_met);
        }
        let licence = self.next().filter(|word| !["AND", "OR", "WITH", "(", ")"].contains(word))?;
        if self.take("WITH") {
            let exception = self.next()?;
            return Some((self.is_allowed)(&format!("{licence} WITH {exception}")));
        }
        Some((self.is_allowed)(licence))
    }

    fn next(&mut self) -> Option<&'w str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn take(&mut self, word: &str) -> bool {
        let is_next = self.words.first() == Some(&word);
        if is_next {
            self.words = &self.words[1..];
        }
        is_next
    }
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    let is_allowed =
        |licence: &str| ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"].contains(&licence);
    for met in [
        "MIT",
        "MIT OR GPL-2.0",
        "GPL-2.0 OR MIT",
        "GPL-2.0/MIT",
        "MIT AND Apache-2.0",
        "(MIT OR GPL-2.0) AND Apache-2.0",
        "GPL-2.0 OR MIT AND Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
    ] {
        assert!(is_met(met, &is_allowed), "{met}");
    }
    for unmet in [
        "",
        "GPL-2.0",
        "MIT AND GPL-2.0",
        "GPL-2.0 OR MIT AND GPL-2.0",
        "(MIT OR GPL-2.0) AND GPL-2.0",
        "MIT WITH LLVM-exception",
        "MIT OR",
        "MIT GPL-2.0",
        "(MIT",
        "MIT)",
    ] {
        assert!(!is_met(unmet, &is_allowed), "{unmet}");
    }
}
