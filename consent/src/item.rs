//! What is asked for.

use crate::{Category, Labels, OrgNo};

/// One resource, as far as a decision about it needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item<'a> {
    /// The organisation whose system wrote it.
    pub holder: OrgNo,
    /// The kind of that organisation.
    pub holder_kind: &'a str,
    /// What it is about.
    pub category: Category,
    /// How sensitive its writer called it.
    pub labels: Labels,
    /// Its R4 resource type.
    pub class: &'a str,
    /// Its id.
    pub id: &'a str,
    /// The clinical time, half open, in milliseconds; an instant is `(t, t + 1)`. A period that does not end after it
    /// begins says nothing and counts as unknown.
    pub period: Option<(i64, i64)>,
    /// Does a running handoff, addressed to the organisation that asks, name it?
    pub in_handoff: bool,
}

impl Item<'_> {
    /// The clinical time, if it is known and makes sense.
    pub(crate) fn known_period(&self) -> Option<(i64, i64)> {
        self.period.filter(|(start, end)| start < end)
    }
}
