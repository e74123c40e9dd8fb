//! Dates and times of any precision (<http://hl7.org/fhirpath/N1/#date>).

mod calendar;

use std::cmp::Ordering;
use std::fmt;

/// Which of the three types a moment has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MomentKind {
    /// A day, month or year.
    Date,
    /// A date that may have a time.
    DateTime,
    /// A time of any day.
    Time,
}

impl MomentKind {
    /// The name of the type.
    pub fn name(self) -> &'static str {
        match self {
            Self::Date => "Date",
            Self::DateTime => "DateTime",
            Self::Time => "Time",
        }
    }
}

/// A date, a date with a time, or a time, as precise as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub(super) kind: MomentKind,
    /// Year, month, day, hour, minute, second.
    pub(super) parts: [i16; 6],
    /// How many of the parts are there. A time has no date and three parts more than it says.
    pub(super) precision: usize,
    /// The fraction of the second.
    pub(super) nanos: u32,
    /// How many digits the fraction has.
    pub(super) digits: u8,
    /// Minutes ahead of UTC.
    pub(super) zone: Option<i16>,
}

/// The least value of each part.
pub(super) const FIRST: [i16; 6] = [1, 1, 1, 0, 0, 0];

fn two(text: &str) -> Option<i16> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

impl Moment {
    /// Reads what follows `@`: with a `T` it is a date with a time, or a time if it starts with it.
    pub(super) fn literal(text: &str) -> Option<Self> {
        match text.strip_prefix('T') {
            Some(time) => Self::time(time),
            None if text.contains('T') => Self::date_time(text),
            None => Self::date(text),
        }
    }

    /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub(super) fn date(text: &str) -> Option<Self> {
        let mut moment = Self { kind: MomentKind::Date, parts: FIRST, precision: 1, nanos: 0, digits: 0, zone: None };
        let year = text.get(..4).filter(|year| year.bytes().all(|byte| byte.is_ascii_digit()))?;
        moment.parts[0] = year.parse().ok()?;
        let mut rest = text.get(4..)?;
        while !rest.is_empty() && moment.precision < 3 {
            moment.parts[moment.precision] = two(rest.strip_prefix('-')?.get(..2)?)?;
            moment.precision += 1;
            rest = &rest[3..];
        }
        (rest.is_empty() && moment.exists()).then_some(moment)
    }

    /// Reads `hh`, `hh:mm`, `hh:mm:ss` or `hh:mm:ss.fff`.
    pub(super) fn time(text: &str) -> Option<Self> {
        let mut moment = Self { kind: MomentKind::Time, parts: FIRST, precision: 3, nanos: 0, digits: 0, zone: None };
        moment.clock(text)?;
        (moment.precision > 3 && moment.exists()).then_some(moment)
    }

    /// Reads a date that may be followed by `T`, a time and a zone.
    pub(super) fn date_time(text: &str) -> Option<Self> {
        let Some((date, rest)) = text.split_once('T') else {
            return Self::date(text).map(|date| Self { kind: MomentKind::DateTime, ..date });
        };
        let mut moment = Self { kind: MomentKind::DateTime, ..Self::date(date)? };
        if rest.is_empty() {
            return Some(moment);
        }
        if moment.precision < 3 {
            return None;
        }
        let at = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
        let (clock, zone) = rest.split_at(at);
        moment.clock(clock)?;
        moment.zone = match zone.chars().next() {
            None => None,
            Some('Z') if zone.len() == 1 => Some(0),
            Some(sign @ ('+' | '-')) => {
                let (hours, minutes) = zone[1..].split_once(':')?;
                let ahead = two(hours).filter(|hours| *hours <= 14)? * 60 + two(minutes).filter(|m| *m < 60)?;
                Some(if sign == '-' { -ahead } else { ahead })
            }
            Some(_) => return None,
        };
        moment.exists().then_some(moment)
    }

    fn clock(&mut self, text: &str) -> Option<()> {
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text, None),
        };
        for part in whole.split(':') {
            if self.precision == 6 {
                return None;
            }
            self.parts[self.precision] = two(part)?;
            self.precision += 1;
        }
        if let Some(fraction) = fraction {
            if self.precision != 6 || fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            let kept = &fraction[..fraction.len().min(9)];
            self.digits = u8::try_from(kept.len()).ok()?;
            self.nanos = format!("{kept:0<9}").parse().ok()?;
        }
        Some(())
    }

    fn exists(&self) -> bool {
        let [year, month, day, hour, minute, second] = self.parts;
        let clock = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..=60).contains(&second);
        let date = jiff::civil::Date::new(
            year,
            i8::try_from(month).unwrap_or_default(),
            i8::try_from(day).unwrap_or_default(),
        );
        clock && year > 0 && date.is_ok()
    }

    /// The date alone.
    pub(super) fn to_date(self) -> Self {
        Self { kind: MomentKind::Date, precision: self.precision.min(3), nanos: 0, digits: 0, zone: None, ..self }
    }

    /// The time alone, if there is one.
    pub(super) fn to_time(self) -> Option<Self> {
        let mut parts = FIRST;
        parts[3..].copy_from_slice(&self.parts[3..]);
        (self.precision > 3).then_some(Self { kind: MomentKind::Time, parts, zone: None, ..self })
    }

    /// How two moments compare; `None` if one is not precise enough to tell, or if they are of different sorts. A time
    /// without a zone is in the zone `local`, in minutes ahead of UTC.
    pub(super) fn compare(self, other: Self, local: i16) -> Option<Ordering> {
        if (self.kind == MomentKind::Time) != (other.kind == MomentKind::Time) {
            return None;
        }
        let (left, right) = if self.zone != other.zone && self.precision > 3 && other.precision > 3 {
            (self.in_utc(local)?, other.in_utc(local)?)
        } else {
            (self, other)
        };
        let shared = left.precision.min(right.precision);
        for (one, two) in left.parts[..shared].iter().zip(&right.parts) {
            if one != two {
                return Some(one.cmp(two));
            }
        }
        if left.precision != right.precision {
            return None;
        }
        Some(left.nanos.cmp(&right.nanos))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [year, month, day, hour, minute, second] = self.parts;
        if self.kind != MomentKind::Time {
            write!(f, "{year:04}")?;
            if self.precision > 1 {
                write!(f, "-{month:02}")?;
            }
            if self.precision > 2 {
                write!(f, "-{day:02}")?;
            }
            if self.precision > 3 {
                f.write_str("T")?;
            }
        }
        if self.precision > 3 {
            write!(f, "{hour:02}")?;
        }
        if self.precision > 4 {
            write!(f, ":{minute:02}")?;
        }
        if self.precision > 5 {
            write!(f, ":{second:02}")?;
        }
        if self.digits > 0 {
            let nanos = format!("{:09}", self.nanos);
            write!(f, ".{}", &nanos[..usize::from(self.digits)])?;
        }
        match self.zone {
            Some(0) => f.write_str("Z"),
            Some(zone) => {
                let sign = if zone < 0 { '-' } else { '+' };
                write!(f, "{sign}{:02}:{:02}", zone.abs() / 60, zone.abs() % 60)
            }
            None => Ok(()),
        }
    }
}
