//! The type of a body, for the description.

use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A schema by its name.
type Schemas = Vec<(String, RefOr<Schema>)>;

/// What the description says of a body.
#[derive(Clone)]
pub(super) struct BodySchema {
    pub(super) name: String,
    /// Adds the schema, and those that it names.
    pub(super) collect: fn(&mut Schemas),
}

impl BodySchema {
    pub(super) fn of<T: ToSchema>() -> Self {
        Self {
            name: T::name().into_owned(),
            collect: |schemas| {
                schemas.push((T::name().into_owned(), <T as PartialSchema>::schema()));
                T::schemas(schemas);
            },
        }
    }
}
