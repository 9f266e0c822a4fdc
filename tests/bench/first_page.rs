//! The assistant as `enrol` starts it, which says `painted` when its first page has been shown.
//! Arguments: the service's address, its key, a data folder.
//!
//! Not here: flags. Everything from the first line of `main` on is done as the program does it.

use std::alloc::System;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use assistant::effects::{DataFolder, LiveEffects, LiveOptions, desktop, proxy::ProxyChoice};
use assistant::window::{App, ThemeChoice, native_options};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: platform::WipingAllocator<System> = platform::WipingAllocator(System);

struct Watched(App<LiveEffects>);

impl eframe::App for Watched {
    fn logic(&mut self, ctx: &egui::Context, _: &mut eframe::Frame) {
        self.0.logic(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        if ui.ctx().cumulative_frame_nr() == 0 {
            ui.ctx().request_repaint();
        } else if ui.ctx().cumulative_frame_nr() == 1 {
            let _ = writeln!(std::io::stdout(), "painted");
        }
        self.0.ui(ui);
    }
}

fn main() -> anyhow::Result<()> {
    assistant::cli::guard_process();
    let mut arguments = std::env::args().skip(1);
    let mut argument = || arguments.next().context("expected: ADDRESS KEY FOLDER");
    let (server, key, folder) = (argument()?.parse()?, argument()?.parse()?, argument()?);
    let data = DataFolder::hold(Path::new(&folder))?;
    anyhow::ensure!(desktop::desktop() == desktop::Desktop::Window, "no window can be opened here");
    let driver = assistant::cli::driver(LiveOptions {
        server,
        server_key: Some(key),
        data,
        ca_file: None,
        proxy: ProxyChoice::Direct,
        on_accepted: None,
        on_stuck: None,
        on_station_fault: None,
    })?;
    let native = native_options(&driver.view().window_title, None);
    eframe::run_native(
        "enrol",
        native,
        Box::new(move |creation| {
            Ok(Box::new(Watched(App::new(&creation.egui_ctx, driver, ThemeChoice::default(), None))))
        }),
    )
    .map_err(|error| anyhow::anyhow!("{error}"))
}
