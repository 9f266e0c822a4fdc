//! The HTTP interface as pages for people, from its OpenAPI description.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use serde_json::{Map, Value};

use super::{Output, head, row, table};

pub(super) fn interface(output: Output<'_>) -> anyhow::Result<String> {
    page(&serde_json::from_str(&output(&["enrol-service", "openapi"])?)?)
}

/// An endpoint: its method and path, and what the description says of it.
type Endpoint<'d> = (String, &'d Value);

fn page(description: &Value) -> anyhow::Result<String> {
    let mut page = head("HTTP interface", "`enrol-service openapi`");
    page += &format!("{}\n\n", text(&description["info"]["description"]));
    let paths = description["paths"].as_object().context("no paths")?;
    let operations = |(path, item): (&String, &'_ Value)| -> Vec<(String, Value)> {
        let item = item.as_object().cloned().unwrap_or_default();
        item.into_iter()
            .map(|(method, operation)| (format!("{} {path}", method.to_uppercase()), operation))
            .collect()
    };
    let all: Vec<(String, Value)> = paths.iter().flat_map(operations).collect();
    let endpoints: Vec<Endpoint<'_>> =
        all.iter().map(|(name, operation)| (name.clone(), operation)).collect();

    page += &table(&["endpoint", "credential", "what it does"]);
    for (name, operation) in &endpoints {
        let link = format!("[`{name}`](#{})", anchor(name));
        page += &row([link.as_str(), credential(operation), text(&operation["summary"])]);
    }
    let common = common(&endpoints);
    for (name, operation) in &endpoints {
        page += &endpoint(name, operation, &common);
    }
    page += &refusals(&endpoints)?;
    page += "\n## Types\n";
    for (name, schema) in description["components"]["schemas"].as_object().context("no types")? {
        page += &named_type(name, schema);
    }
    Ok(page)
}

/// `common` is what all endpoints may answer.
fn endpoint(name: &str, operation: &Value, common: &[&str]) -> String {
    let mut said = format!("\n## `{name}`\n\n{}\n\n", text(&operation["summary"]));
    said += &format!("- Credential: {}\n", credential(operation));
    for parameter in list(&operation["parameters"]) {
        said += &format!("- Query: `{}`, {}\n", text(&parameter["name"]), type_of(&parameter["schema"]));
    }
    if let Some(body) = operation["requestBody"]["content"].as_object() {
        said += &format!("- Takes: {}\n", contents(body));
    }
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        if status.starts_with('2') {
            let answer = response["content"].as_object().map_or_else(|| "nothing".to_owned(), contents);
            said += &format!("- Answers {status}: {answer}\n");
        }
    }
    for (status, codes) in refused(operation) {
        let own = codes.iter().filter(|code| !common.contains(code)).map(|code| format!("`{code}`"));
        let own: Vec<_> = own.collect();
        if !own.is_empty() {
            said += &format!("- Refuses {status}: {}\n", own.join(", "));
        }
    }
    said
}

/// The codes with which every endpoint may refuse.
fn common<'d>(endpoints: &[Endpoint<'d>]) -> Vec<&'d str> {
    let codes = |operation| refused(operation).into_iter().flat_map(|(_, codes)| codes).collect::<Vec<_>>();
    let mut all = endpoints.iter().map(|(_, operation)| codes(*operation));
    let first = all.next().unwrap_or_default();
    all.fold(first, |common, codes| common.into_iter().filter(|code| codes.contains(code)).collect())
}

