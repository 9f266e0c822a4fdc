//! What became of an earlier enrolment on this computer: told on the first page, to whoever sits there next.

use std::fmt;

use domain::{Label, Reference};
use i18n_embed_fl::fl;
use journey::RefusedWhy;

use crate::{
    texts::Texts,
    view::{Block, rich},
};

/// Something that is not about the person's own enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// An earlier enrolment was sent.
    EarlierAccepted(Reference),
    /// An earlier enrolment was refused and set aside.
    EarlierRefused(Reference, RefusedWhy),
    /// An unreadable entry of the outbox was set aside under this file name.
    SetAside(String),
    /// An entry of the outbox with this file name cannot be read just now.
    Held(String),
}

impl Notice {
    /// As it stands on the page. An outbox has no names in it, so nobody is named here.
    pub(super) fn block(&self, team: &Label, texts: &Texts) -> Block {
        let loader = texts.loader();
        match self {
            Self::EarlierAccepted(reference) => {
                Block::Quiet(rich(&fl!(loader, "notice-sent", reference = reference.grouped())))
            }
            Self::EarlierRefused(reference, _) => Block::Warning(rich(&fl!(
                loader,
                "notice-refused",
                reference = reference.grouped(),
                team = team.as_str()
            ))),
            Self::SetAside(_) | Self::Held(_) => {
                Block::Warning(rich(&fl!(loader, "notice-unreadable", team = team.as_str())))
            }
        }
    }
}

/// For whoever looks after the computer.
impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EarlierAccepted(reference) => {
                write!(f, "An earlier enrolment was sent; its reference is {}.", reference.grouped())
            }
            Self::EarlierRefused(reference, why) => write!(
                f,
                "The service refused an earlier enrolment, reference {} ({why:?}). It is kept in the folder set-aside.",
                reference.grouped()
            ),
            Self::SetAside(name) => {
                write!(f, "An unreadable enrolment was moved to the folder set-aside: {name}")
            }
            Self::Held(name) => {
                write!(f, "An enrolment in the folder outbox cannot be read just now: {name}")
            }
        }
    }
}
