//! Which keys are in use, as the store says.
//!
//! Not here: the keys themselves.

use std::sync::Arc;

use domain::Timestamp;

/// A kind of key of which there can be several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyKind {
    /// Assistants seal to it.
    Envelope,
    /// Records are sealed with it.
    Vault,
    /// The service's documents are signed with it.
    Identity,
}

impl KeyKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Identity, Self::Envelope, Self::Vault];

    /// Its name in commands and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Envelope => "envelope",
            Self::Vault => "vault",
            Self::Identity => "identity",
        }
    }

    pub(super) const fn letter(self) -> char {
        match self {
            Self::Envelope => 'e',
            Self::Vault => 'v',
            Self::Identity => 'i',
        }
    }
}

impl std::fmt::Display for KeyKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// What a key that was in use may still do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// It opens what was sealed with it.
    Kept,
    /// It may have leaked: it opens nothing.
    Refused,
    /// It was taken out of the key file.
    Forgotten,
}

/// A key that is in use or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// Its kind.
    pub kind: KeyKind,
    /// Its id.
    pub id: String,
    /// Since when it is in use.
    pub from: Timestamp,
    /// When its use ended; `None` while it is in use.
    pub ended: Option<Timestamp>,
    /// What it may still do.
    pub state: KeyState,
}

/// All keys that are in use or were, each kind in the order of use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyUses(Arc<Vec<KeyUse>>);

impl KeyUse {
    /// `false` for a key that was noted only so that nobody ever takes it into use.
    fn was_used(&self) -> bool {
        self.state != KeyState::Forgotten || self.ended != Some(self.from)
    }
}

impl KeyUses {
    /// The keys' uses, each kind in its order.
    pub fn new(rows: Vec<KeyUse>) -> Self {
        Self(Arc::new(rows))
    }

    /// The uses of a kind, in order.
    pub fn of(&self, kind: KeyKind) -> impl Iterator<Item = &KeyUse> {
        self.0.iter().filter(move |used| used.kind == kind)
    }

    /// The one in use.
    pub fn active(&self, kind: KeyKind) -> Option<&KeyUse> {
        self.of(kind).find(|used| used.ended.is_none())
    }

    /// The one in use at a time. A new identity key is in use a little after it was announced.
    pub fn at(&self, kind: KeyKind, now: Timestamp) -> Option<&KeyUse> {
        let used = || self.of(kind).filter(|used| used.was_used());
        used().filter(|used| used.from <= now).last().or_else(|| used().next())
    }

    /// The use of a key, by its id.
    pub fn find(&self, kind: KeyKind, id: &str) -> Option<&KeyUse> {
        self.of(kind).find(|used| used.id == id)
    }
}
