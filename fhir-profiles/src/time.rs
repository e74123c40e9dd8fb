//! FHIR's dates and times (<https://hl7.org/fhir/R4/datatypes.html#dateTime>) as ranges of milliseconds. A text without a
//! zone is read as Dutch local time, in stored resources and in search values alike.

use std::sync::LazyLock;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

static ZONE: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get("Europe/Amsterdam").unwrap_or(TimeZone::UTC));

/// The half-open range of milliseconds since 1970 UTC that a `date`, `dateTime`, `instant` or search value covers: a year
/// covers all of that year, a time with seconds covers that second.
pub fn parse_range(text: &str) -> Option<(i64, i64)> {
    let (date, rest) = match text.find('T') {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    match rest {
        Some(rest) => moment(day(date)?, rest),
        None => whole(date),
    }
}

/// The moment in UTC with milliseconds, as FHIR's `instant`. Moments outside the years that FHIR can write become the
/// nearest one that it can.
pub fn format_instant(ms: i64) -> String {
    const FIRST: i64 = -62_135_596_800_000;
    const LAST: i64 = 253_402_207_199_999;
    let stamp = Timestamp::from_millisecond(ms.clamp(FIRST, LAST)).unwrap_or(Timestamp::UNIX_EPOCH);
    let civil = TimeZone::UTC.to_datetime(stamp);
    let (date, time) = (civil.date(), civil.time());
    let (hour, minute, second, milli) = (time.hour(), time.minute(), time.second(), time.millisecond());
    format!("{date}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

/// The day on which a moment is in Dutch local time, as FHIR writes a `date`.
pub fn format_day(ms: i64) -> String {
    let stamp = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX);
    ZONE.to_datetime(stamp).date().to_string()
}

/// The moment so many months and days later on the Dutch calendar, at the same time of the day.
pub fn shifted(ms: i64, months: i64, days: i64) -> Option<i64> {
    let before = ZONE.to_datetime(Timestamp::from_millisecond(ms).ok()?);
    let span = jiff::Span::new().try_months(months).ok()?.try_days(days).ok()?;
    local(before.checked_add(span).ok()?)
}

/// A year, month or day, in Dutch local time.
fn whole(text: &str) -> Option<(i64, i64)> {
    let (first, next) = match text.len() {
        4 => {
            let first = civil(digits(text)?, 1, 1)?;
            (first, first.checked_add(1.year()))
        }
        7 => {
            let (year, month) = text.split_once('-')?;
            let first = civil(digits(year)?, digits(month)?, 1)?;
            (first, first.checked_add(1.month()))
        }
        _ => {
            let first = day(text)?;
            (first, first.checked_add(1.day()))
        }
    };
    let high = next.ok().and_then(|date| local(date.at(0, 0, 0, 0))).unwrap_or(i64::MAX);
    Some((local(first.at(0, 0, 0, 0))?, high))
}

fn day(text: &str) -> Option<Date> {
    if text.len() != 10 || !text.is_ascii() || text.as_bytes()[4] != b'-' || text.as_bytes()[7] != b'-' {
        return None;
    }
    civil(digits(&text[..4])?, digits(&text[5..7])?, digits(&text[8..])?)
}

fn civil(year: i64, month: i64, day: i64) -> Option<Date> {
    let date = Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?);
    date.ok().filter(|_| year > 0)
}

/// Only digits; no sign, no spaces.
fn digits(text: &str) -> Option<i64> {
    let good = !text.is_empty() && text.len() < 10 && text.bytes().all(|b| b.is_ascii_digit());
    good.then(|| text.parse().ok()).flatten()
}

/// A time of day with minutes, seconds or fractions, with or without a zone.
fn moment(date: Date, text: &str) -> Option<(i64, i64)> {
    let at = text.find(['Z', '+', '-', ' ']).unwrap_or(text.len());
    let (clock, zone) = text.is_char_boundary(at).then(|| text.split_at(at))?;
    let (whole, fraction) = match clock.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (clock, None),
    };
    let mut parts = whole.split(':');
    let (hour, minute) = (two(parts.next()?)?, two(parts.next()?)?);
    let second = parts.next().map(two);
    if parts.next().is_some() || (fraction.is_some() && second.is_none()) {
        return None;
    }
    // A leap second counts as the second before it.
    let seconds = second.map_or(Some(0), |second| second)?.min(59);
    let time = Time::new(hour, minute, seconds, 0).ok()?;
    let start = zoned(DateTime::from_parts(date, time), zone)?;
    let (offset, width) = match (second, fraction) {
        (None, _) => (0, 60_000),
        (Some(_), None) => (0, 1_000),
        (Some(_), Some(fraction)) => milliseconds(fraction)?,
    };
    Some((start + offset, start + offset + width))
}

/// A fraction of a second as its first millisecond and its width.
fn milliseconds(fraction: &str) -> Option<(i64, i64)> {
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value = digits(&fraction[..fraction.len().min(3)])?;
    Some(match fraction.len() {
        1 => (value * 100, 100),
        2 => (value * 10, 10),
        _ => (value, 1),
    })
}

fn two(text: &str) -> Option<i8> {
    if text.len() == 2 { digits(text)?.try_into().ok() } else { None }
}

