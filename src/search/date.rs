//! Parameters of type date (<https://hl7.org/fhir/R4/search.html#date>).

use spil_fhir_profiles::time::parse_range;

use super::text::{alternatives, unescape};
use super::{DateTest, Options, Prefix, Problem, Test};

/// Reads `[prefix]date,…`.
pub(super) fn read(value: &str, options: &Options) -> Result<Test, Problem> {
    read_tests(value, options).map(Test::Date)
}

/// Reads `[prefix]date,…` for `_lastUpdated`.
pub(super) fn read_tests(value: &str, options: &Options) -> Result<Vec<DateTest>, Problem> {
    alternatives(value)?.into_iter().map(|part| one(part, options)).collect()
}

fn one(part: &str, options: &Options) -> Result<DateTest, Problem> {
    let text = unescape(part)?;
    let (prefix, moment) = Prefix::split(&text);
    // A `+` of a time zone that was not percent-encoded arrives as a space.
    let moment = moment.replace(' ', "+");
    let range = parse_range(&moment).ok_or_else(|| {
        Problem::value("not a date: `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `YYYY-MM-DDThh:mm[:ss[.sss]][zone]`")
    });
    let (mut low, mut high) = range?;
    if prefix == Prefix::Approximately {
        let margin = (options.now.saturating_sub(low).saturating_abs() / 10).max(high.saturating_sub(low) / 10);
        low = low.saturating_sub(margin);
        high = high.saturating_add(margin);
    }
    Ok(DateTest { prefix, low, high })
}
