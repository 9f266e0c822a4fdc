//! Opens a file in the program that the person has for such files.

use std::path::Path;

use journey::SlipFault;

/// Opens it. Whether the person then sees it, nobody tells.
#[cfg(not(windows))]
pub(super) async fn open(path: &Path) -> Result<(), SlipFault> {
    use crate::effects::desktop::{Desktop, desktop};
    // Without a display the opener would start a browser in the terminal.
    if desktop() == Desktop::None {
        return Err(SlipFault::NoViewer);
    }
    open_with(OPENER, path).await
}

#[cfg(target_os = "macos")]
const OPENER: &str = "/usr/bin/open";
#[cfg(all(unix, not(target_os = "macos")))]
const OPENER: &str = "xdg-open";

/// An opener that still runs by then has started a browser, and waits for its end.
#[cfg(not(windows))]
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(4);

#[cfg(not(windows))]
async fn open_with(opener: &str, path: &Path) -> Result<(), SlipFault> {
    use std::process::Stdio;
    let started = tokio::process::Command::new(opener)
        .arg(path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = started else { return Err(SlipFault::NoViewer) };
    match tokio::time::timeout(PATIENCE, child.wait()).await {
        Ok(Ok(status)) if !status.success() => Err(SlipFault::NoViewer),
        Ok(Ok(_)) | Err(_) => Ok(()),
        Ok(Err(_)) => Err(SlipFault::Other),
    }
}

#[cfg(windows)]
pub(super) async fn open(path: &Path) -> Result<(), SlipFault> {
    let path = path.to_owned();
    let opened = tokio::task::spawn_blocking(move || crate::effects::windows::open_file(&path)).await;
    if opened.unwrap_or(false) { Ok(()) } else { Err(SlipFault::NoViewer) }
}

#[cfg(all(test, not(windows)))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_program_that_is_missing_or_fails_opens_nothing() {
        let path = Path::new("slip.html");
        assert_eq!(open_with("/nowhere/xdg-open", path).await, Err(SlipFault::NoViewer));
        assert_eq!(open_with("false", path).await, Err(SlipFault::NoViewer));
        assert_eq!(open_with("true", path).await, Ok(()));
    }
}
