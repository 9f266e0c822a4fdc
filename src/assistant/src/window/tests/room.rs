//! How a window fits into the room of a screen.

use crate::window::{fits, smallest};

#[test]
fn a_small_screen_is_filled_and_asks_for_nothing_that_it_does_not_have() {
    // 1920x1080, 1366x768, 1920x1080 at 150 % and at 200 %: without a taskbar of 40 or 48 points.
    for (room, fit, least) in [
        ([1920.0, 1040.0], true, [480.0, 560.0]),
        ([1366.0, 728.0], false, [480.0, 560.0]),
        ([1280.0, 672.0], false, [480.0, 560.0]),
        ([960.0, 492.0], false, [480.0, 453.0]),
    ] {
        assert_eq!((fits(room), smallest(Some(room))), (fit, least), "{room:?}");
    }
    assert_eq!(smallest(None), [480.0, 560.0]);
}
