//! Attempts at a person's sign-in codes. Each is counted as wrong before the code is checked.

use domain::{DAY_MILLIS, PersonId};

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::{Reader, StoreError, Tx};

/// Where an attempt comes from. The two are counted apart, so that a stranger outside cannot stop somebody at school.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptOrigin {
    /// A school's network.
    School,
    /// Anywhere else.
    Outside,
}

impl AttemptOrigin {
    const fn name(self) -> &'static str {
        match self {
            Self::School => "school",
            Self::Outside => "outside",
        }
    }
}

/// Whether a code may be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// It may. The attempt counts as wrong until the code turns out to be right.
    Counted {
        /// The attempts of the day, with this one.
        day_tries: i64,
    },
    /// It may not, and the attempt is not counted.
    Wait {
        /// When the next attempt is allowed, in milliseconds since 1970.
        until: i64,
    },
}

/// The limits on attempts.
#[derive(Debug, Clone, Copy)]
pub struct AttemptLimits {
    /// The wait after the first wrong code.
    pub first_ms: i64,
    /// The longest wait.
    pub longest_ms: i64,
    /// Wrong codes a day; `None` for no such limit.
    pub a_day: Option<i64>,
}

impl Reader {
    /// Whether the last attempt from outside was wrong for more than `most` people, after a time and until now. Later times
    /// come from before a clock was set back.
    pub async fn are_more_refused(&mut self, most: i64, after: i64, now: i64) -> Result<bool, StoreError> {
        let one_more: Option<i64> = on!(self, open => sqlx::query_scalar(
            "select refused_at from verify_tries
             where refused_at > 0 and refused_at > $2 and refused_at <= $3 order by refused_at limit 1 offset $1",
        )
        .bind(most)
        .bind(after)
        .bind(now)
        .fetch_optional(open)
        .await
        .doing("counting who was refused"))?;
        Ok(one_more.is_some())
    }
}

impl Tx {
    /// Counts an attempt in one statement, so that of many at once only one is let through.
    pub async fn count_attempt(
        &mut self,
        person: PersonId,
        place: AttemptOrigin,
        limits: AttemptLimits,
        now: i64,
    ) -> Result<AttemptOutcome, StoreError> {
        let counted: Option<i64> = on!(self, open => sqlx::query_scalar(
            "insert into verify_tries (person, place, delay_ms, next_at, day_from, day_tries)
             values ($1, $2, $3, $4, $5, 1)
             on conflict (person, place) do update set
                 delay_ms = case
                     when verify_tries.delay_ms = 0 or verify_tries.next_at <= $6 then $3
                     when verify_tries.delay_ms * 2 > $7 then $7
                     else verify_tries.delay_ms * 2 end,
                 next_at = $5 + case
                     when verify_tries.delay_ms = 0 or verify_tries.next_at <= $6 then $3
                     when verify_tries.delay_ms * 2 > $7 then $7
                     else verify_tries.delay_ms * 2 end,
                 day_from = case when verify_tries.day_from <= $6 then $5 else verify_tries.day_from end,
                 day_tries = case when verify_tries.day_from <= $6 then 1 else verify_tries.day_tries + 1 end
             where verify_tries.next_at <= $5
               and ($8 = 0 or verify_tries.day_tries < $8 or verify_tries.day_from <= $6)
             returning day_tries",
        )
        .bind(person.to_string())
        .bind(place.name())
        .bind(limits.first_ms.min(limits.longest_ms))
        .bind(now + limits.first_ms.min(limits.longest_ms))
        .bind(now)
        .bind(now - DAY_MILLIS)
        .bind(limits.longest_ms)
        .bind(limits.a_day.unwrap_or(0))
        .fetch_optional(open)
        .await
        .doing("counting an attempt"))?;
        if let Some(day_tries) = counted {
            return Ok(AttemptOutcome::Counted { day_tries });
        }
        let (next_at, day_from, day_tries): (i64, i64, i64) = on!(self, open => sqlx::query_as(
            "select next_at, day_from, day_tries from verify_tries where person = $1 and place = $2",
        )
        .bind(person.to_string())
        .bind(place.name())
        .fetch_one(open)
        .await
        .doing("reading the attempts"))?;
        let day_is_full = limits.a_day.is_some_and(|most| day_tries >= most) && day_from > now - DAY_MILLIS;
        let until = if day_is_full { next_at.max(day_from + DAY_MILLIS) } else { next_at };
        Ok(AttemptOutcome::Wait { until })
    }

    /// Notes that an attempt from outside was wrong. Apart from the count, so that right codes never touch the index.
    pub async fn record_refused_attempt(&mut self, person: PersonId, now: i64) -> Result<(), StoreError> {
        on!(self, open => sqlx::query(
            "update verify_tries set refused_at = $2 where person = $1 and place = 'outside'",
        )
        .bind(person.to_string())
        .bind(now)
        .execute(open)
        .await
        .done("noting a wrong attempt"))?;
        Ok(())
    }

    /// Notes that the code was right: there is no delay any more, and one failure less today.
    pub async fn clear_attempts(&mut self, person: PersonId, place: AttemptOrigin) -> Result<(), StoreError> {
        on!(self, open => sqlx::query(
            "update verify_tries set delay_ms = 0, next_at = 0, day_tries = day_tries - 1, refused_at = 0
             where person = $1 and place = $2",
        )
        .bind(person.to_string())
        .bind(place.name())
        .execute(open)
        .await
        .done("clearing the attempts"))?;
        Ok(())
    }
}
