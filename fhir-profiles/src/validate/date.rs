//! Dates and times (<https://hl7.org/fhir/R4/datatypes.html>): syntax, and that the day exists.

/// Two digits as a number.
fn two(text: &[u8]) -> Option<u8> {
    match text {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', ..] => Some((tens - b'0') * 10 + (ones - b'0')),
        _ => None,
    }
}

fn days(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
pub(super) fn is_date(text: &[u8]) -> bool {
    let (Some(century), Some(rest)) = (two(text), text.get(2..).and_then(two)) else { return false };
    let year = u16::from(century) * 100 + u16::from(rest);
    if year == 0 || (text.len() > 4 && text[4] != b'-') {
        return false;
    }
    if text.len() == 4 {
        return true;
    }
    let Some(month) = text.get(5..).and_then(two).filter(|month| (1..=12).contains(month)) else { return false };
    match text.len() {
        7 => true,
        10 => text[7] == b'-' && two(&text[8..]).is_some_and(|day| day >= 1 && day <= days(year, month)),
        _ => false,
    }
}

/// `hh:mm:ss` with any fraction; a second of 60 is a leap second.
pub(super) fn is_time(text: &[u8]) -> bool {
    if text.len() < 8 || text[2] != b':' || text[5] != b':' {
        return false;
    }
    let in_range = two(text).is_some_and(|hour| hour < 24)
        && two(&text[3..]).is_some_and(|minute| minute < 60)
        && two(&text[6..]).is_some_and(|second| second <= 60);
    let fraction = &text[8..];
    in_range
        && (fraction.is_empty()
            || (fraction.len() > 1 && fraction[0] == b'.' && fraction[1..].iter().all(u8::is_ascii_digit)))
}

/// `Z` or `+hh:mm`, up to 14 hours.
fn is_zone(text: &[u8]) -> bool {
    match text {
        b"Z" => true,
        [b'+' | b'-', rest @ ..] if rest.len() == 5 && rest[2] == b':' => {
            let (hour, minute) = (two(rest).unwrap_or(99), two(&rest[3..]).unwrap_or(99));
            hour < 14 && minute < 60 || hour == 14 && minute == 0
        }
        _ => false,
    }
}

/// A date with a time and a zone.
pub(super) fn is_instant(text: &[u8]) -> bool {
    if text.len() < 11 || text[10] != b'T' || !is_date(&text[..10]) {
        return false;
    }
    let time = &text[11..];
    let zone = time.iter().position(|byte| matches!(byte, b'Z' | b'+' | b'-')).unwrap_or(time.len());
    is_time(&time[..zone]) && is_zone(&time[zone..])
}

/// A date, or a date with a time and a zone.
pub(super) fn is_date_time(text: &[u8]) -> bool {
    is_date(text) || is_instant(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_those_of_the_standard() {
        for (check, good, bad) in [
            (
                is_date as fn(&[u8]) -> bool,
                &["2020", "2020-02", "2020-02-29", "0001-01-01", "2000-02-29"][..],
                &[
                    "",
                    "20",
                    "0000",
                    "2020-",
                    "2020-1",
                    "2020-13",
                    "2020-00",
                    "2021-02-29",
                    "1900-02-29",
                    "2020-04-31",
                    "2020-02-29Z",
                    "2020/02/01",
                    "2020-02-1",
                    "20200229",
                ][..],
            ),
            (
                is_date_time,
                &["2020", "2020-02-29T10:00:00Z", "2020-02-29T23:59:60.123456789+14:00", "2020-02-29T10:00:00-05:30"],
                &[
                    "2020-02-29T10:00Z",
                    "2020-02-29T10:00:00",
                    "2020-02-29 10:00:00Z",
                    "2020-02T10:00:00Z",
                    "2020-02-29T24:00:00Z",
                    "2020-02-29T10:00:00+14:01",
                    "2020-02-29T10:00:00.Z",
                    "2020-02-29T10:00:00z",
                ],
            ),
            (is_instant, &["2020-02-29T10:00:00Z"], &["2020-02-29", "2020-02-29T10:00:00", "2020-02-29T"]),
            (
                is_time,
                &["00:00:00", "23:59:59.9"],
                &["24:00:00", "10:00", "10:60:00", "10:00:00Z", "10:00:00.", "1:00:00"],
            ),
        ] {
            for text in good {
                assert!(check(text.as_bytes()), "{text}");
            }
            for text in bad {
                assert!(!check(text.as_bytes()), "{text}");
            }
        }
    }
}
