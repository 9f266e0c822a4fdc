//! The OpenAPI description, made from the table and the protocol's types.
//!
//! Not here: the responses of an operation (`responses`).

mod responses;

use protocol::{
    ApiProblem, ClockDocument, PolicyDocument, ReceiptDocument, RefusalDocument, StationAssertion,
    StationDocument,
};
use telephony::SIGNATURE_HEADER;
use utoipa::openapi::path::{
    HttpMethod, Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem,
};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    Components, ComponentsBuilder, Content, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder,
    PathsBuilder, Ref, RefOr, Required, Schema,
};

use super::requirements::{Accepts, Access, Header};
use super::schema::BodySchema;
use super::table::Route;

/// The security schemes, one for each kind of credential.
const SESSION: &str = "session";
const RELYING_PARTY: &str = "relying_party";
const PROVIDER: &str = "provider";
const STATION: &str = "station";

/// The description of a table of routes.
pub fn description(table: &[Route]) -> OpenApi {
    let mut schemas = Vec::new();
    let mut paths = PathsBuilder::new();
    for route in table {
        for schema in [&route.takes, &route.gives].into_iter().flatten() {
            (schema.collect)(&mut schemas);
        }
        let method =
            if route.method == axum::http::Method::POST { HttpMethod::Post } else { HttpMethod::Get };
        paths = paths.path(route.template(), PathItem::new(method, operation(route)));
    }
    // The signed documents travel as text, so no path's body names them.
    for document in [
        BodySchema::of::<ApiProblem>(),
        BodySchema::of::<PolicyDocument>(),
        BodySchema::of::<ClockDocument>(),
        BodySchema::of::<ReceiptDocument>(),
        BodySchema::of::<RefusalDocument>(),
        BodySchema::of::<StationDocument>(),
    ] {
        (document.collect)(&mut schemas);
    }
    OpenApiBuilder::new()
        .info(InfoBuilder::new().title("Enrol").version(env!("CARGO_PKG_VERSION")).description(Some(
            "Sets staff up for multi-factor sign-in and answers later sign-ins. Every refusal is an ApiProblem with a stable code.",
        )))
        .paths(paths)
        .components(Some(components(schemas)))
        .build()
}

fn components(schemas: Vec<(String, RefOr<Schema>)>) -> Components {
    let bearer = |about: &str| {
        SecurityScheme::Http(Http::builder().scheme(HttpAuthScheme::Bearer).description(Some(about)).build())
    };
    let header = |name: &str, about: &str| {
        SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(name, about)))
    };
    let mut components = ComponentsBuilder::new().schemas_from_iter(schemas).build();
    for (name, scheme) in [
        (SESSION, bearer("The session that signing in gave.")),
        (RELYING_PARTY, bearer("The key that `enrol-service client add` printed.")),
        (PROVIDER, header(SIGNATURE_HEADER, "The telephone provider's signature over address and form.")),
        (
            STATION,
            header(
                "Authorization",
                &format!("`{} ` and a station's assertion about the body.", StationAssertion::SCHEME),
            ),
        ),
    ] {
        components.add_security_scheme(name, scheme);
    }
    components
}

fn operation(route: &Route) -> Operation {
    let path = route.template().replace(['{', '}'], "");
    let name = format!("{} {}", route.method.as_str().to_lowercase(), path.trim_start_matches('/'));
    let mut operation = OperationBuilder::new()
        .summary(Some(route.about))
        .operation_id(Some(name.replace([' ', '/', '-', '.'], "_")))
        .request_body(request_body(route));
    for parameter in parameters(route) {
        operation = operation.parameter(parameter);
    }
    for requirement in security(route) {
        operation = operation.security(requirement);
    }
    for (status, response) in responses::of(route) {
        operation = operation.response(status, response);
    }
    operation.build()
}

fn parameters(route: &Route) -> Vec<Parameter> {
    let parameter = |name: &str, place, pattern: Option<&str>| {
        let text = ObjectBuilder::new().schema_type(Type::String).pattern(pattern);
        let parameter = ParameterBuilder::new().name(name).parameter_in(place).schema(Some(text));
        parameter.required(Required::True).build()
    };
    let path = route.template();
    let in_path = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let in_path = in_path.map(|name| parameter(name, ParameterIn::Path, None));
    let in_query =
        route.query.iter().map(|(name, pattern)| parameter(name, ParameterIn::Query, Some(*pattern)));
    in_path.chain(in_query).collect()
}

