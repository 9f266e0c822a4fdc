//! GET /v1/me/calls: the events of a test call, as they happen.

use axum::Extension;
use axum::extract::{RawQuery, State};
use domain::CallId;
use protocol::{CallProgress, ErrorCode, paths};

use super::admission::InFlightPermit;
use super::body::Json;
use super::credentials::{Authorized, Session};
use super::refusal::Refusal;
use super::{App, Route};

pub(super) fn route() -> Route {
    Route::get(paths::CALLS, progress)
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
    Authorized(Session(session)): Authorized<Session>,
    State(app): State<App>,
    Extension(permit): Extension<InFlightPermit>,
    RawQuery(query): RawQuery,
) -> Result<Json<CallProgress>, Refusal> {
    let (call, after) = query.as_deref().and_then(event_in).ok_or_else(|| {
        Refusal::naming(ErrorCode::BadRequest, "Expected call= with an id and &after= with a number.")
    })?;
    // It mostly waits, and must not hold a permit meanwhile.
    let _waiting = app.admission().wait(&permit)?;
    Ok(Json(app.service().call_progress(&session, call, after).await?))
}

/// The call and the number of the event, from a query that names each once and nothing else.
pub(super) fn event_in(query: &str) -> Option<(CallId, u32)> {
    let (one, other) = query.split_once('&')?;
    let named = |name: &str| [one, other].into_iter().find_map(|part| part.strip_prefix(name));
    let (call, after) = (named("call=")?, named("after=")?);
    let is_number = (1..=9).contains(&after.len()) && after.bytes().all(|byte| byte.is_ascii_digit());
    // Hyphenated and in small letters: one call has one name.
    let id: CallId = call.parse().ok()?;
    (is_number && id.to_string() == call).then(|| after.parse().ok().map(|after| (id, after)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_names_each_once_in_one_form() {
        const ID: &str = "0190a5f0-0000-7000-8000-00000000000a";
        for right in [format!("call={ID}&after=7"), format!("after=7&call={ID}")] {
            let (id, after) = event_in(&right).expect("right");
            assert_eq!((id.to_string().as_str(), after), (ID, 7), "{right}");
        }
        for wrong in [
            String::new(),
            format!("call={ID}"),
            format!("call={ID}&call={ID}"),
            format!("call={ID}&after=7&after=7"),
            format!("after=7&after=7&call={ID}"),
            format!("call={ID}&after="),
            format!("call={ID}&after=-1"),
            format!("call={ID}&after=+1"),
            format!("call={ID}&after=1234567890"),
            format!("call={ID}&after=1&x=2"),
            format!("call={}&after=1", ID.to_uppercase()),
            format!("call={}&after=1", ID.replace('-', "")),
        ] {
            assert!(event_in(&wrong).is_none(), "{wrong}");
        }
    }
}
