//! Gives the Windows program its icon, version and manifest. For other systems it does nothing.

use std::{env, error::Error, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new("../../packaging/windows");
    for file in ["enrol.rc", "enrol.manifest", "../../assets/icons/enrol.ico"] {
        println!("cargo::rerun-if-changed={}", folder.join(file).display());
    }
    if env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("windows") {
        return Ok(());
    }
    let part = |name: &str| env::var(format!("CARGO_PKG_VERSION_{name}"));
    let parts = format!("VERSION_PARTS={},{},{},0", part("MAJOR")?, part("MINOR")?, part("PATCH")?);
    let version = format!("VERSION={}", env::var("CARGO_PKG_VERSION")?);
    embed_resource::compile(folder.join("enrol.rc"), [parts, version]).manifest_required()?;
    Ok(())
}
