//! What the voice can say: sentences and digits from `assets/prompts`, and names.
//!
//! `conversation` decides when it says what. `packaging/assets/make-prompts.sh` makes the sound files.

use domain::PromptLanguage;

use crate::SpokenName;

/// Something that the voice says in one piece.
#[derive(Clone, PartialEq, Eq)]
pub enum PromptPart {
    /// A sentence, or the part of one before or after a name or a digit.
    Sentence(Sentence),
    /// A digit by itself, 0 to 9.
    Digit(u8),
    /// A name from the policy.
    Name(SpokenName),
}

/// What the voice of one trust can be asked to say: every sentence, every digit that is said, and the trust's names.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    /// The language of the voice.
    pub language: PromptLanguage,
    /// The trust's name, and those of the systems that people sign in to.
    pub names: Vec<SpokenName>,
}

impl Vocabulary {
    /// The sound file of each part, as [`PromptPart::sound`] has it.
    pub fn sounds(&self) -> Vec<String> {
        let sentences = Sentence::ALL.iter().copied().map(PromptPart::Sentence);
        let names = self.names.iter().cloned().map(PromptPart::Name);
        let parts = sentences.chain((1..=9).map(PromptPart::Digit)).chain(names);
        parts.map(|part| part.sound(self.language)).collect()
    }
}

/// Hides the digit, since it may be the one that approves a sign-in.
impl std::fmt::Debug for PromptPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sentence(sentence) => write!(f, "{sentence:?}"),
            Self::Digit(_) => f.write_str("Digit(..)"),
            Self::Name(name) => write!(f, "{name:?}"),
        }
    }
}

impl PromptPart {
    /// The words; empty for a digit above 9.
    pub fn text(&self, language: PromptLanguage) -> &str {
        match self {
            Self::Sentence(sentence) => sentence.text(language),
            Self::Digit(value) => digit_text(*value, language),
            Self::Name(name) => name.as_str(),
        }
    }

    /// The path of the sound file below the folder of prompts, without an extension: `en/test-ask`,
    /// `en/names/ash-grove-trust`.
    pub fn sound(&self, language: PromptLanguage) -> String {
        let folder = folder_of(language);
        match self {
            Self::Sentence(sentence) => format!("{folder}/{}", sentence.file_stem()),
            Self::Digit(value) => format!("{folder}/digit-{value}"),
            Self::Name(name) => format!("{folder}/names/{}", name.file_stem()),
        }
    }
}

/// The words of several parts, joined by spaces. A full stop follows a name before a new sentence.
pub fn text_of(parts: &[PromptPart], language: PromptLanguage) -> String {
    let mut text = String::new();
    let mut is_after_name = false;
    for part in parts {
        let words = part.text(language);
        if is_after_name && words.starts_with(char::is_uppercase) {
            text.push('.');
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(words);
        is_after_name = matches!(part, PromptPart::Name(_));
    }
    text
}

/// The folder of a language below `assets/prompts` (ISO 639-1).
fn folder_of(language: PromptLanguage) -> &'static str {
    match language {
        PromptLanguage::English => "en",
        PromptLanguage::Welsh => "cy",
    }
}

/// The words of a file in a language.
macro_rules! words {
    ($stem:literal, $language:expr) => {
        match $language {
            PromptLanguage::English => include_str!(concat!("../../../assets/prompts/en/", $stem, ".txt")),
            PromptLanguage::Welsh => include_str!(concat!("../../../assets/prompts/cy/", $stem, ".txt")),
        }
        .trim_end()
    };
}

