//! The latest stop of each treatment (<http://nictiz.nl/fhir/SearchParameter/is-latest-stop>).

use super::builder::Builder;

/// The relation `r` is a stop, and the caller may see none of the same kind in the same treatment of the same person that was
/// agreed later. What is hidden from the caller makes nothing older: the answer is as if it were not there.
pub(super) fn filter(builder: &mut Builder, r: &str, (treatment, agreed): (u16, u16)) -> String {
    let [t, d, u, e, o] = [(); 5].map(|()| builder.alias());
    let visible = builder.visible(&o);
    let later = format!(
        "SELECT 1 FROM ix_token {u} CROSS JOIN ix_date {e} CROSS JOIN resource {o} WHERE {u}.param = {treatment} \
         AND {u}.code = {t}.code AND {u}.person = {t}.person AND {e}.rid = {u}.rid AND {e}.param = {agreed} \
         AND {e}.low > {d}.low AND {o}.rid = {u}.rid AND {visible}"
    );
    format!(
        "EXISTS (SELECT 1 FROM ix_token {t} CROSS JOIN ix_date {d} WHERE {t}.rid = {r}.rid AND {t}.param = {treatment} \
         AND {d}.rid = {t}.rid AND {d}.param = {agreed} AND NOT EXISTS ({later}))"
    )
}
