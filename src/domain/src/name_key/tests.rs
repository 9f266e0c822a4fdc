//! Forms of one name, and names of two people.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use proptest::prelude::*;

use super::{NameKey, invisible_in};

fn key(text: &str) -> Option<String> {
    NameKey::of(text).map(|key| key.as_str().to_owned())
}

fn composed(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

fn decomposed(text: &str) -> String {
    DecomposingNormalizerBorrowed::new_nfd().normalize(text).into_owned()
}

fn full_width(text: &str) -> String {
    let wide = |c: char| match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        other => other,
    };
    text.chars().map(wide).collect()
}

#[test]
fn forms_of_one_name_have_one_key() {
    for (one, other) in [
        ("si\u{e2}n.evans", "sia\u{302}n.evans"),
        ("SI\u{c2}N.EVANS", "sia\u{302}n.evans"),
        ("sprice", "\u{ff53}\u{ff50}\u{ff52}\u{ff49}\u{ff43}\u{ff45}"),
        ("s.price@oaktree.example", "s.price\u{ff20}oaktree.example"),
        ("sprice", "spr\u{ad}ice"),
        ("sprice", "sprice\u{fe0f}"),
        ("sprice", "sprice\u{34f}"),
        ("sprice", "sprice\u{180e}"),
        ("sprice", "\u{feff}sprice\u{200b}"),
        ("sprice", "s\u{202e}price\u{202c}"),
        ("sprice", "\u{a0}sprice\u{2003}"),
        ("jane smith", "jane\u{a0}smith"),
        ("jane smith", "Jane  Smith"),
        ("z.o'neill", "z.o\u{2019}neill"),
        ("z.o'neill", "z.o\u{b4}neill"),
        ("rhys-jones", "rhys\u{2011}jones"),
        ("\u{39d}\u{399}\u{39a}\u{39f}\u{3a3}", "\u{3bd}\u{3b9}\u{3ba}\u{3bf}\u{3c2}"),
        ("\u{39d}\u{399}\u{39a}\u{39f}\u{3a3}", "\u{3bd}\u{3b9}\u{3ba}\u{3bf}\u{3c3}"),
        ("gro\u{1e9e}", "gro\u{df}"),
        ("o\u{fb03}ce", "office"),
        ("\u{1fc}", "\u{e6}\u{301}"),
        ("J\u{30c}", "\u{1f0}"),
    ] {
        assert_eq!(key(one), key(other), "{one:?} {other:?}");
        assert!(key(one).is_some(), "{one:?}");
    }
}

#[test]
fn names_of_two_people_have_two_keys() {
    for (one, other) in [
        // Directories differ about these: who is two people in one of them stays two.
        ("sian.evans", "si\u{e2}n.evans"),
        ("weiss", "wei\u{df}"),
        ("aeron", "\u{e6}ron"),
        ("s\u{f8}ren", "soren"),
        // Look-alikes of another script, and the Turkish letters without and with a dot.
        ("sprice", "\u{455}price"),
        ("irem", "\u{131}rem"),
        ("irem", "\u{130}rem"),
        ("s.price", "sprice"),
        ("jane smith", "janesmith"),
        ("o'neill", "oneill"),
    ] {
        assert_ne!(key(one), key(other), "{one:?} {other:?}");
        assert!(key(one).is_some() && key(other).is_some(), "{one:?} {other:?}");
    }
}

#[test]
fn what_can_be_nobodys_name_has_no_key() {
    for text in ["", "  ", "\u{ad}", "\u{feff}\u{200b} ", "\u{3164}", "a\0", "a\nb", "a\u{85}b"] {
        assert_eq!(key(text), None, "{text:?}");
    }
    assert!(key(&"e\u{323}\u{302}".repeat(64)).is_some());
    assert_eq!(key(&"x".repeat(257)), None);
}

#[test]
fn what_cannot_be_seen_is_found() {
    for text in ["sprice", "si\u{e2}n", "sia\u{302}n", "z. o'neill", "\u{a0}", "\u{12b} \u{39a}"] {
        assert_eq!(invisible_in(text), None, "{text:?}");
    }
    for c in ['\u{ad}', '\u{34f}', '\u{180e}', '\u{200b}', '\u{200d}', '\u{202e}', '\u{fe0f}', '\u{feff}'] {
        assert_eq!(invisible_in(&format!("spr{c}ice")), Some(c), "{c:?}");
    }
}

/// Every character but those of East Asia, which have no other forms: as an older key, another keyboard or another system
/// writes it.
#[test]
fn each_character_has_the_key_of_its_other_forms() {
    let ranges =
        ['\0'..='\u{33ff}', '\u{a000}'..='\u{abff}', '\u{f900}'..='\u{1fbff}', '\u{e0000}'..='\u{e0fff}'];
    for c in ranges.into_iter().flatten() {
        let text = format!("a{c}b");
        let Some(whole) = key(&text) else {
            assert!(c.is_control(), "{c:?}");
            continue;
        };
        assert_eq!(key(&whole).as_ref(), Some(&whole), "its own key: {c:?} {whole:?}");
        for form in [composed(&text), decomposed(&text), text.to_lowercase()] {
            assert_eq!(key(&form).as_ref(), Some(&whole), "{c:?} {form:?}");
        }
    }
}

/// Letters of the names of Europe, accents of their own, and what is typed between them.
fn names() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-zA-Z0-9.'@ -]",
        "[\u{c0}-\u{17f}]",
        "[\u{391}-\u{3c9}]",
        "[\u{410}-\u{44f}]",
        "[\u{1e00}-\u{1eff}]",
        "[a-z][\u{300}-\u{30c}\u{323}\u{327}]{1,2}",
    ];
    prop::collection::vec(part, 1..12).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn every_form_of_a_name_has_the_name_s_key(name in names(), place in 0_usize..12, hidden in "[\u{ad}\u{34f}\u{180e}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{feff}\u{fe0f}]") {
        let whole = key(&name);
        let mut letters: Vec<char> = composed(&name).chars().collect();
        letters.insert(place.min(letters.len()), hidden.chars().next().expect("one"));
        let with_hidden: String = letters.into_iter().collect();
        for form in [
            composed(&name),
            decomposed(&name),
            name.to_lowercase(),
            composed(&name).to_lowercase(),
            decomposed(&name).to_lowercase(),
            full_width(&name),
            name.replace('\'', "\u{2019}").replace('-', "\u{2011}").replace(' ', "\u{a0}"),
            format!("\u{feff} {name} "),
            with_hidden,
        ] {
            prop_assert_eq!(key(&form), whole.clone(), "{:?}", form);
        }
        if let Some(whole) = whole {
            prop_assert_eq!(key(&whole), Some(whole.clone()));
        }
    }

    #[test]
    fn no_text_breaks_it(text in any::<String>()) {
        if let Some(whole) = key(&text) {
            prop_assert_eq!(key(&whole), Some(whole.clone()), "{:?}", text);
        }
    }
}
