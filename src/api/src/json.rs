//! Reads JSON from strangers: limited depth, strict UTF-8, no NUL, and errors that repeat no value.
//!
//! Not here: the limit of size (`body`).

use protocol::ErrorCode;
use serde::de::DeserializeOwned;

use super::refusal::Refusal;

/// The deepest nesting that is read. No body of the API nests deeper than three.
const DEEPEST: usize = 8;

/// The value, or a refusal that names at most the field.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| Refusal::naming(ErrorCode::BadRequest, "It is not UTF-8."))?;
    check_shape(text)?;
    // serde would take a list for an object, its values in the order of the fields.
    if text.trim_ascii_start().starts_with('[') {
        return Err(Refusal::naming(ErrorCode::BadRequest, "It is a list, not an object."));
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        // The name of an unknown field comes from the sender, and may be a secret.
        if error.inner().to_string().starts_with("unknown field") {
            Refusal::naming(ErrorCode::BadRequest, "A field is unknown.")
        } else if error.inner().is_data() {
            Refusal::naming(ErrorCode::BadRequest, &known_path(&error.path().to_string()))
        } else {
            Refusal::naming(ErrorCode::BadRequest, "It is not JSON.")
        }
    })?;
    reader.end().map_err(|_| Refusal::naming(ErrorCode::BadRequest, "Something follows the JSON."))?;
    Ok(value)
}

/// The path of a wrong value, as far as its names could be the API's.
fn known_path(path: &str) -> String {
    let plain = path.len() <= 64
        && path.bytes().all(|byte| byte.is_ascii_lowercase() || b"_.[]0123456789".contains(&byte));
    match path {
        "." => "A field is missing or not of its kind.".to_owned(),
        _ if plain => format!("{path} is not of its kind."),
        _ => "A field is not of its kind.".to_owned(),
    }
}

/// Limits the depth before anything is built, and refuses NUL, which one of the databases cannot store.
fn check_shape(text: &str) -> Result<(), Refusal> {
    let nul = || Refusal::naming(ErrorCode::BadRequest, "It holds a NUL character.");
    let (mut depth, mut in_string) = (0_usize, false);
    let mut bytes = text.as_bytes().iter().enumerate();
    while let Some((place, byte)) = bytes.next() {
        match (in_string, byte) {
            (_, 0) => return Err(nul()),
            (true, b'\\') => {
                if text.as_bytes().get(place + 1..place + 6) == Some(b"u0000") {
                    return Err(nul());
                }
                bytes.next();
            }
            (_, b'"') => in_string = !in_string,
            (false, b'{' | b'[') => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(Refusal::naming(ErrorCode::BadRequest, "It nests too deep."));
                }
            }
            (false, b'}' | b']') => depth = depth.saturating_sub(1),
            (true | false, _) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Sample {
        name: String,
        number: u32,
    }

    fn problem(bytes: &[u8]) -> String {
        let refusal = read::<Sample>(bytes).expect_err("refused");
        assert_eq!(refusal.code(), ErrorCode::BadRequest);
        format!("{refusal:?}")
    }

    #[test]
    fn what_is_right_reads_also_with_brackets_and_escapes_in_texts() {
        for good in [
            r#"{"name":"[[[[[[[[[[[[[[","number":1}"#,
            r#"{"name":"\"[[[[[[[[[[[[[\\","number":1}"#,
            r#"{"name":"\\u0000","number":1}"#,
        ] {
            assert!(read::<Sample>(good.as_bytes()).is_ok(), "{good}");
        }
    }

    #[test]
    fn hostile_texts_are_refused_and_never_repeated() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let table: &[(&[u8], &str)] = &[
            (b"", "not JSON"),
            (b"{", "not JSON"),
            (b"\xff\xfe{}", "not UTF-8"),
            (b"{\"name\":\"a\x00\",\"number\":1}", "NUL"),
            (br#"{"name":"a\u0000","number":1}"#, "NUL"),
            (deep.as_bytes(), "too deep"),
            (br#"{"name":"a","number":1} {}"#, "follows"),
            (br#"{"name":"a","number":"topsecret"}"#, "number is"),
            (br#"{"name":["topsecret"],"number":1}"#, "name is"),
            (br#"{"name":"a","number":99999999999999999999999}"#, "number is"),
            (br#"{"name":"a","number":1e999}"#, ""),
            (br#"{"name":"a","number":-1}"#, "number is"),
            (br#"{"name":"a","number":1,"topsecret":1}"#, "unknown"),
            (br#"{"name":"a"}"#, "missing"),
            (br#"["a",1]"#, "a list"),
            (b" \r\n\t[]", "a list"),
            (br#"{"name":"a","name":"b","number":1}"#, ""),
        ];
        for (bytes, expected) in table {
            let problem = problem(bytes);
            assert!(problem.contains(expected), "{problem}");
        }
        assert!(!problem(br#"{"name":"a","number":"topsecret"}"#).contains("topsecret"));
        for name in ["Top Secret", "topsecret", "123456", "abcde_fghjk", "a.b", "name.topsecret"] {
            let problem = problem(format!(r#"{{"{name}":1}}"#).as_bytes());
            assert!(problem.contains("A field is unknown.") && !problem.contains(name), "{problem}");
        }
    }
}
