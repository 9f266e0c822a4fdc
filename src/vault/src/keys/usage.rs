//! Which keys are in use, as the store says.
//!
//! Not here: the keys themselves.

use std::sync::Arc;

use domain::Timestamp;

/// What a key is for, where there can be several.
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

    /// As commands and the store name it.
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

/// What may still be done with a key that was in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// It opens what was sealed with it.
    Kept,
    /// Somebody else may have it: it opens nothing.
    Refused,
    /// It was taken out of the key file.
    Forgotten,
}

/// One row: a key that is in use or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    pub kind: KeyKind,
    pub id: String,
    pub from: Timestamp,
    /// `None`: it is the one in use.
    pub ended: Option<Timestamp>,
    pub state: KeyState,
}

/// All rows, each kind in the order of use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyUses(Arc<Vec<KeyUse>>);

impl KeyUse {
    /// `false`: it was noted only so that nobody ever takes it into use.
    fn was_used(&self) -> bool {
        self.state != KeyState::Forgotten || self.ended != Some(self.from)
    }
}

impl KeyUses {
    pub fn new(rows: Vec<KeyUse>) -> Self {
        Self(Arc::new(rows))
    }

    pub fn of(&self, kind: KeyKind) -> impl Iterator<Item = &KeyUse> {
        self.0.iter().filter(move |used| used.kind == kind)
    }

    pub fn active(&self, kind: KeyKind) -> Option<&KeyUse> {
        self.of(kind).find(|used| used.ended.is_none())
    }

    /// The one in use at a time. An identity key is taken into use a little later than it is said.
    pub fn at(&self, kind: KeyKind, now: Timestamp) -> Option<&KeyUse> {
        let used = || self.of(kind).filter(|used| used.was_used());
        used().filter(|used| used.from <= now).last().or_else(|| used().next())
    }

    pub fn find(&self, kind: KeyKind, id: &str) -> Option<&KeyUse> {
        self.of(kind).find(|used| used.id == id)
    }
}
