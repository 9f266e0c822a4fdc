//! Which kind of wrong a six-digit code was. It words the error and never accepts.

use domain::{ClockOffset, CodeVerdict, JUDGED_STEPS_NEAR, STEP_SECS, Step};

use crate::Problem;

/// A computer's clock that is out by less is blamed for nothing: every judgement allows for a step.
const CLOCK_OUT_SECS: i64 = 30;

/// How well the code's age and this computer's clock must agree: one step and a half, the width of a code
/// and the time it takes to type it.
const CLOCK_AGREES_SECS: i64 = 45;

/// Two codes of a slow typist can both be a minute old; from this many steps on, two that agree tell of a clock.
const PHONE_OUT_STEPS: i64 = 4;

/// The wrong codes of one secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct WrongCodes {
    tries: u32,
    last: Option<Wrong>,
    /// The latest code of another time, and the one of a different step before it.
    elsewhere: Option<Elsewhere>,
    before: Option<Elsewhere>,
}

/// What was wrong with one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// Not six digits.
    NotSixDigits { is_empty: bool },
    /// Right at another time.
    Elsewhere(Elsewhere),
    /// Right at no time near.
    NoMatch,
}

/// A code of another time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    step: Step,
    off_by: i64,
}

impl Wrong {
    /// `None` for a right code.
    pub(crate) fn of(verdict: CodeVerdict) -> Option<Self> {
        match verdict {
            CodeVerdict::Right { .. } => None,
            CodeVerdict::NotSixDigits { is_empty } => Some(Self::NotSixDigits { is_empty }),
            CodeVerdict::Elsewhere { step, off_by } => Some(Self::Elsewhere(Elsewhere { step, off_by })),
            CodeVerdict::NoMatch => Some(Self::NoMatch),
        }
    }
}

impl WrongCodes {
    /// Wrong tries so far.
    pub(crate) fn tries(&self) -> u32 {
        self.tries
    }

    /// Counts one more.
    pub(crate) fn add(&mut self, wrong: Wrong) {
        self.tries = self.tries.saturating_add(1);
        self.last = Some(wrong);
        if let Wrong::Elsewhere(now) = wrong {
            if let Some(earlier) = self.elsewhere.filter(|earlier| earlier.step != now.step) {
                self.before = Some(earlier);
            }
            self.elsewhere = Some(now);
        }
    }

    /// What to say about the last one, with what is known about this computer's clock.
    pub(crate) fn problem(&self, clock: ClockOffset) -> Option<Problem> {
        let tries = self.tries;
        Some(match self.last? {
            Wrong::NotSixDigits { is_empty } => Problem::CodeNotSixDigits { is_empty, tries },
            Wrong::NoMatch => Problem::CodeNoMatch { tries },
            Wrong::Elsewhere(code) => self.problem_of(code, clock),
        })
    }

    fn problem_of(&self, code: Elsewhere, clock: ClockOffset) -> Problem {
        let tries = self.tries;
        // Judged in the service's time, so this is how far whatever made the code is out. When this computer is out
        // by as much, the code was made by its clock (an app on this computer, or a phone set by it).
        let off_secs = code.off_by.saturating_mul(STEP_SECS);
        let computer_is_out = clock.secs().saturating_abs() >= CLOCK_OUT_SECS;
        if computer_is_out && off_secs.saturating_sub(clock.secs()).saturating_abs() <= CLOCK_AGREES_SECS {
            Problem::ComputerClock { secs: clock.secs(), tries }
        } else if self.two_agree(code) {
            Problem::PhoneClock { minutes: rounded_minutes(off_secs), tries }
        } else if code.off_by.saturating_abs() > JUDGED_STEPS_NEAR {
            Problem::CodeNoMatch { tries }
        } else if code.off_by < 0 {
            Problem::CodeOld { secs: off_secs.saturating_abs(), tries }
        } else {
            Problem::CodeEarly { secs: off_secs, tries }
        }
    }

    fn two_agree(&self, code: Elsewhere) -> bool {
        code.off_by.saturating_abs() >= PHONE_OUT_STEPS
            && self.before.is_some_and(|before| {
                before.step != code.step && before.off_by.saturating_sub(code.off_by).saturating_abs() <= 1
            })
    }
}

