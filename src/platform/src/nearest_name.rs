//! The name that somebody who wrote another one probably meant.

/// The known name that is nearest to what was written, if it is near enough to be a slip: one wrong letter in three at
/// most. Capitals make no difference.
///
/// ```
/// assert_eq!(platform::nearest_name("go_liv", ["go_live", "sign_in"]), Some("go_live"));
/// assert_eq!(platform::nearest_name("colour", ["go_live", "sign_in"]), None);
/// ```
pub fn nearest_name<'n>(written: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let lower = written.to_lowercase();
    let most = lower.chars().count().max(3) / 3;
    known
        .into_iter()
        // The distance is at least the difference. A spoilt file may have a name of a million letters.
        .filter(|name| name.chars().count().abs_diff(lower.chars().count()) <= most)
        .map(|name| (strsim::osa_distance(&lower, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_another_word_finds_none() {
        let known = ["schools", "sign_in", "ServerUrl", "ServerKey", "Mode"];
        for (written, meant) in [
            ("school", Some("schools")),
            ("shcools", Some("schools")),
            ("sing_in", Some("sign_in")),
            ("SERVERKEI", Some("ServerKey")),
            ("ServerUr", Some("ServerUrl")),
            ("Modes", Some("Mode")),
            ("Made", Some("Mode")),
            ("Colour", None),
            ("Mood", None),
            ("", None),
        ] {
            assert_eq!(nearest_name(written, known), meant, "{written}");
        }
        assert_eq!(nearest_name("x", []), None);
    }
}
