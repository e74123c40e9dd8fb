//! Dates as people read them.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::frame::Lang;

fn month(lang: Lang, number: i8) -> &'static str {
    let (dutch, english) = crate::documents::month(number);
    lang.t(dutch, english)
}

/// A day, as `31 december 2026`.
pub fn day(lang: Lang, date: Date) -> String {
    format!("{} {} {}", date.day(), month(lang, date.month()), date.year())
}

/// A moment on the local clock, as `31 december 2026 om 9:05`.
pub fn moment(lang: Lang, at: DateTime) -> String {
    let joint = lang.t("om", "at");
    format!("{} {joint} {}:{:02}", day(lang, at.date()), at.hour(), at.minute())
}

/// A date, partial date or instant as data carries it (`2026`, `2026-12`, `2026-12-31`, `2026-12-31T09:05:00+01:00`).
///
/// An instant is shown on the clock of `zone`. Text that is none of these comes back as it is.
pub fn recorded(lang: Lang, text: &str, zone: &TimeZone) -> String {
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return moment(lang, zone.to_datetime(instant));
    }
    match (text.len(), text.get(..4), text.get(5..7)) {
        (7, Some(year), Some(number)) => match number.parse::<i8>() {
            Ok(number @ 1..=12) => format!("{} {year}", month(lang, number)),
            _ => text.to_owned(),
        },
        (10, ..) => text.parse::<Date>().map_or_else(|_| text.to_owned(), |date| day(lang, date)),
        _ => text.to_owned(),
    }
}
