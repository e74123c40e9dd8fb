//! Dates of the demo region, all counted back from one moment that the caller gives.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Zoned};

/// The moment at which the region is made, in Dutch time.
#[derive(Debug, Clone)]
pub struct Clock {
    now: Zoned,
}

impl Clock {
    /// A clock that stands still at `now_ms` (milliseconds since 1970, UTC).
    pub fn new(now_ms: i64) -> Self {
        let moment = Timestamp::from_millisecond(now_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        let zone = TimeZone::get("Europe/Amsterdam").unwrap_or(TimeZone::UTC);
        Self { now: moment.to_zoned(zone) }
    }

    fn day(&self, days_ago: i64) -> Date {
        let span = Span::new().try_days(days_ago).unwrap_or_default();
        self.now.date().saturating_sub(span)
    }

    /// A FHIR `date`, so many days ago (negative: to come).
    pub fn date(&self, days_ago: i64) -> String {
        self.day(days_ago).to_string()
    }

    /// A FHIR `dateTime` or `instant`, so many days ago at that time of the day; never later than now for days in the past.
    pub fn at(&self, days_ago: i64, hour: i8, minute: i8) -> String {
        let time = Time::new(hour, minute, 0, 0).unwrap_or(Time::midnight());
        let zoned = self
            .day(days_ago)
            .to_datetime(time)
            .to_zoned(self.now.time_zone().clone())
            .unwrap_or_else(|_| self.now.clone());
        let zoned = if days_ago >= 0 && zoned > self.now { self.now.clone() } else { zoned };
        zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    /// The date of birth of someone who is `years` old and had a birthday `days` days ago.
    pub fn born(&self, years: i64, days: i64) -> String {
        let span = Span::new().try_years(years).unwrap_or_default();
        self.day(days).saturating_sub(span).to_string()
    }

    /// The date so many years after a date of birth.
    pub fn birthday(birth_date: &str, years: i64) -> String {
        let span = Span::new().try_years(years).unwrap_or_default();
        birth_date.parse::<Date>().map_or_else(|_| birth_date.to_owned(), |date| date.saturating_add(span).to_string())
    }
}
