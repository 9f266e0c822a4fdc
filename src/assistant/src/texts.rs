//! The words of the pages, from `assets/locales`, compiled in. `fl!` checks each id and argument while compiling.
//!
//! Not here: any word.

use domain::{Date, WallTime};
use i18n_embed::{
    LanguageLoader,
    fluent::{FluentLanguageLoader, fluent_language_loader},
};
use i18n_embed_fl::fl;

#[derive(rust_embed::RustEmbed)]
#[folder = "../../assets/locales"]
struct Locales;

/// The words in one language.
pub struct Texts {
    loader: FluentLanguageLoader,
}

/// Why there are no words. Cannot happen in a program that was tested.
#[derive(Debug, thiserror::Error)]
#[error("the words of the pages could not be read")]
pub struct TextsError(#[from] i18n_embed::I18nEmbedError);

impl Texts {
    /// British English.
    pub fn english() -> Result<Self, TextsError> {
        let loader: FluentLanguageLoader = fluent_language_loader!();
        loader.load_fallback_language(&Locales)?;
        // Direction marks around every name would be read out by some screen readers.
        loader.set_use_isolating(false);
        Ok(Self { loader })
    }

    /// What `fl!` reads from.
    pub(crate) fn loader(&self) -> &FluentLanguageLoader {
        &self.loader
    }

    /// "5 January 2027".
    pub(crate) fn date(&self, date: Date) -> String {
        let (year, month, day) = date.parts();
        let loader = &self.loader;
        let month = match month {
            1 => fl!(loader, "month-1"),
            2 => fl!(loader, "month-2"),
            3 => fl!(loader, "month-3"),
            4 => fl!(loader, "month-4"),
            5 => fl!(loader, "month-5"),
            6 => fl!(loader, "month-6"),
            7 => fl!(loader, "month-7"),
            8 => fl!(loader, "month-8"),
            9 => fl!(loader, "month-9"),
            10 => fl!(loader, "month-10"),
            11 => fl!(loader, "month-11"),
            _ => fl!(loader, "month-12"),
        };
        fl!(loader, "date", day = day.to_string(), month = month, year = year.to_string())
    }

    /// "10:44".
    pub(crate) fn time_of_day(&self, time: WallTime) -> String {
        let (hour, minute) = (format!("{:02}", time.hour), format!("{:02}", time.minute));
        fl!(self.loader, "time-of-day", hour = hour, minute = minute)
    }

    /// "30 days", or "2 years" where that is exact.
    pub(crate) fn days(&self, days: u32) -> String {
        if days > 0 && days.is_multiple_of(365) {
            let years = days / 365;
            fl!(self.loader, "for-years", count = years)
        } else {
            fl!(self.loader, "for-days", count = days)
        }
    }

    /// "40 seconds", "4 minutes" or "13 hours", rounded to what people say.
    pub(crate) fn secs(&self, secs: i64) -> String {
        let secs = secs.saturating_abs();
        if secs < 60 {
            fl!(self.loader, "for-seconds", count = secs)
        } else if secs < 2 * 60 * 60 {
            let minutes = (secs + 30) / 60;
            fl!(self.loader, "for-minutes", count = minutes)
        } else {
            let hours = (secs + 30 * 60) / 3600;
            fl!(self.loader, "for-hours", count = hours)
        }
    }
}

#[cfg(test)]
mod tests;
