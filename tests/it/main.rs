//! tests
use {egui_kittest as _, proptest as _, cargo_metadata as _};
