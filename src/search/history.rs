//! The parameters of a history (<https://hl7.org/fhir/R4/http.html#history>).

use spil_fhir_profiles::time::parse_range;

use super::Problem;

/// Versions on a page when the caller names no number.
const DEFAULT_COUNT: u32 = 50;
/// Most versions on a page.
const MAX_COUNT: u32 = 1_000;

/// Which versions are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryQuery {
    /// Made at or after this moment, ms.
    pub since: Option<i64>,
    /// Current at some moment of `[from, to)`, ms.
    pub at: Option<(i64, i64)>,
    /// Most versions on a page; 0 if only their number is asked.
    pub count: u32,
    /// Whether their number is asked.
    pub total: bool,
    /// Where the page starts: after this version.
    pub after: Option<Place>,
}

/// The place of a version in a history, which goes from new to old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its moment, ms.
    pub updated: i64,
    /// Number of the row.
    pub rid: i64,
    /// Version.
    pub version: i64,
}

impl Place {
    /// The compact text form; for the server only.
    pub fn encode(self) -> String {
        format!("{}.{}.{}", self.updated, self.rid, self.version)
    }

    /// Reads what [`Place::encode`] wrote.
    pub fn decode(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(str::parse);
        let mut next = || parts.next()?.ok();
        let place = Self { updated: next()?, rid: next()?, version: next()? };
        next().is_none().then_some(place)
    }
}

impl HistoryQuery {
    /// Reads the decoded pairs.
    ///
    /// # Errors
    /// Everything that is wrong with them; nothing is ignored.
    pub fn read(pairs: &[(String, String)]) -> Result<Self, Vec<Problem>> {
        let mut query = Self { since: None, at: None, count: DEFAULT_COUNT, total: false, after: None };
        let problems: Vec<Problem> =
            pairs.iter().filter_map(|(name, value)| query.one(name, value).err().map(|why| why.at(name))).collect();
        if problems.is_empty() { Ok(query) } else { Err(problems) }
    }

    fn one(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        let range = || parse_range(value).ok_or_else(|| Problem::value("not a moment or date"));
        match name {
            "_since" => self.since = Some(range()?.0),
            "_at" => self.at = Some(range()?),
            "_count" => {
                let count: u32 = value.parse().map_err(|_| Problem::value("not a whole number"))?;
                self.count = count.min(MAX_COUNT);
            }
            "_total" => match value {
                "none" => self.total = false,
                "accurate" | "estimate" => self.total = true,
                _ => return Err(Problem::value("`_total` is `none`, `estimate` or `accurate`")),
            },
            _ => {
                let text = "possible in a history: _since, _at, _count, _total, _summary, _elements, _format, _pretty";
                return Err(Problem::unsupported(text));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{HistoryQuery, Place};

    fn read(name: &str, value: &str) -> Result<HistoryQuery, Vec<super::Problem>> {
        HistoryQuery::read(&[(name.to_owned(), value.to_owned())])
    }

    #[test]
    fn what_a_history_understands_is_read_and_the_rest_refused() {
        assert_eq!(read("_since", "1970-01-01T00:00:01Z").expect("read").since, Some(1_000));
        assert_eq!(read("_at", "1970-01-01T00:00:01Z").expect("read").at, Some((1_000, 2_000)));
        assert_eq!(read("_count", "5000").expect("read").count, 1_000);
        assert!(read("_total", "accurate").expect("read").total);
        for (name, value) in [("_since", "x"), ("_at", "gt2020"), ("_count", "-1"), ("_total", "x"), ("_sort", "_id")] {
            assert_eq!(read(name, value).expect_err(name)[0].param, name);
        }
    }

    #[test]
    fn a_place_survives_its_text() {
        let place = Place { updated: -5, rid: 7, version: 3 };
        assert_eq!(Place::decode(&place.encode()), Some(place));
        for text in ["", "1", "1.2", "1.2.x", "1.2.3.4"] {
            assert_eq!(Place::decode(text), None, "{text}");
        }
    }
}
