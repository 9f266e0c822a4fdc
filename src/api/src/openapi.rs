//! GET /openapi.json: this interface, described.

use axum::Json;
use protocol::paths;
use utoipa::openapi::{OpenApi, schema::Object};

use super::{Access, Route, description, table};

pub(super) fn route() -> Route {
    Route::get(paths::OPENAPI, Access::Anyone, openapi)
        .about("This interface, described.")
        .gives::<Described>()
}

async fn openapi() -> Json<OpenApi> {
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
