//! Dates and times as half-open ranges of milliseconds; Dutch time where no zone is given, by the rule in force since 1996
//! and winter time before (the examples name no summer times of earlier years without a zone).

const DAY: i64 = 86_400_000;

/// Days from 1970-01-01 to a civil date.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The last Sunday of a month of 31 days.
fn last_sunday(year: i64, month: i64) -> i64 {
    let last = days(year, month, 31);
    last - (last + 4).rem_euclid(7)
}

/// A local time in Amsterdam (as if it were UTC) in UTC.
fn dutch(year: i64, local: i64) -> i64 {
    let summer = (last_sunday(year, 3) * DAY + 2 * 3_600_000)..(last_sunday(year, 10) * DAY + 3 * 3_600_000);
    let ahead = if year >= 1996 && summer.contains(&local) { 2 } else { 1 };
    local - ahead * 3_600_000
}

/// A moment as the clocks in Amsterdam show it, as if that were UTC.
pub fn local(moment: i64) -> i64 {
    let [winter, summer] = [1, 2].map(|ahead| moment + ahead * 3_600_000);
    let year = 1970 + moment.div_euclid(31_556_952_000);
    if dutch(year, summer) == moment && dutch(year, winter) != moment { summer } else { winter }
}

/// The moment at which the clocks in Amsterdam show this.
pub fn in_zone(shown: i64) -> i64 {
    dutch(1970 + shown.div_euclid(31_556_952_000), shown)
}

/// Whether the rule of [`dutch`] holds for what the text says.
pub fn is_certain(text: &str) -> bool {
    let zoned = text.contains('T') && text[text.find('T').unwrap_or(0)..].contains(['Z', '+', '-']);
    zoned || text.get(..4).and_then(|year| year.parse::<i64>().ok()).is_some_and(|year| (1996..2090).contains(&year))
}

fn number(text: &str) -> Option<i64> {
    text.bytes().all(|digit| digit.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// From the first millisecond to the first one after.
pub fn range(text: &str) -> Option<(i64, i64)> {
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    let parts: Vec<i64> = date.split('-').map(number).collect::<Option<_>>()?;
    let Some(time) = time else {
        let midnight = |year: i64, month: i64, day: i64| dutch(year, days(year, month, day) * DAY);
        return match parts.as_slice() {
            [year] => Some((midnight(*year, 1, 1), midnight(year + 1, 1, 1))),
            [year, 12] => Some((midnight(*year, 12, 1), midnight(year + 1, 1, 1))),
            [year, month] => Some((midnight(*year, *month, 1), midnight(*year, month + 1, 1))),
            [year, month, day] => {
                let next = (days(*year, *month, *day) + 1) * DAY;
                Some((midnight(*year, *month, *day), dutch(*year, next)))
            }
            _ => None,
        };
    };
    let [year, month, day] = parts.as_slice() else { return None };
    let at = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(at);
    let (clock, fraction) = clock.split_once('.').map_or((clock, None), |(clock, fraction)| (clock, Some(fraction)));
    let clock: Vec<i64> = clock.split(':').map(number).collect::<Option<_>>()?;
    let (hour, minute) = (*clock.first()?, *clock.get(1)?);
    let local = days(*year, *month, *day) * DAY + hour * 3_600_000 + minute * 60_000;
    let local = local + clock.get(2).copied().unwrap_or(0).min(59) * 1000;
    let start = match zone {
        "" => dutch(*year, local),
        "Z" => local,
        _ => {
            let (hours, minutes) = zone[1..].split_once(':')?;
            let ahead = (number(hours)? * 60 + number(minutes)?) * 60_000;
            if zone.starts_with('-') { local + ahead } else { local - ahead }
        }
    };
    let (offset, width) = match (clock.len(), fraction) {
        (2, _) => (0, 60_000),
        (_, None) => (0, 1000),
        (_, Some(fraction)) => {
            let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
            (number(&digits)?, [100, 10, 1][fraction.len().clamp(1, 3) - 1])
        }
    };
    Some((start + offset, start + offset + width))
}

/// Whether a stored range passes a prefix with an asked range; the standard's table, sentence by sentence.
pub fn passes(prefix: &str, (from, to): (i64, i64), (low, high): (i64, i64), now: i64) -> bool {
    let within = from <= low && high <= to;
    match prefix {
        "eq" => within,
        "ne" => !within,
        "gt" => high > to,
        "lt" => low < from,
        "ge" => high > to || within,
        "le" => low < from || within,
        "sa" => low >= to,
        "eb" => high <= from,
        _ => {
            let margin = ((now - from).abs() / 10).max((to - from) / 10);
            low < to + margin && high > from - margin
        }
    }
}
