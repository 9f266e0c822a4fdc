//! What the window is measured against: an eframe window with the same options, no font and one label.
//! Says `painted` when its first frame has been shown. With the argument `blank` it has no label either, and so paints
//! nothing: then software GL never compiles what puts triangles on the screen.

use std::io::Write as _;

struct Empty {
    is_blank: bool,
}

impl eframe::App for Empty {
    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        if ui.ctx().cumulative_frame_nr() == 0 {
            ui.ctx().request_repaint();
        } else if ui.ctx().cumulative_frame_nr() == 1 {
            let _ = writeln!(std::io::stdout(), "painted");
        }
        if !self.is_blank {
            ui.label("Empty");
        }
    }
}

fn main() -> eframe::Result {
    let native = assistant::window::native_options("Empty", None);
    let is_blank = std::env::args().nth(1).is_some_and(|argument| argument == "blank");
    eframe::run_native("empty", native, Box::new(move |_| Ok(Box::new(Empty { is_blank }))))
}