macro_rules! sentences {
    ($($(#[$doc:meta])* $name:ident = $stem:literal,)*) => {
        /// A sentence in `assets/prompts`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Sentence {
            $($(#[$doc])* $name,)*
        }

        impl Sentence {
            /// Every sentence.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The name of its file in each language, without an extension.
            pub fn file_stem(self) -> &'static str {
                match self { $(Self::$name => $stem,)* }
            }

            /// The words.
            pub fn text(self, language: PromptLanguage) -> &'static str {
                match self { $(Self::$name => words!($stem, language),)* }
            }
        }
    };
}

sentences! {
    /// Who calls. The trust's name follows.
    TestHello = "test-hello",
    /// Why the trust calls.
    TestWhy = "test-why",
    /// Which keys to press.
    TestAsk = "test-ask",
    /// That 9 pressed twice stops all calls.
    TestStop = "test-stop",
    /// 9 was pressed once: what a second 9 does, and how to go on.
    TestStopAgain = "test-stop-again",
    /// That the star key repeats the message.
    HearAgain = "hear-again",
    /// The digits were wrong, and a try is left.
    TestWrong = "test-wrong",
    /// The digits were wrong, and no try is left.
    TestWrongEnd = "test-wrong-end",
    /// The digits were right.
    Confirmed = "confirmed",
    /// Calls are stopped, since 9 was pressed twice.
    Stopped = "stopped",
    /// No key was pressed.
    NoKeys = "no-keys",
    /// Who calls. The trust's name follows.
    ApprovalHello = "approval-hello",
    /// That somebody signs in. The system and the origin follow.
    ApprovalWhat = "approval-what",
    /// The sign-in comes from a school.
    FromSchool = "from-school",
    /// The sign-in comes from elsewhere.
    FromOutside = "from-outside",
    /// How to approve. The digit follows.
    ApprovalSaid = "approval-said",
    /// That the hash key follows the digit.
    AndHash = "and-hash",
    /// How to approve with the digits on the screen.
    ApprovalShown = "approval-shown",
    /// How to refuse the sign-in.
    ApprovalNotMe = "approval-not-me",
    /// The sign-in is approved.
    Approved = "approved",
    /// The sign-in is refused.
    NotMe = "not-me",
    /// The digits were wrong, and an approval has one try.
    ApprovalWrongEnd = "approval-wrong-end",
}

fn digit_text(value: u8, language: PromptLanguage) -> &'static str {
    match value {
        0 => words!("digit-0", language),
        1 => words!("digit-1", language),
        2 => words!("digit-2", language),
        3 => words!("digit-3", language),
        4 => words!("digit-4", language),
        5 => words!("digit-5", language),
        6 => words!("digit-6", language),
        7 => words!("digit-7", language),
        8 => words!("digit-8", language),
        9 => words!("digit-9", language),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANGUAGES: [PromptLanguage; 2] = [PromptLanguage::English, PromptLanguage::Welsh];

    #[test]
    fn every_part_has_plain_words_in_every_language() {
        let sentences = Sentence::ALL.iter().map(|sentence| PromptPart::Sentence(*sentence));
        for part in sentences.chain((0..=9).map(PromptPart::Digit)) {
            for language in LANGUAGES {
                let text = part.text(language);
                let is_plain = |c: char| c.is_alphanumeric() || " .,'-".contains(c);
                assert!(!text.is_empty() && text.chars().all(is_plain), "{part:?}: {text:?}");
            }
        }
    }

    #[test]
    fn every_prompt_has_a_sound_file_and_every_sound_file_a_prompt() {
        for language in LANGUAGES {
            let folder =
                format!("{}/../../assets/prompts/{}", env!("CARGO_MANIFEST_DIR"), folder_of(language));
            let files = std::fs::read_dir(&folder).expect("the prompts' folder").flatten();
            let texts =
                files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|end| end == "txt"));
            let stems = texts.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()));
            let stems: std::collections::BTreeSet<String> = stems.collect();
            let said = Sentence::ALL.iter().map(|sentence| sentence.file_stem().to_owned());
            let said: std::collections::BTreeSet<String> =
                said.chain((0..=9).map(|value| format!("digit-{value}"))).collect();
            assert_eq!(stems, said);
            for stem in said {
                let sound = std::fs::read(format!("{folder}/{stem}.wav")).expect(&stem);
                // PCM, one channel, 8 kHz, 16 bit: what Asterisk plays without converting; and 0.3 to 9 seconds of it.
                assert_eq!(sound[20..28], [1, 0, 1, 0, 0x40, 0x1f, 0, 0], "{stem}");
                assert!((4_800..144_000).contains(&sound.len()), "{stem}: {} bytes", sound.len());
            }
        }
    }

    #[test]
    fn a_vocabulary_has_every_sound_that_ships_but_a_nought_and_the_names() {
        let vocabulary =
            Vocabulary { language: PromptLanguage::Welsh, names: vec![crate::testing::name("Ash Grove")] };
        let sounds = vocabulary.sounds();
        assert_eq!(sounds.len(), Sentence::ALL.len() + 9 + 1);
        for sound in ["cy/test-stop-again", "cy/digit-9", "cy/names/ash-grove"] {
            assert!(sounds.iter().any(|known| known == sound), "{sound}");
        }
        // Nothing that is pressed is 0, so the voice says it in a sentence alone.
        assert!(!sounds.iter().any(|sound| sound == "cy/digit-0"));
    }

    #[test]
    fn a_parts_sound_is_found_by_its_language_and_name() {
        let name = PromptPart::Name(crate::testing::name("Tŷ Gwyn"));
        assert_eq!(name.sound(PromptLanguage::Welsh), "cy/names/tu0177-gwyn");
        assert_eq!(PromptPart::Digit(4).sound(PromptLanguage::English), "en/digit-4");
    }
}
