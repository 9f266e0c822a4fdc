//! The description of the interface is valid OpenAPI, and the running service does as it says.
//!
//! Not here: what the description says (`snapshots`). Two programs by others judge it here, `tests/openapi` runs them.

use std::path::Path;
use std::process::Command;

use tests::people::{Begun, office};
use tests::service::Service;

#[tokio::test]
async fn the_running_service_does_as_its_valid_description_says() {
    let service = Service::start_with("[flood]\nper_second = 0", &[]);
    let key = service.add_client("rds");
    let office = office(service.home()).await.expect("opens");
    let begun = Begun::with_code(&office, "asample", None).await.expect("a code");
    let signed_in = office.sign_in(None, None, &begun.sign_in).await.expect("signs in");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi");
    let mut command = Command::new(script);
    command.arg(service.url("")).env("OPENAPI_KEY", key).env("OPENAPI_SESSION", signed_in.session.as_str());
    let output = command.output().expect("starts");
    let said =
        [output.stdout, output.stderr].map(|part| String::from_utf8_lossy(&part).into_owned()).concat();
    assert!(output.status.success(), "{said}");
    let tested = said.lines().find_map(|line| line.trim().strip_prefix("Tested: "));
    // The path of the description itself is not among them.
    let operations = (api::table().len() - 1).to_string();
    assert_eq!(tested, Some(operations.as_str()), "every operation is tried: {said}");
}
