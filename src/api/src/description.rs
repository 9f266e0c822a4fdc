//! The OpenAPI description, made from the table and the types that go over the wire.

use protocol::{
    ApiProblem, ClockDocument, ErrorCode, PolicyDocument, ReceiptDocument, RefusalDocument, StationDocument,
};
use utoipa::ToSchema;
use utoipa::openapi::path::{
    HttpMethod, Operation, OperationBuilder, ParameterBuilder, ParameterIn, PathItem,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathsBuilder, Ref, Required,
    ResponseBuilder,
};

use super::table::{Access, Route, shape};

/// What every path may answer, whoever asks.
const EVERYWHERE: [ErrorCode; 5] = [
    ErrorCode::BadRequest,
    ErrorCode::HostNotServed,
    ErrorCode::TryLater,
    ErrorCode::ServiceBusy,
    ErrorCode::ServiceFault,
];

/// What every path that takes a body may answer as well.
const WITH_BODY: [ErrorCode; 2] = [ErrorCode::BodyTooLarge, ErrorCode::UnsupportedMediaType];

/// The description of a table of routes.
pub fn description(table: &[Route]) -> OpenApi {
    let mut schemas = Vec::new();
    let mut paths = PathsBuilder::new();
    for route in table {
        for shape in [&route.takes, &route.gives].into_iter().flatten() {
            (shape.collect)(&mut schemas);
        }
        let method =
            if route.method == axum::http::Method::POST { HttpMethod::Post } else { HttpMethod::Get };
        paths = paths.path(route.path, PathItem::new(method, operation(route)));
    }
    // The signed documents travel as text, so no path's body names them.
    for document in [
        shape::<ApiProblem>(),
        shape::<PolicyDocument>(),
        shape::<ClockDocument>(),
        shape::<ReceiptDocument>(),
        shape::<RefusalDocument>(),
        shape::<StationDocument>(),
    ] {
        (document.collect)(&mut schemas);
    }
    let bearer = |about: &str| {
        SecurityScheme::Http(Http::builder().scheme(HttpAuthScheme::Bearer).description(Some(about)).build())
    };
    let mut components = ComponentsBuilder::new().schemas_from_iter(schemas).build();
    components.add_security_scheme("session", bearer("The session that signing in gave."));
    components
        .add_security_scheme("relying_party", bearer("The key that `enrol-service client add` printed."));
    OpenApiBuilder::new()
        .info(InfoBuilder::new().title("Enrol").version(env!("CARGO_PKG_VERSION")).description(Some(
            "Sets staff up for multi-factor sign-in and answers later sign-ins. Every refusal is an ApiProblem with a stable code.",
        )))
        .paths(paths)
        .components(Some(components))
        .build()
}

fn operation(route: &Route) -> Operation {
    let name = format!("{} {}", route.method.as_str().to_lowercase(), route.path.trim_start_matches('/'));
    let mut operation = OperationBuilder::new()
        .summary(Some(route.about))
        .operation_id(Some(name.replace([' ', '/', '-', '.'], "_")));
    for (name, pattern) in route.query {
        let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some(*pattern));
        operation = operation.parameter(
            ParameterBuilder::new()
                .name(*name)
                .parameter_in(ParameterIn::Query)
                .required(Required::True)
                .schema(Some(text)),
        );
    }
    if let Some(shape) = &route.takes {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(&shape.name))).build();
        operation = operation.request_body(Some(
            RequestBodyBuilder::new()
                .content("application/json", content)
                .required(Some(Required::True))
                .build(),
        ));
    }
    operation = match route.access {
        Access::Session => operation.security(SecurityRequirement::new::<_, [&str; 0], _>("session", [])),
        Access::RelyingParty => {
            operation.security(SecurityRequirement::new::<_, [&str; 0], _>("relying_party", []))
        }
        Access::Anyone | Access::Envelope | Access::Provider | Access::Monitoring => operation,
    };
    let answer = ResponseBuilder::new().description("Done.");
    let answer = match (&route.gives, route.text) {
        (Some(shape), _) => answer.content(
            "application/json",
            ContentBuilder::new().schema(Some(Ref::from_schema_name(&shape.name))).build(),
        ),
        (None, true) => answer.content(
            "text/plain",
            ContentBuilder::new().schema(Some(ObjectBuilder::new().schema_type(Type::String))).build(),
        ),
        (None, false) => answer,
    };
    let status = if route.gives.is_some() || route.text { "200" } else { "204" };
    operation = operation.response(status, answer);
    let of_body: &[ErrorCode] = if route.method == axum::http::Method::POST { &WITH_BODY } else { &[] };
    let mut codes: Vec<ErrorCode> = EVERYWHERE.iter().chain(of_body).chain(route.refusals).copied().collect();
    codes.sort_by_key(|code| code.status());
    codes.dedup();
    for same_status in codes.chunk_by(|one, other| one.status() == other.status()) {
        let names: Vec<&str> = same_status.iter().map(|code| code.name()).collect();
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name(ApiProblem::name()))).build();
        let refusal =
            ResponseBuilder::new().description(names.join(", ")).content("application/json", problem);
        operation = operation.response(same_status[0].status().to_string(), refusal);
    }
    operation.build()
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
        let mut expected: Vec<&str> = table.iter().map(|route| route.path).collect();
        expected.sort_unstable();
        expected.dedup();
        assert_eq!(paths.len(), expected.len());
        for route in &table {
            let operation = &json["paths"][route.path][route.method.as_str().to_lowercase()];
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
        for route in table() {
            let security = &json["paths"][route.path][route.method.as_str().to_lowercase()]["security"];
            match route.access {
                Access::Session => assert!(security[0]["session"].is_array(), "{}", route.path),
                Access::RelyingParty => assert!(security[0]["relying_party"].is_array(), "{}", route.path),
                Access::Anyone | Access::Envelope | Access::Provider | Access::Monitoring => {
                    assert!(security.is_null(), "{}", route.path)
                }
            }
        }
    }
}
