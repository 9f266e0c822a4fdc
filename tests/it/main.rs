//! Scenarios across the crates, on the real programs, and the tidy rules. One binary.

use {cargo_metadata as _, egui_kittest as _};
mod access;
mod cannot_start;
mod clean_memory;
mod console;
mod decoders;
mod deploying;
mod docs;
mod keys_change;
mod nothing_lost;
mod openapi;
mod packaging;
mod proxies;
mod releases;
mod restoring;
mod scales;
mod screen_reader;
mod snapshots;
mod starting;
mod stations;
mod telephone_calls;
mod telephone_day;
mod telephone_enrolment;
mod tidy;
mod under_load;
mod window;
mod windows;
