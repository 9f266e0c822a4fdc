//! The system's store of credentials: on Windows the Credential Manager of the user, where it is kept for this computer
//! and roams nowhere; on a Mac the login keychain; on Linux the Secret Service, as GNOME Keyring and KWallet offer it.
//!
//! Not here: what is kept there. One credential is one station's key, under the name of its public half.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use keyring_core::{Entry, Error, api::CredentialStoreApi};
use protocol::{Bytes32, StationKey, StationSigner};
use zeroize::Zeroizing;

/// As people know it.
pub const STORE_NAME: &str = if cfg!(windows) {
    "Windows' Credential Manager"
} else if cfg!(target_os = "macos") {
    "the login keychain"
} else {
    "the Secret Service (GNOME Keyring or KWallet)"
};

const SERVICE: &str = "Enrol station";

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreFault {
    /// There is none, it is locked, or it said no.
    #[error("{STORE_NAME} cannot be used ({0}){ADVICE}")]
    Unusable(Error),
    /// It has no such key, or another one under this name.
    #[error(
        "the station's key is not in {STORE_NAME} of this user. Register the computer anew: enrol --forget-station, then enrol --register-station"
    )]
    Missing,
}

impl StoreFault {
    /// Asking it broke off.
    pub(super) fn broken(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Unusable(Error::PlatformFailure(Box::new(error)))
    }
}

const ADVICE: &str = if cfg!(target_os = "linux") {
    ". It must run in this user's session and be unlocked: on Debian install gnome-keyring, and sign in with a password"
} else {
    ""
};

/// Whether there is one.
pub(super) fn check() -> Result<(), StoreFault> {
    the_systems().map(|_| ()).map_err(unusable)
}

/// The private half of a key; `None` when it is not there, or is another's.
pub(super) fn read(key: &StationKey) -> Result<Option<StationSigner>, StoreFault> {
    let text = match entry(key)?.get_secret() {
        Err(Error::NoEntry) => return Ok(None),
        text => text.map(Zeroizing::new).map_err(unusable)?,
    };
    let seed = BASE64URL_NOPAD.decode(&text).map(Zeroizing::new).unwrap_or_default();
    let signer = seed.as_slice().try_into().ok().map(StationSigner::from_bytes);
    Ok(signer.filter(|signer| signer.key() == *key))
}

/// Keeps a private half, and reads it back: what cannot be read later is found now.
pub(super) fn keep(seed: &Zeroizing<[u8; 32]>, key: &StationKey) -> Result<(), StoreFault> {
    // As text: KWallet keeps nothing else.
    let text = Zeroizing::new(BASE64URL_NOPAD.encode(seed.as_slice()));
    entry(key)?.set_secret(text.as_bytes()).map_err(unusable)?;
    read(key)?.map(|_| ()).ok_or(StoreFault::Missing)
}

/// Deletes a key. One that is not there is gone.
pub(super) fn delete(key: &StationKey) -> Result<(), StoreFault> {
    match entry(key)?.delete_credential() {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(error) => Err(unusable(error)),
    }
}

fn unusable(error: Error) -> StoreFault {
    StoreFault::Unusable(error)
}

fn entry(key: &StationKey) -> Result<Entry, StoreFault> {
    let name = Bytes32(*key.bytes()).text();
    the_systems().and_then(|store| build(&*store, &name)).map_err(unusable)
}

#[cfg(windows)]
fn the_systems() -> keyring_core::Result<Arc<windows_native_keyring_store::Store>> {
    windows_native_keyring_store::Store::new()
}

#[cfg(windows)]
fn build(store: &impl CredentialStoreApi, name: &str) -> keyring_core::Result<Entry> {
    let target = format!("{SERVICE}/{name}");
    // Of this computer: the default would take it along to every other that the user signs in to.
    let modifiers = [("target", target.as_str()), ("persistence", "Local")];
    store.build(SERVICE, name, Some(&modifiers.into()))
}

#[cfg(target_os = "macos")]
fn the_systems() -> keyring_core::Result<Arc<apple_native_keyring_store::keychain::Store>> {
    apple_native_keyring_store::keychain::Store::new()
}

#[cfg(target_os = "macos")]
fn build(store: &impl CredentialStoreApi, name: &str) -> keyring_core::Result<Entry> {
    store.build(SERVICE, name, None)
}

#[cfg(not(any(windows, target_os = "macos")))]
fn the_systems() -> keyring_core::Result<Arc<zbus_secret_service_keyring_store::Store>> {
    zbus_secret_service_keyring_store::Store::new()
}

#[cfg(not(any(windows, target_os = "macos")))]
fn build(store: &impl CredentialStoreApi, name: &str) -> keyring_core::Result<Entry> {
    store.build(SERVICE, name, Some(&[("label", "Enrol: the key of this station")].into()))
}
