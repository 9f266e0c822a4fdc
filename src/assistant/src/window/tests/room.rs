//! How a window fits into the room of a screen.

use egui::{Rect, pos2, vec2};

use crate::window::fit::{self, Seen};

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

#[test]
fn a_window_is_made_as_small_and_put_so_that_it_lies_in_what_is_free_with_its_frame() {
    let frame = vec2(2.0, 24.0);
    let seen = |[left, top, width, height]: [f32; 4]| {
        let inner = Rect::from_min_size(pos2(left + 1.0, top + 23.0), vec2(width, height));
        let outer = Rect::from_min_size(pos2(left, top), inner.size() + frame);
        Seen { inner, outer, monitor: vec2(1366.0, 768.0), scale: 1.5 }
    };
    let free = Rect::from_min_size(pos2(0.0, 30.0), vec2(1366.0, 738.0));
    // Left and top, width and height, and what it should have.
    for (is, becomes) in [
        ([8.0, 0.0, 1350.0, 840.0], Some((vec2(1350.0, 714.0), vec2(8.0, 30.0)))),
        ([500.0, 400.0, 900.0, 600.0], Some((vec2(900.0, 600.0), vec2(464.0, 144.0)))),
        ([100.0, 40.0, 900.0, 600.0], None),
    ] {
        assert_eq!(fit::placed(&seen(is), free, frame), becomes, "{is:?}");
    }
    assert_eq!(fit::smallest(vec2(1364.0, 714.0), 1.5), vec2(720.0, 714.0));
    assert_eq!(fit::smallest(vec2(5000.0, 5000.0), 1.0), vec2(480.0, 560.0));
}
