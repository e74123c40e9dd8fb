//! FHIR dates (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`, with or without a time) as days on the Dutch calendar and as words.

use super::text::Text;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::sync::LazyLock;

const MONTHS: [(&str, &str); 12] = [
    ("januari", "January"),
    ("februari", "February"),
    ("maart", "March"),
    ("april", "April"),
    ("mei", "May"),
    ("juni", "June"),
    ("juli", "July"),
    ("augustus", "August"),
    ("september", "September"),
    ("oktober", "October"),
    ("november", "November"),
    ("december", "December"),
];

/// The name of a month, 1 to 12, in Dutch and in English.
pub fn month(number: i8) -> (&'static str, &'static str) {
    let at = usize::try_from(number).unwrap_or(1).saturating_sub(1).min(11);
    MONTHS[at]
}

static AMSTERDAM: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get("Europe/Amsterdam").unwrap_or(TimeZone::UTC));

fn amsterdam() -> TimeZone {
    AMSTERDAM.clone()
}

fn moment(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The day in the Netherlands at this moment.
pub(super) fn today(now_ms: i64) -> Date {
    moment(now_ms).to_zoned(amsterdam()).date()
}

/// The moment as a FHIR instant in UTC.
pub(super) fn instant(now_ms: i64) -> String {
    moment(now_ms).to_string()
}

/// The first day that a FHIR date can mean.
pub(super) fn day(text: &str) -> Option<Date> {
    if text.len() > 10 {
        let at: Timestamp = text.parse().ok()?;
        return Some(at.to_zoned(amsterdam()).date());
    }
    let mut parts = text.split('-');
    let year = parts.next()?.parse().ok()?;
    let month = parts.next().map_or(Some(1), |part| part.parse().ok())?;
    let number = parts.next().map_or(Some(1), |part| part.parse().ok())?;
    Date::new(year, month, number).ok()
}

/// The last day that a FHIR date can mean.
pub(super) fn last_day(text: &str) -> Option<Date> {
    let first = day(text)?;
    match text.len() {
        4 => Some(date(first.year(), 12, 31)),
        7 => Some(first.last_of_month()),
        _ => Some(first),
    }
}

/// A number that puts FHIR dates of different precision in order.
pub(super) fn order(text: &str) -> i64 {
    if text.len() > 10
        && let Ok(at) = text.parse::<Timestamp>()
    {
        return at.as_second();
    }
    day(text).and_then(|found| found.to_zoned(amsterdam()).ok()).map_or(i64::MIN, |found| found.timestamp().as_second())
}

/// The day that lies this many months before.
pub(super) fn months_before(from: Date, months: i64) -> Date {
    from.checked_sub(months.months()).unwrap_or(from)
}

/// A day in words.
pub(super) fn words(found: Date) -> Text {
    let (nl, en) = month(found.month());
    Text::new(format!("{} {nl} {}", found.day(), found.year()), format!("{} {en} {}", found.day(), found.year()))
}

/// A FHIR date in words, without a time of day; what is not a date is shown as it stands.
pub(super) fn readable(text: &str) -> Text {
    let Some(found) = day(text) else {
        return Text::same(text);
    };
    let (nl, en) = month(found.month());
    match text.len() {
        4 => Text::same(found.year().to_string()),
        7 => Text::new(format!("{nl} {}", found.year()), format!("{en} {}", found.year())),
        _ => words(found),
    }
}

/// A FHIR date in words, with the time of day on the Dutch clock when it has one.
pub(super) fn readable_time(text: &str) -> Text {
    let day_text = readable(text);
    let Ok(at) = text.parse::<Timestamp>() else {
        return day_text;
    };
    let local = at.to_zoned(amsterdam());
    let clock = format!("{:02}:{:02}", local.hour(), local.minute());
    Text::new(format!("{}, {clock} uur", day_text.nl), format!("{}, {clock}", day_text.en))
}

/// The moment in words, with the time of day.
pub(super) fn now_words(now_ms: i64) -> Text {
    readable_time(&instant(now_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_as_dutch_people_write_them() {
        for (text, nl, en) in [
            ("2025-03-03", "3 maart 2025", "3 March 2025"),
            ("2025-03", "maart 2025", "March 2025"),
            ("2025", "2025", "2025"),
            ("2025-03-02T23:30:00Z", "3 maart 2025", "3 March 2025"),
            ("gisteren", "gisteren", "gisteren"),
            ("2025-13-40", "2025-13-40", "2025-13-40"),
        ] {
            assert_eq!(readable(text), Text::new(nl, en), "{text}");
        }
        assert_eq!(readable_time("2025-07-01T10:05:00+02:00").nl, "1 juli 2025, 10:05 uur");
    }

    #[test]
    fn partial_dates_span_their_whole_period() {
        assert_eq!(last_day("2024-02"), Some(date(2024, 2, 29)));
        assert_eq!(last_day("2024"), Some(date(2024, 12, 31)));
        assert!(order("2024-05-01T12:00:00Z") > order("2024-05-01"));
        assert_eq!(months_before(date(2025, 4, 30), 2), date(2025, 2, 28));
    }
}
