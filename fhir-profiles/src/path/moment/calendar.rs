//! Adding to a moment (<http://hl7.org/fhirpath/N1/#datetime-arithmetic>).

use jiff::civil::DateTime;
use jiff::{SignedDuration, Span, ToSpan};

use super::{Moment, MomentKind};
use crate::path::decimal::Decimal;

/// What can be added to a moment, in units of a calendar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// The unit, how many of it the word stands for.
fn unit(word: &str) -> Option<(Unit, i64)> {
    Some(match word {
        "year" => (Unit::Year, 1),
        "month" => (Unit::Month, 1),
        "week" | "wk" => (Unit::Day, 7),
        "day" | "d" => (Unit::Day, 1),
        "hour" | "h" => (Unit::Hour, 1),
        "minute" | "min" => (Unit::Minute, 1),
        "second" | "s" | "millisecond" | "ms" => (Unit::Second, 1),
        _ => return None,
    })
}

impl Moment {
    /// The moment that much later. `Err` if the unit is none of a calendar, `Ok(None)` if the result cannot be written.
    pub(in crate::path) fn plus(self, value: Decimal, word: &str) -> Result<Option<Self>, ()> {
        let (unit, times) = unit(word).ok_or(())?;
        let seconds = match word {
            "millisecond" | "ms" => value.divide(Decimal::whole(1000)).ok_or(())?,
            _ => value,
        };
        if self.kind == MomentKind::Time && unit < Unit::Hour {
            return Err(());
        }
        let amount = i64::try_from(value.truncated()).ok().and_then(|amount| amount.checked_mul(times));
        Ok(amount.and_then(|amount| self.add(amount, unit, seconds)))
    }

    fn add(self, amount: i64, unit: Unit, seconds: Decimal) -> Option<Self> {
        let coarse = |unit: Unit, amount: i64| match (self.precision, unit) {
            (1, Unit::Month) => (Unit::Year, amount / 12),
            (1, Unit::Day) => (Unit::Year, amount / 365),
            (2, Unit::Day) => (Unit::Month, amount / 30),
            (4, Unit::Minute) => (Unit::Hour, amount / 60),
            _ => (unit, amount),
        };
        let precise = self.precision == 6;
        let (unit, amount) = match unit {
            // A part of the second is kept only by what has seconds itself.
            Unit::Second if !precise => (Unit::Minute, i64::try_from(seconds.truncated()).ok()? / 60),
            other => (other, amount),
        };
        let (unit, amount) = match unit {
            Unit::Hour if self.precision < 4 => (Unit::Day, amount / 24),
            Unit::Minute if self.precision < 4 => (Unit::Day, amount / 1440),
            other => (other, amount),
        };
        let (unit, amount) = coarse(unit, amount);
        let before = self.civil()?;
        let after = match unit {
            Unit::Year => before.checked_add(Span::new().try_years(amount).ok()?).ok()?,
            Unit::Month => before.checked_add(Span::new().try_months(amount).ok()?).ok()?,
            Unit::Day => before.checked_add(Span::new().try_days(amount).ok()?).ok()?,
            Unit::Hour => self.later(before, SignedDuration::from_secs(amount.checked_mul(3600)?))?,
            Unit::Minute => self.later(before, SignedDuration::from_secs(amount.checked_mul(60)?))?,
            Unit::Second => {
                let nanos = seconds.multiply(Decimal::whole(1_000_000_000))?.truncated();
                self.later(before, SignedDuration::from_nanos(i64::try_from(nanos).ok()?))?
            }
        };
        let digits = match unit {
            Unit::Second if after.subsec_nanosecond() != 0 => self.digits.max(3),
            _ => self.digits,
        };
        self.at(after).map(|moment| Self { digits, ..moment })
    }

    /// A time begins again after the last of the day.
    fn later(self, before: DateTime, by: SignedDuration) -> Option<DateTime> {
        if self.kind == MomentKind::Time {
            return before.with().time(before.time().wrapping_add(by)).build().ok();
        }
        before.checked_add(by).ok()
    }

    fn civil(self) -> Option<DateTime> {
        let [year, month, day, hour, minute, second] = self.parts;
        let small = |part: i16| i8::try_from(part).ok();
        let nanos = i32::try_from(self.nanos).ok()?;
        let (month, day, hour, minute) = (small(month)?, small(day)?, small(hour)?, small(minute)?);
        DateTime::new(year, month, day, hour, minute, small(second.min(59))?, nanos).ok()
    }

    /// The same precision at another time.
    fn at(self, time: DateTime) -> Option<Self> {
        let parts = [
            time.year(),
            time.month().into(),
            time.day().into(),
            time.hour().into(),
            time.minute().into(),
            time.second().into(),
        ];
        let nanos = u32::try_from(time.subsec_nanosecond()).ok()?;
        (time.year() > 0).then_some(Self { parts, nanos, ..self })
    }

    /// The same moment in UTC.
    pub(super) fn in_utc(self, local: i16) -> Option<Self> {
        let ahead = i64::from(self.zone.unwrap_or(local));
        let utc = self.civil()?.checked_sub(ahead.minutes()).ok()?;
        self.at(utc).map(|moment| Self { zone: Some(0), ..moment })
    }
}
