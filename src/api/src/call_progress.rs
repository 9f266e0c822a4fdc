//! GET /v1/me/calls: what happens to a test call, as it happens.

use axum::extract::{RawQuery, State};
use axum::{Extension, Json};
use domain::CallId;
use protocol::{CallProgress, ErrorCode, paths};

use super::admission::Place;
use super::credentials::Session;
use super::refusal::Refusal;
use super::{Access, App, Route};

pub(super) fn route() -> Route {
    Route::get(paths::CALLS, Access::Session, progress)
        .about(
            "What happened to one's own test call after a numbered event. Waits up to ten seconds for the next; \
             then it answers with none.",
        )
        .query(&[
            ("call", "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
            ("after", "^[0-9]{1,9}$"),
        ])
        .gives::<CallProgress>()
        .refuses(&[ErrorCode::NotSignedIn, ErrorCode::SessionExpired, ErrorCode::NotAllowed])
}

async fn progress(
    State(app): State<App>,
    Extension(place): Extension<Place>,
    Session(session): Session,
    RawQuery(query): RawQuery,
) -> Result<Json<CallProgress>, Refusal> {
    let (call, after) = query.as_deref().and_then(asked).ok_or_else(|| {
        Refusal::naming(ErrorCode::BadRequest, "Expected call= with an id and &after= with a number.")
    })?;
    // It mostly waits, and would keep a place from those who work.
    let _waiting = app.gate().wait(&place)?;
    Ok(Json(app.service().call_progress(&session, call, after).await?))
}

pub(super) fn asked(query: &str) -> Option<(CallId, u32)> {
    let (call, after) = query.strip_prefix("call=")?.split_once("&after=")?;
    let is_number = (1..=9).contains(&after.len()) && after.bytes().all(|byte| byte.is_ascii_digit());
    // Hyphenated and in small letters: one call has one name.
    let id: CallId = call.parse().ok()?;
    (is_number && id.to_string() == call).then(|| after.parse().ok().map(|after| (id, after)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_question_has_one_form() {
        const ID: &str = "0190a5f0-0000-7000-8000-00000000000a";
        let (id, after) = asked(&format!("call={ID}&after=7")).expect("right");
        assert_eq!((id.to_string().as_str(), after), (ID, 7));
        for wrong in [
            String::new(),
            format!("call={ID}"),
            format!("after=7&call={ID}"),
            format!("call={ID}&after="),
            format!("call={ID}&after=-1"),
            format!("call={ID}&after=+1"),
            format!("call={ID}&after=1234567890"),
            format!("call={ID}&after=1&x=2"),
            format!("call={}&after=1", ID.to_uppercase()),
            format!("call={}&after=1", ID.replace('-', "")),
        ] {
            assert!(asked(&wrong).is_none(), "{wrong}");
        }
    }
}
