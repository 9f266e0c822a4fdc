//! The window. PLACEHOLDER until the window lands.
use crate::{driver::Driver, effects::Effects};
/// Why no window could be opened.
#[derive(Debug, thiserror::Error)]
#[error("it is not built yet")]
pub struct WindowError;
/// Shows the pages in a window until the person closes it.
pub fn run<E: Effects + 'static>(driver: Driver<E>) -> Result<(), WindowError> {
    drop(driver);
    Err(WindowError)
}
