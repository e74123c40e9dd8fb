//! Any other record: its code or category as title, the date that it carries.

use super::super::text::Text;
use super::super::value::{list, text};
use super::observation::value;
use super::words;
use super::{Presented, period, said, said_all, same};
use serde_json::Value;

/// How a resource of any type reads.
pub(super) fn line(resource: &Value) -> Presented {
    let title = said(&resource["code"])
        .or_else(|| said(&resource["type"]))
        .or_else(|| same(text(resource, "title").or_else(|| text(resource, "name"))))
        .or_else(|| said_all(list(resource, "category")))
        .unwrap_or_else(|| Text::new("Overig gegeven", "Other information"));
    Presented::titled(title)
        .with(("", ""), same(text(resource, "description")))
        .with(("", ""), value(resource))
        .with(("Periode", "Period"), period(&resource["period"]))
        .noted(resource)
        .dated(
            resource,
            &[
                "date",
                "dateTime",
                "authoredOn",
                "created",
                "recorded",
                "period.start",
                "effectiveDateTime",
                "occurrenceDateTime",
            ],
        )
        .standing(words::status(text(resource, "status")))
}
