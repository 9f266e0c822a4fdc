//! What the window is measured against: an eframe window with the same options, no font and one label.
//! Says `painted` when its first frame has been shown.

use std::io::Write as _;

struct Empty;

impl eframe::App for Empty {
    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        if ui.ctx().cumulative_frame_nr() == 0 {
            ui.ctx().request_repaint();
        } else if ui.ctx().cumulative_frame_nr() == 1 {
            let _ = writeln!(std::io::stdout(), "painted");
        }
        ui.label("");
    }
}

fn main() -> eframe::Result {
    let native = assistant::window::native_options("Empty", None);
    eframe::run_native("empty", native, Box::new(|_| Ok(Box::new(Empty))))
}
