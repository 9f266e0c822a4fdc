//! Reads and writes the parts that every payload has.

use domain::{CODE_CHARACTERS, EnrolmentCode, NUMBER_BYTES, PhoneNumber};
use zeroize::Zeroizing;

use crate::GrantToken;

/// The size of every payload in bytes. It has room for 28 authenticator apps.
pub const PLAINTEXT_BYTES: usize = 1024;

/// The version of the layout: the first byte.
pub(super) const VERSION: u8 = 1;

/// The size of a grant's token in bytes.
const TOKEN_BYTES: usize = 32;

/// Why a payload cannot be read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// The payload does not have the one size, or its content needs more.
    #[error("a plaintext has {PLAINTEXT_BYTES} bytes")]
    Size,
    /// The version is not known: a newer assistant wrote it. This version.
    #[error("plaintext version {0} is not known")]
    Version(u8),
    /// It is another payload than the one that was expected.
    #[error("the plaintext is for something else")]
    OtherPayload,
    /// The kind of a credential or of a method is not known. This kind.
    #[error("kind {0} is not known")]
    Kind(u8),
    /// A code or a number in it is malformed.
    #[error("a code in the plaintext is malformed")]
    Malformed,
    /// There are bytes other than zero after the content.
    #[error("something follows the plaintext's end")]
    Trailing,
}

/// Begins a payload of a kind. The buffer has its final capacity, since growing would leave a copy behind.
pub(super) fn writer(kind: u8) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(PLAINTEXT_BYTES));
    out.extend_from_slice(&[VERSION, kind]);
    out
}

/// Begins a payload whose content follows a grant's token.
pub(super) fn writer_after_token(kind: u8, token: &GrantToken) -> Zeroizing<Vec<u8>> {
    let mut out = writer(kind);
    out.extend_from_slice(token.bytes());
    out
}

/// Checks size, version and kind, and returns the rest.
pub(super) fn reader(bytes: &[u8], kind: u8) -> Result<Reader<'_>, PayloadError> {
    if bytes.len() != PLAINTEXT_BYTES {
        return Err(PayloadError::Size);
    }
    let mut reader = Reader(bytes);
    match reader.byte()? {
        VERSION => {}
        other => return Err(PayloadError::Version(other)),
    }
    if reader.byte()? != kind {
        return Err(PayloadError::OtherPayload);
    }
    Ok(reader)
}

/// The same for a payload whose content follows a grant's token.
pub(super) fn reader_after_token(bytes: &[u8], kind: u8) -> Result<(Reader<'_>, GrantToken), PayloadError> {
    let mut reader = reader(bytes, kind)?;
    let token = GrantToken::from_bytes(reader.take::<TOKEN_BYTES>()?);
    Ok((reader, token))
}

/// The unread bytes. It borrows them, so no secret is copied on the way.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// The next `N` bytes.
    pub(super) fn take<const N: usize>(&mut self) -> Result<&'a [u8; N], PayloadError> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(PayloadError::Size)?;
        self.0 = rest;
        Ok(taken)
    }

    /// The next byte.
    pub(super) fn byte(&mut self) -> Result<u8, PayloadError> {
        self.take::<1>().map(|[byte]| *byte)
    }

    /// The next ten characters, as an enrolment code or a station code.
    pub(super) fn code(&mut self) -> Result<EnrolmentCode, PayloadError> {
        let characters =
            std::str::from_utf8(self.take::<CODE_CHARACTERS>()?).map_err(|_| PayloadError::Malformed)?;
        EnrolmentCode::parse(characters).map_err(|_| PayloadError::Malformed)
    }

    /// The next 22 bytes, as a telephone number.
    pub(super) fn number(&mut self) -> Result<PhoneNumber, PayloadError> {
        PhoneNumber::from_bytes(self.take::<NUMBER_BYTES>()?).ok_or(PayloadError::Malformed)
    }

    /// Checks that only zeros follow.
    pub(super) fn end(self) -> Result<(), PayloadError> {
        if self.0.iter().all(|byte| *byte == 0) { Ok(()) } else { Err(PayloadError::Trailing) }
    }
}
