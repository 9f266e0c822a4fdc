//! Only another answer wakes the window, and every form of it is read. Not here: a real bus.

use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

#[test]
fn the_window_is_woken_by_another_answer_alone() {
    let reader = SchemeReader::default();
    let woken = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&woken);
    reader.wake_with(Box::new(move || {
        count.fetch_add(1, Ordering::Relaxed);
    }));
    for (answer, times) in
        [(ColourScheme::Light, 0), (ColourScheme::Dark, 1), (ColourScheme::Dark, 1), (ColourScheme::Light, 2)]
    {
        reader.take(answer);
        assert_eq!((reader.scheme(), woken.load(Ordering::Relaxed)), (answer, times));
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn the_answer_is_read_however_it_is_wrapped() {
    use zbus::zvariant::Value;
    let wrapped = |value: u32| Value::Value(Box::new(Value::U32(value)));
    for (value, scheme) in [
        (Value::U32(1), Some(ColourScheme::Dark)),
        (wrapped(1), Some(ColourScheme::Dark)),
        (wrapped(2), Some(ColourScheme::Light)),
        (wrapped(0), Some(ColourScheme::Light)),
        (Value::from("dark"), None),
    ] {
        assert_eq!(scheme_of(&value), scheme, "{value:?}");
    }
}
