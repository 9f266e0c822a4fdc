//! Tries at a person's sign-in codes, counted before they are looked at.

use domain::{DAY_MILLIS, PersonId};

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::{Reader, StoreError, Tx};

/// From where. The two count apart, so that a stranger outside cannot stop somebody at school.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    School,
    Outside,
}

impl Place {
    const fn name(self) -> &'static str {
        match self {
            Self::School => "school",
            Self::Outside => "outside",
        }
    }
}

/// Whether a try may be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TryCounted {
    /// Counted as wrong until it turns out to be right.
    Counted {
        /// Tries of the day, with this one.
        day_tries: i64,
    },
    /// Not counted and not to be looked at until then.
    Wait { until: i64 },
}

/// The limits on tries.
#[derive(Debug, Clone, Copy)]
pub struct TryLimits {
    pub first_ms: i64,
    pub longest_ms: i64,
    /// Failures a day; `None` for no such limit.
    pub a_day: Option<i64>,
}

impl Reader {
    /// Whether the last try from outside was wrong of more than `most` people, after a time and until now. What lies
    /// ahead was written before a clock was set back.
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
    /// Counts a try in one statement: of many at once only one is let through.
    pub async fn count_try(
        &mut self,
        person: PersonId,
        place: Place,
        limits: TryLimits,
        now: i64,
    ) -> Result<TryCounted, StoreError> {
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
        .doing("counting a try"))?;
        if let Some(day_tries) = counted {
            return Ok(TryCounted::Counted { day_tries });
        }
        let (next_at, day_from, day_tries): (i64, i64, i64) = on!(self, open => sqlx::query_as(
            "select next_at, day_from, day_tries from verify_tries where person = $1 and place = $2",
        )
        .bind(person.to_string())
        .bind(place.name())
        .fetch_one(open)
        .await
        .doing("reading the tries"))?;
        let day_is_full = limits.a_day.is_some_and(|most| day_tries >= most) && day_from > now - DAY_MILLIS;
        let until = if day_is_full { next_at.max(day_from + DAY_MILLIS) } else { next_at };
        Ok(TryCounted::Wait { until })
    }

    /// The try was wrong, and came from outside. Apart from the count, so that right ones never touch the index.
    pub async fn note_refused(&mut self, person: PersonId, now: i64) -> Result<(), StoreError> {
        on!(self, open => sqlx::query(
            "update verify_tries set refused_at = $2 where person = $1 and place = 'outside'",
        )
        .bind(person.to_string())
        .bind(now)
        .execute(open)
        .await
        .done("noting a wrong try"))?;
        Ok(())
    }

    /// The try was right: no delay any more, and it was no failure of the day's.
    pub async fn clear_tries(&mut self, person: PersonId, place: Place) -> Result<(), StoreError> {
        on!(self, open => sqlx::query(
            "update verify_tries set delay_ms = 0, next_at = 0, day_tries = day_tries - 1, refused_at = 0
             where person = $1 and place = $2",
        )
        .bind(person.to_string())
        .bind(place.name())
        .execute(open)
        .await
        .done("clearing the tries"))?;
        Ok(())
    }
}
