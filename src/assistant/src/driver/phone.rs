//! Carries out what has to do with the telephone number: the keeper judges and seals it, the world calls it.

use domain::Region;
use i18n_embed_fl::fl;
use journey::{Attempt, CallFault, Event, FieldId, NumberId, ServiceFault};

use super::Driver;
use crate::effects::{Effects, Work};

impl<E: Effects> Driver<E> {
    pub(super) fn preview_number(&mut self, field: FieldId, region: Region) {
        if let Some(document) = &self.document {
            let word = fl!(self.texts.loader(), "number-extension");
            self.keeper.preview_number(field, region, &document.policy.numbers, &word);
        }
    }

    pub(super) fn judge_number(&mut self, attempt: Attempt, field: FieldId, region: Region) -> Option<Event> {
        let document = self.document.as_ref()?;
        let word = fl!(self.texts.loader(), "number-extension");
        let judged = self.keeper.judge_number(field, region, &document.policy.numbers, &word);
        Some(Event::NumberJudged(attempt, judged))
    }

    pub(super) fn start_call(&mut self, attempt: Attempt, number: NumberId) -> Result<(), CallFault> {
        let unexpected = CallFault::Service(ServiceFault::Unexpected);
        let document = self.document.clone().ok_or(unexpected)?;
        let Self { keeper, effects, .. } = self;
        let now = effects.now();
        let (call, sealed) = keeper
            .seal_call(number, &document, now, &mut |into| effects.entropy(into))
            .map_err(|_| unexpected)?;
        self.effects.run(Work::StartCall(attempt, call, sealed));
        Ok(())
    }
}
