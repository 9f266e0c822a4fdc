//! IT's places on Windows. Read once, at the start.

use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE, Type};

use super::{Place, Places};

/// Windows' registry.
pub(super) struct Registry;

/// There is no such key or value.
const NOT_FOUND: i32 = 0x8007_0002_u32.cast_signed();

/// Its key; the files are of other systems.
fn key(place: Place) -> Option<windows_registry::Result<Key>> {
    Some(match place {
        Place::ManagedPreferences | Place::PolicyFile => return None,
        Place::MachinePolicy => LOCAL_MACHINE.open(r"Software\Policies\Enrol\Enrol"),
        Place::UserPolicy => CURRENT_USER.open(r"Software\Policies\Enrol\Enrol"),
        Place::Installed => LOCAL_MACHINE.open(r"Software\Enrol\Enrol"),
    })
}

impl Places for Registry {
    fn value(&self, place: Place, name: &str) -> Result<Option<String>, String> {
        let Some(key) = key(place) else { return Ok(None) };
        match key.and_then(|key| key.get_value(name)) {
            Ok(value) if value.ty() == Type::String => String::try_from(value)
                .map(Some)
                .map_err(|error| format!("it cannot be read: {}", error.message())),
            Ok(_) => Err("expected a text (REG_SZ)".to_owned()),
            Err(error) if error.code().0 == NOT_FOUND => Ok(None),
            Err(error) => Err(format!("it cannot be read: {}", error.message())),
        }
    }

    fn names(&self, place: Place) -> Vec<String> {
        let Some(Ok(key)) = key(place) else { return Vec::new() };
        key.values().map(|values| values.map(|(name, _)| name).collect()).unwrap_or_default()
    }
}
