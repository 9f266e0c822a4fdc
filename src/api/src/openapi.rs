//! GET /openapi.json: the description of this API.

use protocol::paths;
use utoipa::openapi::{OpenApi, schema::Object};

use super::body::Json;
use super::credentials::{Anyone, Authorized};
use super::{Route, description, table};

pub(super) fn route() -> Route {
    Route::get(paths::OPENAPI, openapi).about("This interface, described.").gives::<Described>()
}

async fn openapi(Authorized(Anyone): Authorized<Anyone>) -> Json<OpenApi> {
    Json(description(&table()))
}

/// OpenAPI describes itself elsewhere; here it is some object.
struct Described;

impl utoipa::PartialSchema for Described {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        Object::new().into()
    }
}

impl utoipa::ToSchema for Described {
    fn name() -> std::borrow::Cow<'static, str> {
        "OpenApi".into()
    }
}
