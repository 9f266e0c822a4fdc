//! The telephone number, the call that tests it, and the digits that the page shows for it.

use client::Envelopes;
use domain::{CallId, NumberProblem, PhoneNumber, ProfileNumbers, Region, Timestamp, TwoDigits};
use journey::{FieldId, NumberId};
use protocol::{PolicyDocument, Sealed};
use zeroize::Zeroizing;

use super::{Entropy, Keeper, KeeperFault, fill};

/// What the keeper holds of it.
#[derive(Default)]
pub(super) struct Held {
    number: Option<(NumberId, PhoneNumber)>,
    /// As it is called, in the region it was written in.
    shown: Zeroizing<String>,
    next: u32,
    /// What is being typed, as it will be called.
    typed: Option<Zeroizing<String>>,
    /// The call that was asked for and has no end yet.
    call: Option<(NumberId, CallId, Box<Sealed>)>,
    digits: Option<TwoDigits>,
}

impl Held {
    /// The number once more, for an envelope.
    pub(super) fn again(&self, id: NumberId) -> Option<PhoneNumber> {
        let (held, number) = self.number.as_ref()?;
        (*held == id).then(|| PhoneNumber::from_bytes(number.bytes())).flatten()
    }

    /// Drops everything but the count: an id is never given out twice.
    pub(super) fn forget(&mut self) {
        *self = Self { next: self.next, ..Self::default() };
    }
}

impl Keeper {
    /// Lends a number as it is called; nothing when it is not held.
    pub fn number(&self, id: NumberId, read: &mut dyn FnMut(&str)) {
        if self.number.number.as_ref().is_some_and(|(held, _)| *held == id) {
            read(&self.number.shown);
        }
    }

    /// Lends the number that is being typed as it will be called; nothing as long as it is none.
    pub fn typed_number(&self, read: &mut dyn FnMut(&str)) {
        if let Some(typed) = &self.number.typed {
            read(typed);
        }
    }

    /// Lends the two digits to press; nothing before the service gave them.
    pub fn call_digits(&self, read: &mut dyn FnMut(&str)) {
        if let Some(digits) = &self.number.digits {
            read(digits.as_str());
        }
    }

    /// Shows what is typed as it will be called. `word` stands before an extension.
    pub(crate) fn preview_number(
        &mut self,
        field: FieldId,
        region: Region,
        rule: &ProfileNumbers,
        word: &str,
    ) {
        let typed = self.typed.of(field).as_str();
        self.number.typed = numbers::judge(typed, region, rule)
            .ok()
            .map(|number| numbers::format_number(&number, region, word));
    }

    /// Judges what is typed. The same number keeps its id, and what a call proved of it.
    pub(crate) fn judge_number(
        &mut self,
        field: FieldId,
        region: Region,
        rule: &ProfileNumbers,
        word: &str,
    ) -> Result<NumberId, NumberProblem> {
        self.preview_number(field, region, rule, word);
        let typed = self.typed.of(field).as_str();
        let number = numbers::judge(typed, region, rule)?;
        let held = &mut self.number;
        held.shown = numbers::format_number(&number, region, word);
        if let Some((id, known)) = &held.number
            && *known == number
        {
            return Ok(*id);
        }
        held.next += 1;
        let id = NumberId(held.next);
        held.number = Some((id, number));
        held.call = None;
        held.digits = None;
        Ok(id)
    }

    /// Seals the number for a test call. Asked again before the call's end is known, it is the same call, byte for byte:
    /// by anything else the service would think that another is meant.
    pub(crate) fn seal_call(
        &mut self,
        id: NumberId,
        document: &PolicyDocument,
        now: Timestamp,
        entropy: Entropy<'_>,
    ) -> Result<(CallId, Box<Sealed>), KeeperFault> {
        let number = self.number.again(id).ok_or(KeeperFault::NotHeld)?;
        let grant = self.grant.as_ref().ok_or(KeeperFault::NotHeld)?.grant.id;
        if let Some((asked, call, sealed)) = &self.number.call
            && *asked == id
        {
            return Ok((*call, sealed.clone()));
        }
        let mut random = [0_u8; 10];
        fill(entropy, &mut random)?;
        let call = CallId::at(now, random);
        let sealed =
            Envelopes::under(document).number(grant, call, number, now).map_err(|_| KeeperFault::Seal)?;
        let sealed = Box::new(sealed);
        self.number.call = Some((id, call, sealed.clone()));
        self.number.digits = None;
        Ok((call, sealed))
    }

    /// The service gave the digits for the call.
    pub(crate) fn hold_digits(&mut self, digits: TwoDigits) {
        self.number.digits = Some(digits);
    }

    /// The call has ended, or was refused: the next one is another. Gives the call that had no end until now.
    pub(crate) fn end_call(&mut self) -> Option<CallId> {
        self.number.digits = None;
        self.number.call.take().map(|(_, call, _)| call)
    }
}
