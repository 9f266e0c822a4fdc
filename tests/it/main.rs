//! tests
use {cargo_metadata as _, egui_kittest as _, proptest as _};
mod tidy;