/// The moment of a local time in the zone that the text names. A space stands for a `+` that a URL lost.
fn zoned(local_time: DateTime, zone: &str) -> Option<i64> {
    let Some(first) = zone.chars().next() else { return local(local_time) };
    if zone == "Z" {
        return Some(utc(local_time));
    }
    let (hours, minutes) = zone[first.len_utf8()..].split_once(':')?;
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    if hours > 14 || minutes > 59 || first == 'Z' {
        return None;
    }
    let ahead = SignedDuration::from_mins(i64::from(hours) * 60 + i64::from(minutes));
    let ahead = if first == '-' { -ahead } else { ahead };
    local_time.checked_sub(ahead).ok().map(utc)
}

/// A local time of ours. The last day of 9999, which many systems write for "without an end", is past what the library knows: it is
/// in winter.
fn local(time: DateTime) -> Option<i64> {
    const HOUR: i64 = 3_600_000;
    match ZONE.to_timestamp(time) {
        Ok(stamp) => Some(stamp.as_millisecond()),
        Err(_) => (time.year() == 9999).then(|| utc(time) - HOUR),
    }
}

/// A time in UTC.
fn utc(time: DateTime) -> i64 {
    let since = time.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0));
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_covers_all_that_it_leaves_open() {
        let table = [
            ("2024-06-01T12:00:00Z", "2024-06-01T12:00:00.000Z", "2024-06-01T12:00:01.000Z"),
            ("2024-06-01T12:00Z", "2024-06-01T12:00:00.000Z", "2024-06-01T12:01:00.000Z"),
            ("2024-06-01T12:00:00.5+02:00", "2024-06-01T10:00:00.500Z", "2024-06-01T10:00:00.600Z"),
            ("2024-06-01T12:00:00.123456-05:30", "2024-06-01T17:30:00.123Z", "2024-06-01T17:30:00.124Z"),
            ("2024-06-01T12:00:00", "2024-06-01T10:00:00.000Z", "2024-06-01T10:00:01.000Z"),
            ("2024-01-15", "2024-01-14T23:00:00.000Z", "2024-01-15T23:00:00.000Z"),
            ("2024-06-15", "2024-06-14T22:00:00.000Z", "2024-06-15T22:00:00.000Z"),
            ("2024-03-31", "2024-03-30T23:00:00.000Z", "2024-03-31T22:00:00.000Z"),
            ("2024-02", "2024-01-31T23:00:00.000Z", "2024-02-29T23:00:00.000Z"),
            ("2024", "2023-12-31T23:00:00.000Z", "2024-12-31T23:00:00.000Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000Z", "2017-01-01T00:00:00.000Z"),
        ];
        for (text, low, high) in table {
            let (from, to) = parse_range(text).expect(text);
            assert_eq!((format_instant(from).as_str(), format_instant(to).as_str()), (low, high), "{text}");
        }
    }

    #[test]
    fn a_day_comes_back_as_it_was_written() {
        for day in ["2024-01-15", "2024-03-31", "2024-10-27", "2199-01-01"] {
            let (low, high) = parse_range(day).expect(day);
            assert_eq!((format_day(low), format_day(high - 1)), (day.to_owned(), day.to_owned()));
        }
    }

    #[test]
    fn the_last_day_that_can_be_written_is_a_day() {
        let day = parse_range("9999-12-31").expect("a day");
        assert_eq!(day, (parse_range("9999-12-31T00:00:00+01:00").expect("a moment").0, i64::MAX));
        for text in ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59", "9999-12", "9999", "9999-12-31T12:00:00-11:00"] {
            let (low, high) = parse_range(text).expect(text);
            assert!(low < high && low >= parse_range("9998-12-31").expect("a day").1, "{text}");
        }
        assert_eq!(parse_range("9999-12-31T00:00:00Z"), Some((253_402_214_400_000, 253_402_214_401_000)));
    }

    #[test]
    fn a_text_that_is_no_date_is_refused() {
        let table = [
            "",
            "24",
            "2024-13",
            "2024-1-1",
            "2024-02-30",
            "2024-01-01T",
            "2024-01-01T12",
            "2024-01-01T24:00:00Z",
            "2024-01-01T12:00:00.Z",
            "2024-01-01T12:00:00+2:00",
            "2024-01-01T12:00:00+99:00",
            "0000",
            "+024",
            "T10:00",
            "2024-01-01T1é:00",
            "20é4",
            "2024-01-01T12:00:00Zx",
            "2024-01é",
        ];
        for text in table {
            assert_eq!(parse_range(text), None, "{text}");
        }
    }

    #[test]
    fn the_last_year_has_no_end_and_formatting_never_fails() {
        assert_eq!(parse_range("9999").map(|range| range.1), Some(i64::MAX));
        assert_eq!(format_instant(i64::MAX).len(), "2024-06-01T12:00:00.000Z".len());
        assert_eq!(format_instant(i64::MIN), "0001-01-01T00:00:00.000Z");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[0-9TZ:.+é -]{0,40}") {
            if let Some((low, high)) = parse_range(&text) {
                assert!(low < high);
            }
        }

        #[test]
        fn a_formatted_moment_reads_back(ms in -60_000_000_000_000_i64..250_000_000_000_000) {
            assert_eq!(parse_range(&format_instant(ms)), Some((ms, ms + 1)));
        }
    }
}
