//! Monitors and panels. Not here: a real X server.

use super::*;

#[test]
fn what_is_free_is_that_of_the_monitor_without_the_panels() {
    let screen = Screen {
        free: [0.0, 30.0, 3286.0, 1050.0],
        monitors: vec![[0.0, 0.0, 1920.0, 1080.0], [1920.0, 0.0, 1366.0, 768.0]],
        has_manager: true,
    };
    assert_eq!(screen.free_at([100.0, 100.0]), [0.0, 30.0, 1920.0, 1050.0]);
    assert_eq!(screen.free_at([2000.0, 100.0]), [1920.0, 30.0, 1366.0, 738.0]);
    assert_eq!(screen.free_at([-5.0, 9000.0]), [0.0, 30.0, 1920.0, 1050.0], "on none: the first");
    let bare = Screen { monitors: Vec::new(), ..screen };
    assert_eq!(bare.free_at([0.0, 0.0]), bare.free);
}
