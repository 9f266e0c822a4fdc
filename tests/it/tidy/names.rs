//! Rule 4: each big library is named in one place.

use super::Rule;
use super::source::{Source, places, rust};

/// Names, and where they may stand. Tests may name what they drive.
const HOMES: &[(&[&str], &[&str])] = &[
    (&["egui", "eframe", "egui_kittest"], &["src/assistant/src/window/", "src/assistant/src/window.rs"]),
    (&["resvg"], &["src/assistant/src/window/phone_picture/render.rs"]),
    (&["skrifa"], &["src/assistant/src/window/phone_picture/fit.rs"]),
    (
        &["reqwest"],
        &[
            "src/assistant/src/effects/",
            "src/assistant/src/effects.rs",
            "src/client/src/",
            "src/platform/src/http.rs",
            "src/service/src/server/alerts.rs",
            "src/service/src/server/health_probe.rs",
            "src/telephony/src/http.rs",
            "src/telephony/src/asterisk/",
            "src/telephony/src/asterisk.rs",
            "src/telephony/src/provider/",
            "src/telephony/src/provider.rs",
        ],
    ),
    (&["tokio_tungstenite"], &["src/telephony/src/asterisk/"]),
    // It logs numbers at trace level unless it is built as `numbers` builds it.
    (&["rlibphonenumber"], &["src/numbers/src/library.rs"]),
    (&["sqlx"], &["src/store/src/"]),
    (&["axum", "axum_server"], &["src/api/src/", "src/service/src/server/", "src/service/src/server.rs"]),
];

#[test]
fn each_library_is_named_in_its_home_only() {
    Rule {
        finds,
        caught: &[
            ("src/assistant/src/view.rs", "use egui::Ui;"),
            ("src/assistant/src/driver.rs", "fn f(c: &eframe::Frame) {}"),
            ("src/demo/src/lib.rs", "let answer = reqwest::get(url);"),
            ("src/engine/src/verify.rs", "sqlx::query(\"select 1\")"),
            ("src/engine/src/enrol.rs", "use rlibphonenumber::PHONE_NUMBER_UTIL;"),
            ("src/vault/src/keys.rs", "impl axum::response::IntoResponse for X {}"),
        ],
        passed: &[
            ("src/assistant/src/window/kit/button.rs", "use egui::Ui;"),
            ("src/store/src/lib.rs", "use sqlx::SqlitePool;"),
            ("src/engine/src/lib.rs", "//! no sqlx, no axum\nlet why = \"axum\";"),
            ("src/engine/src/lib.rs", "#[cfg(test)]\nmod tests { use sqlx::Row; }"),
            ("tests/it/scenario.rs", "use reqwest::Client;"),
        ],
    }
    .keep(&rust());
}

/// The control in the sources themselves: a home that does not name its library guards nothing.
#[test]
fn each_home_is_lived_in() {
    let files = rust();
    for (names, homes) in HOMES {
        let is_named = files
            .iter()
            .filter(|file| homes.iter().any(|home| file.path.starts_with(home)))
            .any(|file| names.iter().any(|name| !places(&file.product, name).is_empty()));
        assert!(is_named, "{names:?} is not named in {homes:?}");
    }
}

fn finds(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for (names, homes) in HOMES {
        if homes.iter().any(|home| source.path.starts_with(home)) {
            continue;
        }
        for name in *names {
            let why = format!("`{name}` may be named only in {}", homes.join(", "));
            found.extend(places(&source.product, name).into_iter().map(|at| source.finding(at, &why)));
        }
    }
    found
}