fn security(route: &Route) -> Vec<SecurityRequirement> {
    let needs = |scheme: &str| vec![SecurityRequirement::new::<_, [&str; 0], _>(scheme, [])];
    match route.access {
        Access::Session => needs(SESSION),
        Access::RelyingParty => needs(RELYING_PARTY),
        Access::Provider => needs(PROVIDER),
        Access::Envelope if route.headers.contains(&Header::StationAssertion) => {
            vec![SecurityRequirement::default(), SecurityRequirement::new::<_, [&str; 0], _>(STATION, [])]
        }
        Access::Anyone | Access::Envelope | Access::Monitoring => Vec::new(),
    }
}

fn request_body(route: &Route) -> Option<RequestBody> {
    let (media_type, content) = match route.accepts {
        Accepts::Nothing => return None,
        Accepts::Json => ("application/json", json(&route.takes.as_ref()?.name)),
        Accepts::Form => {
            let texts = ObjectBuilder::new().schema_type(Type::String).build();
            let form = ObjectBuilder::new()
                .schema_type(Type::Object)
                .additional_properties(Some(Schema::from(texts)));
            ("application/x-www-form-urlencoded", ContentBuilder::new().schema(Some(form)).build())
        }
    };
    Some(RequestBodyBuilder::new().content(media_type, content).required(Some(Required::True)).build())
}

fn json(schema: &str) -> Content {
    ContentBuilder::new().schema(Some(Ref::from_schema_name(schema))).build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table;

    #[test]
    fn every_row_of_the_table_is_described_and_every_reference_is_there() {
        let table = table();
        let json = serde_json::to_value(description(&table)).expect("writes");
        let paths = json["paths"].as_object().expect("paths");
        let mut expected: Vec<String> = table.iter().map(|route| route.template()).collect();
        expected.sort_unstable();
        expected.dedup();
        assert_eq!(paths.len(), expected.len());
        for route in &table {
            let operation = &json["paths"][route.template()][route.method.as_str().to_lowercase()];
            let takes = operation["requestBody"]["content"].as_object();
            assert_eq!(takes.is_some(), route.accepts != Accepts::Nothing, "{}", route.path);
            assert!(!route.about.is_empty());
            assert_eq!(operation["summary"], route.about, "{}", route.path);
            assert!(operation["responses"].as_object().is_some_and(|all| all.len() > 5), "{}", route.path);
        }
        let schemas = json["components"]["schemas"].as_object().expect("schemas");
        let text = json.to_string();
        for reference in text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next())
        {
            assert!(schemas.contains_key(reference), "{reference}");
        }
        assert!(schemas.len() > 10, "{:?}", schemas.keys());
        for signed in
            ["PolicyDocument", "ClockDocument", "ReceiptDocument", "RefusalDocument", "StationDocument"]
        {
            assert!(schemas.contains_key(signed), "{signed}");
        }
    }

    #[test]
    fn who_needs_a_credential_is_said() {
        let json = serde_json::to_value(description(&table())).expect("writes");
        let schemes = json["components"]["securitySchemes"].as_object().expect("schemes");
        for route in table() {
            let operation = &json["paths"][route.template()][route.method.as_str().to_lowercase()];
            let security = &operation["security"];
            match route.access {
                Access::Session => assert!(security[0]["session"].is_array(), "{}", route.path),
                Access::RelyingParty => assert!(security[0]["relying_party"].is_array(), "{}", route.path),
                Access::Provider => assert!(security[0]["provider"].is_array(), "{}", route.path),
                Access::Envelope if route.headers.is_empty() => {
                    assert!(security.is_null(), "{}", route.path);
                }
                Access::Envelope => {
                    assert_eq!(security[0], serde_json::json!({}), "it may be left out");
                    assert!(security[1]["station"].is_array(), "{}", route.path);
                }
                Access::Anyone | Access::Monitoring => assert!(security.is_null(), "{}", route.path),
            }
            for named in security
                .as_array()
                .into_iter()
                .flatten()
                .flat_map(|one| one.as_object().expect("an object").keys())
            {
                assert!(schemes.contains_key(named), "{named}");
            }
        }
    }
}
