//! What Windows says of text size, high contrast, and the room on the screen.

use windows_registry::CURRENT_USER;
use windows_sys::Win32::{
    Foundation::{POINT, RECT},
    Graphics::Gdi::{
        COLOR_BTNFACE, COLOR_BTNTEXT, COLOR_GRAYTEXT, COLOR_HIGHLIGHT, COLOR_HIGHLIGHTTEXT, COLOR_HOTLIGHT,
        COLOR_WINDOW, COLOR_WINDOWTEXT, GetSysColor, MONITOR_DEFAULTTOPRIMARY, MonitorFromPoint,
        SYS_COLOR_INDEX,
    },
    UI::{
        Accessibility::{HCF_HIGHCONTRASTON, HIGHCONTRASTW},
        HiDpi::{GetDpiForMonitor, MDT_EFFECTIVE_DPI},
        WindowsAndMessaging::{
            SPI_GETCLIENTAREAANIMATION, SPI_GETHIGHCONTRAST, SPI_GETWORKAREA, SystemParametersInfoW,
        },
    },
};
use windows_sys::core::BOOL;

use crate::effects::system_colours::{Rgb, SystemColours};

/// "Make text bigger", in Windows' settings. There is no value until somebody has moved it.
pub(crate) fn text_percent() -> Option<u32> {
    let key = CURRENT_USER.open(r"Software\Microsoft\Accessibility").ok()?;
    key.get_u32("TextScaleFactor").ok()
}

/// Width and height of the first monitor without the taskbar, in points.
pub(crate) fn work_area() -> Option<[f32; 2]> {
    let mut area = RECT { left: 0, top: 0, right: 0, bottom: 0 };
    // SAFETY: the system writes one rectangle into `area`, which lives as long as the call.
    let is_answered = unsafe { SystemParametersInfoW(SPI_GETWORKAREA, 0, (&raw mut area).cast(), 0) } != 0;
    let (mut dots_per_inch, mut down) = (0, 0);
    // SAFETY: the system writes one number into each of the two, which live as long as the call; the monitor's handle is
    // its own.
    unsafe {
        let first = MonitorFromPoint(POINT { x: 0, y: 0 }, MONITOR_DEFAULTTOPRIMARY);
        GetDpiForMonitor(first, MDT_EFFECTIVE_DPI, &raw mut dots_per_inch, &raw mut down);
    }
    // As many to a point as the scale of the monitor says, which is 100 % at 96.
    let points = |pixels: i32| (f64::from(pixels) * 96.0 / f64::from(dots_per_inch)) as f32;
    (is_answered && dots_per_inch > 0)
        .then(|| [points(area.right - area.left), points(area.bottom - area.top)])
}

/// Whether "Animation effects" are off in Windows' settings.
pub(crate) fn is_motion_reduced() -> bool {
    let mut moves: BOOL = 1;
    // SAFETY: the system writes one BOOL into `moves`, which lives as long as the call.
    let is_answered =
        unsafe { SystemParametersInfoW(SPI_GETCLIENTAREAANIMATION, 0, (&raw mut moves).cast(), 0) } != 0;
    is_answered && moves == 0
}

/// The colours, while high contrast is on.
pub(crate) fn contrast() -> Option<SystemColours> {
    let size = u32::try_from(size_of::<HIGHCONTRASTW>()).ok()?;
    let mut answer = HIGHCONTRASTW { cbSize: size, dwFlags: 0, lpszDefaultScheme: std::ptr::null_mut() };
    // SAFETY: the system writes into `answer`, whose size it is told; it lives as long as the call. The name that it
    // points to afterwards is the system's and is not read.
    let is_answered =
        unsafe { SystemParametersInfoW(SPI_GETHIGHCONTRAST, size, (&raw mut answer).cast(), 0) } != 0;
    (is_answered && answer.dwFlags & HCF_HIGHCONTRASTON != 0).then(colours)
}

/// The system's colours, whatever its contrast.
pub(crate) fn colours() -> SystemColours {
    SystemColours {
        window: colour(COLOR_WINDOW),
        window_text: colour(COLOR_WINDOWTEXT),
        highlight: colour(COLOR_HIGHLIGHT),
        highlight_text: colour(COLOR_HIGHLIGHTTEXT),
        hot_light: colour(COLOR_HOTLIGHT),
        gray_text: colour(COLOR_GRAYTEXT),
        button_face: colour(COLOR_BTNFACE),
        button_text: colour(COLOR_BTNTEXT),
    }
}

fn colour(which: SYS_COLOR_INDEX) -> Rgb {
    // SAFETY: takes a number and touches no memory of ours.
    let [red, green, blue, _] = unsafe { GetSysColor(which) }.to_le_bytes();
    [red, green, blue]
}
