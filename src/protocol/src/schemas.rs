//! OpenAPI schemas for types of `domain`, which itself does not know OpenAPI.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

/// An IP address of either version ([`std::net::IpAddr`]).
#[derive(Debug)]
pub struct AddressSchema;

impl PartialSchema for AddressSchema {
    fn schema() -> RefOr<Schema> {
        let of = |format: &str| {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::Custom(format.to_owned())))
        };
        OneOfBuilder::new().item(of("ipv4")).item(of("ipv6")).into()
    }
}

impl ToSchema for AddressSchema {
    fn name() -> Cow<'static, str> {
        "Address".into()
    }
}

/// A member of staff ([`domain::Person`]).
#[derive(Debug, ToSchema)]
#[schema(as = Person)]
pub struct PersonSchema {
    /// The id, stable for as long as the person works at the trust.
    #[schema(format = Uuid)]
    pub id: String,
    /// The name that the person is known by at school.
    pub name: String,
    /// The name that the person signs in with.
    pub sign_in_name: String,
    /// The short name of the school where the person works, as the policy gives it.
    pub school: String,
}

#[cfg(test)]
mod tests {
    use domain::{Label, Person, PersonId, SchoolId};

    use super::*;

    #[test]
    fn what_is_text_on_the_wire_is_described_as_text() {
        let shape = |schema| serde_json::to_value::<RefOr<_>>(schema).expect("writes");
        for schema in [
            shape(crate::Blob::schema()),
            shape(crate::Bytes32::schema()),
            shape(crate::IdentityKey::schema()),
            shape(crate::SessionToken::schema()),
            shape(crate::ErrorCode::schema()),
            shape(crate::VerifyOutcome::schema()),
            shape(crate::RefusalReason::schema()),
            shape(crate::CallDigits::schema()),
            shape(crate::CallStep::schema()),
        ] {
            assert_eq!(schema["type"], "string", "{schema}");
        }
        let codes: Vec<&str> = crate::ErrorCode::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(shape(crate::ErrorCode::schema())["enum"], serde_json::json!(codes));
        assert_eq!(
            shape(crate::VerifyOutcome::schema())["enum"],
            serde_json::json!(["accepted", "refused", "try_later", "not_enrolled"])
        );
        let steps: Vec<&str> = crate::CallStep::ALL.iter().map(|step| step.name()).collect();
        assert_eq!(shape(crate::CallStep::schema())["enum"], serde_json::json!(steps));
        let names = |schema: serde_json::Value| schema["properties"].as_object().expect("an object").len();
        assert_eq!(names(shape(crate::PolicyDocument::schema())), 6);
        assert_eq!(names(shape(crate::Sealed::schema())), 3);
    }

    #[test]
    fn the_shape_of_a_person_is_what_goes_over_the_wire() {
        let person = Person {
            id: PersonId::from_uuid(uuid::Uuid::nil()),
            name: Label::new("Jo Smith").expect("a label"),
            sign_in_name: Label::new("jsmith").expect("a label"),
            school: SchoolId("elm".to_owned()),
        };
        let wire = serde_json::to_value(&person).expect("writes");
        let shape = serde_json::to_value(PersonSchema::schema()).expect("writes");
        let names = |value: &serde_json::Value| {
            let mut names: Vec<String> = value.as_object().expect("an object").keys().cloned().collect();
            names.sort();
            names
        };
        assert_eq!(names(&wire), names(&shape["properties"]));
    }
}