fn rounded_minutes(secs: i64) -> i64 {
    let half = if secs < 0 { -30 } else { 30 };
    secs.saturating_add(half) / 60
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Timestamp;

    fn ahead(secs: i64) -> ClockOffset {
        ClockOffset::measured(Timestamp::from_secs(secs), Timestamp::from_secs(0))
    }

    /// Codes as (step, off_by), the last one worded.
    fn diagnosed(codes: &[(i64, i64)], clock_secs: i64) -> Problem {
        let mut wrong = WrongCodes::default();
        for (step, off_by) in codes {
            wrong.add(Wrong::Elsewhere(Elsewhere { step: Step(*step), off_by: *off_by }));
        }
        wrong.problem(ahead(clock_secs)).expect("a wrong code has a problem")
    }

    #[test]
    fn each_kind_of_wrong_code_is_distinguished() {
        type Row = (&'static [(i64, i64)], i64, Problem);
        let table: [Row; 18] = [
            (&[(100, -2)], 0, Problem::CodeOld { secs: 60, tries: 1 }),
            (&[(100, -20)], 0, Problem::CodeOld { secs: 600, tries: 1 }),
            (&[(100, 3)], 0, Problem::CodeEarly { secs: 90, tries: 1 }),
            (&[(100, 21)], 0, Problem::CodeNoMatch { tries: 1 }),
            (&[(100, -2880)], 0, Problem::CodeNoMatch { tries: 1 }),
            // The same code again, older by now: nothing is learnt.
            (&[(100, -120), (100, -121)], 0, Problem::CodeNoMatch { tries: 2 }),
            (&[(100, -120), (101, -120)], 0, Problem::PhoneClock { minutes: -60, tries: 2 }),
            (&[(100, -120), (103, -121)], 0, Problem::PhoneClock { minutes: -61, tries: 2 }),
            (&[(100, -120), (103, -122)], 0, Problem::CodeNoMatch { tries: 2 }),
            (&[(100, 10), (101, 10)], 0, Problem::PhoneClock { minutes: 5, tries: 2 }),
            // A slow typist, twice.
            (&[(100, -3), (101, -3)], 0, Problem::CodeOld { secs: 90, tries: 2 }),
            // This computer is four minutes ahead, and so is the code: its clock made it.
            (&[(100, 8)], 240, Problem::ComputerClock { secs: 240, tries: 1 }),
            (&[(100, 9)], 240, Problem::ComputerClock { secs: 240, tries: 1 }),
            (&[(100, -8)], -240, Problem::ComputerClock { secs: -240, tries: 1 }),
            (&[(100, 120)], 3600, Problem::ComputerClock { secs: 3600, tries: 1 }),
            (&[(100, 10)], 240, Problem::CodeEarly { secs: 300, tries: 1 }),
            (&[(100, -8)], 240, Problem::CodeOld { secs: 240, tries: 1 }),
            (&[(100, 2)], 29, Problem::CodeEarly { secs: 60, tries: 1 }),
        ];
        for (codes, clock_secs, expected) in table {
            assert_eq!(diagnosed(codes, clock_secs), expected, "{codes:?} {clock_secs}");
        }
    }

    #[test]
    fn a_typing_slip_between_two_codes_that_agree_hides_nothing() {
        let mut wrong = WrongCodes::default();
        for one in [
            Wrong::Elsewhere(Elsewhere { step: Step(100), off_by: -120 }),
            Wrong::NotSixDigits { is_empty: false },
            Wrong::NoMatch,
            Wrong::Elsewhere(Elsewhere { step: Step(104), off_by: -120 }),
        ] {
            wrong.add(one);
        }
        assert_eq!(wrong.problem(ahead(0)), Some(Problem::PhoneClock { minutes: -60, tries: 4 }));
    }

    #[test]
    fn extremes_do_not_overflow() {
        for (off_by, minutes) in [(i64::MIN, i64::MIN / 60), (i64::MAX, i64::MAX / 60)] {
            let problem = diagnosed(&[(1, off_by), (2, off_by)], i64::MAX / 1000);
            assert_eq!(problem, Problem::PhoneClock { minutes, tries: 2 });
        }
    }
}
