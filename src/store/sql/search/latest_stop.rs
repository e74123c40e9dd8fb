//! The latest stop of each treatment (<http://nictiz.nl/fhir/SearchParameter/is-latest-stop>).

use super::builder::Builder;

/// The relation `r` is a stop, and the caller may see none of the same kind in the same treatment of the same person that was
/// agreed later. What is hidden from the caller makes nothing older: the answer is as if it were not there.
pub(super) fn filter(builder: &mut Builder, r: &str, (treatment, agreed): (u16, u16)) -> String {
    let [stop, at, other, then, row] = [(); 5].map(|()| builder.alias());
    let visible = builder.visible(&row);
    let later = format!(
        "SELECT 1 FROM ix_token {other} CROSS JOIN ix_date {then} CROSS JOIN resource {row} \
         WHERE {other}.param = {treatment} AND {other}.code = {stop}.code AND {other}.person = {stop}.person \
         AND {then}.rid = {other}.rid AND {then}.param = {agreed} AND {then}.low > {at}.low \
         AND {row}.rid = {other}.rid AND {visible}"
    );
    format!(
        "EXISTS (SELECT 1 FROM ix_token {stop} CROSS JOIN ix_date {at} WHERE {stop}.rid = {r}.rid \
         AND {stop}.param = {treatment} AND {at}.rid = {stop}.rid AND {at}.param = {agreed} AND NOT EXISTS ({later}))"
    )
}