/// Each code with its status, and the endpoints that may answer so.
fn refusals(endpoints: &[Endpoint<'_>]) -> anyhow::Result<String> {
    let mut by_code: BTreeMap<String, (String, Vec<&str>)> = BTreeMap::new();
    for (name, operation) in endpoints {
        for (status, codes) in refused(operation) {
            for code in codes {
                let (_, names) =
                    by_code.entry(code.to_owned()).or_insert_with(|| (status.to_owned(), Vec::new()));
                names.push(name);
            }
        }
    }
    anyhow::ensure!(!by_code.is_empty(), "no refusals");
    let mut said =
        "\n## Refusals\n\nEvery refusal is an [ApiProblem](#apiproblem) with one of these codes. Those of all endpoints are left out above.\n\n"
            .to_owned();
    said += &table(&["code", "status", "endpoints"]);
    for (code, (status, names)) in by_code {
        let names = if names.len() == endpoints.len() {
            "all".to_owned()
        } else {
            names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        };
        said += &row([format!("`{code}`"), status, names]);
    }
    let without_code: BTreeSet<String> = endpoints
        .iter()
        .flat_map(|(_, operation)| refusals_of(operation))
        .filter(|(_, description)| !are_codes(description))
        .map(|(status, description)| format!("- {status}: {description}\n"))
        .collect();
    if !without_code.is_empty() {
        said += "\nThese have a status and no body:\n\n";
        said.extend(without_code);
    }
    Ok(said)
}

/// Each status of a refusal, with its codes.
fn refused(operation: &Value) -> Vec<(&str, Vec<&str>)> {
    let with_codes = refusals_of(operation).filter(|(_, description)| are_codes(description));
    with_codes.map(|(status, codes)| (status, codes.split(", ").collect())).collect()
}

/// Each status of a refusal, with its description: its codes, or a sentence.
fn refusals_of(operation: &Value) -> impl Iterator<Item = (&str, &str)> {
    let responses = operation["responses"].as_object().into_iter().flatten();
    let refusals = responses.filter(|(status, _)| !status.starts_with('2'));
    refusals.map(|(status, response)| (status.as_str(), text(&response["description"])))
}

fn are_codes(description: &str) -> bool {
    description.split(", ").all(|code| code.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
}

fn named_type(name: &str, schema: &Value) -> String {
    let mut said = format!("\n### {name}\n\n");
    let about = one_line(text(&schema["description"]));
    if !about.is_empty() {
        said += &format!("{about}\n\n");
    }
    let Some(properties) = schema["properties"].as_object() else {
        return said + &format!("{}\n", type_of(schema));
    };
    said += &table(&["field", "type", "what it is"]);
    for (field, property) in properties {
        let is_required = list(&schema["required"]).iter().any(|required| required == field);
        let optional = if is_required { "" } else { ", may be left out" };
        let about = about_field(property);
        said += &row([format!("`{field}`"), format!("{}{optional}", type_of(property)), about]);
    }
    said
}

fn about_field(property: &Value) -> String {
    let example = &property["example"];
    let example = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
    let example = if example == "null" { String::new() } else { format!(" For example `{example}`.") };
    // A type that may be left out has its words within the choice.
    let choices = property["oneOf"].as_array().into_iter().flatten();
    let described = std::iter::once(property).chain(choices).find(|schema| schema["description"].is_string());
    format!(
        "{}{example}",
        described.map_or_else(String::new, |schema| one_line(text(&schema["description"])))
    )
}

/// A type in words. Named ones are links.
fn type_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("[{name}](#{})", name.to_lowercase());
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(choices) = schema[choice].as_array() {
            let known = choices.iter().filter(|choice| choice["type"] != "null");
            return known.map(type_of).collect::<Vec<_>>().join(", or ");
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        let values = values.iter().map(|value| format!("`{}`", text(value))).collect::<Vec<_>>();
        return format!("one of {}", values.join(", "));
    }
    if let Some(properties) = schema["properties"].as_object() {
        let fields = properties.iter().map(|(name, property)| format!("`{name}`: {}", type_of(property)));
        return format!("an object with {}", fields.collect::<Vec<_>>().join(", "));
    }
    if schema["items"].is_object() {
        return format!("a list of {}", type_of(&schema["items"]));
    }
    let types: Vec<&str> = match schema["type"].as_array() {
        Some(types) => types.iter().map(text).filter(|name| *name != "null").collect(),
        None => vec![text(&schema["type"])],
    };
    let name = types.join(" or ");
    let form = schema["format"].as_str().or(schema["pattern"].as_str());
    form.map_or(name.clone(), |form| format!("{name} (`{form}`)"))
}

fn contents(content: &Map<String, Value>) -> String {
    let types = content.iter().map(|(media, content)| match &content["schema"] {
        schema if media == "application/json" => type_of(schema),
        _ => media.clone(),
    });
    types.collect::<Vec<_>>().join(", or ")
}

fn credential(operation: &Value) -> &'static str {
    let needs = |name: &str| list(&operation["security"]).iter().any(|one| one.get(name).is_some());
    if needs("session") {
        "a session"
    } else if needs("relying_party") {
        "the key of a relying party"
    } else {
        "none in a header"
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The name by which a heading is linked to.
fn anchor(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || " -_".contains(*c);
    heading.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_refusals_and_types_are_told() -> anyhow::Result<()> {
        let description = serde_json::json!({
            "info": {"description": "What it is."},
            "paths": {
                "/v1/a": {"post": {
                    "summary": "Does a.",
                    "security": [{"session": []}],
                    "parameters": [{"name": "after", "schema": {"type": "string", "pattern": "[0-9]"}}],
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}},
                    "responses": {"204": {"description": "Done."}, "400": {"description": "bad_request, other"}},
                }},
                "/b": {"get": {"summary": "Does b.", "responses": {
                    "200": {"content": {"text/plain": {"schema": {"type": "string"}}}},
                    "400": {"description": "bad_request"},
                    "431": {"description": "Too large."},
                }}},
            },
            "components": {"schemas": {
                "A": {"description": "An\na.", "required": ["x"], "properties": {
                    "x": {"type": ["string", "null"], "format": "uuid", "description": "Its x.", "example": "1"},
                    "ys": {"type": "array", "items": {"$ref": "#/components/schemas/B"}},
                }},
                "B": {"type": "string", "enum": ["one", "two"]},
            }},
        });
        let page = page(&description)?;
        for line in [
            "What it is.",
            "| [`POST /v1/a`](#post-v1a) | a session | Does a. |",
            "- Query: `after`, string (`[0-9]`)",
            "- Takes: [A](#a)",
            "- Answers 204: nothing",
            "- Answers 200: text/plain",
            "- Refuses 400: `other`",
            "| `bad_request` | 400 | all |",
            "| `other` | 400 | `POST /v1/a` |",
            "- 431: Too large.",
            "### A",
            "An a.",
            "| `x` | string (`uuid`) | Its x. For example `1`. |",
            "| `ys` | a list of [B](#b), may be left out |  |",
            "one of `one`, `two`",
        ] {
            assert!(page.lines().any(|said| said == line), "{line}: {page}");
        }
        assert!(!page.contains("`Too large.`"), "a sentence is no code: {page}");
        Ok(())
    }
}
