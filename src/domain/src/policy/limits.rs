//! Limits on guessing, on time and on size.

use serde::{Deserialize, Serialize};

use super::defaults::settings_with_defaults;

settings_with_defaults! {
    /// Limits on guessing. The store counts, so several nodes share one count.
    Limits {
        /// Wrong enrolment codes in 15 minutes from one address outside the schools, 3 to 1,000.
        code_failures_outside: u32 = 10,
        /// Wrong enrolment codes in 15 minutes from one school's network, 10 to 10,000. A whole school may share one
        /// address.
        code_failures_school: u32 = 100,
        /// Wrong enrolment codes in an hour from all addresses outside together, 10 to 100,000.
        code_failures_outside_total_hour: u32 = 600,
        /// Wrong sign-in codes for one person in a day from outside, 5 to 100.
        verify_failures_outside_day: u32 = 30,
        /// People whose last sign-in code from outside was wrong, within an hour, 3 to 10,000. More of them raise an
        /// alert and stop nobody. A right code follows an honest mistake, so even a large trust stays far below. One
        /// guess at each of many people is seen at the twenty-first.
        verify_refused_people_outside_hour: u32 = 20,
        /// The delay in seconds after the first wrong sign-in code, 1 to 60. It doubles with each further one.
        verify_delay_first_secs: u32 = 1,
        /// The longest delay in seconds, 1 to 3,600. Nothing locks a person out for good.
        verify_delay_longest_secs: u32 = 15 * 60,
    }
}

settings_with_defaults! {
    /// How long the rights to act last.
    Lifetimes {
        /// Minutes until an unused session ends, 5 to 240.
        session_idle_minutes: u32 = 30,
        /// Hours after which a session ends in any case, 1 to 24. The default is a working day.
        session_hours: u32 = 8,
        /// Days within which an enrolment may be submitted, 1 to 90. A laptop may be offline over the holidays.
        grant_days: u32 = 30,
        /// Days for which the computer remembers the page that a person reached, 1 to 60.
        resume_days: u32 = 14,
    }
}

settings_with_defaults! {
    /// After how many days the service deletes data by itself.
    Retention {
        /// Days that an unused grant is kept after its expiry, 1 to 365.
        unused_grant_days: u32 = 30,
        /// Days that network addresses are kept, 1 to 730.
        address_days: u32 = 90,
        /// Days that a person's data is kept after their departure, 1 to 365.
        departed_days: u32 = 30,
        /// Days that the audit is kept, 90 to 3,650.
        audit_days: u32 = 730,
    }
}

settings_with_defaults! {
    /// How the service takes requests.
    Answering {
        /// The largest request body in bytes, 8,192 to 1,048,576.
        body_limit_bytes: usize = 64 * 1024,
    }
}
