//! Only another answer wakes the window, and every form of it is read. Not here: a real bus.

use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

#[test]
fn the_window_is_woken_by_another_answer_alone() {
    let reader = AppearanceReader::default();
    let woken = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&woken);
    reader.wake_with(Box::new(move || {
        count.fetch_add(1, Ordering::Relaxed);
    }));
    for (scheme, reduced_motion, times) in [
        (ColourScheme::Light, false, 0),
        (ColourScheme::Dark, false, 1),
        (ColourScheme::Dark, false, 1),
        (ColourScheme::Dark, true, 2),
        (ColourScheme::Light, true, 3),
    ] {
        let answer = Appearance { scheme, reduced_motion };
        reader.take(answer);
        assert_eq!((reader.appearance(), woken.load(Ordering::Relaxed)), (answer, times));
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn the_answer_is_read_however_it_is_wrapped() {
    use zbus::zvariant::Value;
    let wrapped = |value: Value<'static>| Value::Value(Box::new(value));
    for (value, scheme) in [
        (Value::U32(1), ColourScheme::Dark),
        (wrapped(Value::U32(1)), ColourScheme::Dark),
        (wrapped(wrapped(Value::U32(1))), ColourScheme::Dark),
        (wrapped(Value::U32(2)), ColourScheme::Light),
        (wrapped(Value::U32(0)), ColourScheme::Light),
        (Value::from("dark"), ColourScheme::Light),
    ] {
        assert_eq!(portal::scheme_of(Some(&value)), scheme, "{value:?}");
    }
    assert_eq!(portal::scheme_of(None), ColourScheme::Light);
    let reduced = |reduced: Option<u32>, moves: Option<bool>| {
        let (reduced, moves) = (reduced.map(Value::U32).map(wrapped), moves.map(Value::Bool).map(wrapped));
        portal::is_reduced(reduced.as_ref(), moves.as_ref())
    };
    assert!(!reduced(None, None) && !reduced(Some(0), Some(true)) && !reduced(Some(2), None));
    assert!(reduced(Some(1), None) && reduced(None, Some(false)) && reduced(Some(1), Some(true)));
}
