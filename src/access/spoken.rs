//! The words of a reference. `Reference.display` and `Reference.identifier` tell something of what is referred to; they stay
//! only where the caller may see that. A reference to what is hidden then looks like one to what is absent: the literal
//! `reference` alone, as its writer sent it. What the caller wrote itself stays as it is, and so do references to the
//! directory (`Practitioner`, `Organization`, …), which is open.
//!
//! A narrative may say again what a reference leads to: it goes when the resource refers to anything that is hidden, or in a
//! `Composition` those of the sections that do.
//!
//! A resource without such words costs one look at its bytes; those of a page are judged together.

use std::collections::HashSet;
use std::ops::Range;

use serde_json::Value;
use spil_consent::PATIENT;
use spil_fhir_profiles::definition::definitions;

use crate::ctx::Actor;
use crate::error::Error;
use crate::store::Record;

use super::search::is_public;
use super::{Access, Stored};

/// The elements that are words.
const WORDS: [&str; 2] = ["display", "identifier"];
/// How a narrative is stored.
const NARRATIVE: &str = "\"div\":\"";
/// How a literal reference is stored.
const LITERAL: &str = "\"reference\":\"";

/// A resource by type and id.
type Place = (u16, String);

impl Access {
    /// Records as the caller is given them.
    pub(super) async fn give(&self, records: Vec<Record>) -> Result<Vec<Stored>, Error> {
        let directory = self.directory().await?;
        let mut all: Vec<Stored> = records.into_iter().map(|record| Stored::new(record, &directory)).collect();
        self.hush(&mut all).await?;
        Ok(all)
    }

    /// One record as the caller is given it.
    pub(super) async fn give_one(&self, record: Record) -> Result<Stored, Error> {
        let directory = self.directory().await?;
        let mut stored = Stored::new(record, &directory);
        self.hush([&mut stored]).await?;
        Ok(stored)
    }

    /// Takes away the words about what the caller may not see.
    pub(super) async fn hush<'s>(&self, all: impl IntoIterator<Item = &'s mut Stored>) -> Result<(), Error> {
        let own = match &self.ctx.actor {
            Actor::Hub => return Ok(()),
            Actor::Patient(_) => PATIENT,
            Actor::Organisation(actor) => actor.org,
        };
        let base = self.app.config.fhir_base();
        let mut speaking = Vec::new();
        let mut named = HashSet::new();
        for stored in all.into_iter().filter(|stored| stored.source != own) {
            if may_speak(&stored.body, &base) {
                let mut body = stored.value()?;
                let mut note = |place| {
                    named.insert(place);
                    true
                };
                let narrates = narrates(&stored.body);
                if each(&mut body, &base, narrates, &mut note) {
                    speaking.push((stored, body, narrates));
                }
            }
        }
        if speaking.is_empty() {
            return Ok(());
        }
        let seen = self.seen(named.into_iter().collect()).await?;
        for (stored, mut body, narrates) in speaking {
            let mut taken = false;
            each(&mut body, &base, narrates, &mut |place| {
                let keep = seen.contains(&place);
                taken |= !keep;
                keep
            });
            if taken {
                if narrates {
                    untell(&mut body, &mut |part| {
                        let mut hidden = false;
                        each(part, &base, true, &mut |place| {
                            hidden |= !seen.contains(&place);
                            true
                        });
                        hidden
                    });
                }
                stored.body = serde_json::to_vec(&body).map_err(Error::internal)?.into();
            }
        }
        Ok(())
    }

    /// Those of these resources that are there for the caller.
    async fn seen(&self, places: Vec<Place>) -> Result<HashSet<Place>, Error> {
        let mut seen = HashSet::new();
        for (place, record) in self.app.store.several(&places, self.asker()).await? {
            if self.judge(&record).await?.permit {
                seen.insert(place);
            }
        }
        Ok(seen)
    }
}

/// Whether there is a narrative.
fn narrates(body: &[u8]) -> bool {
    std::str::from_utf8(body).is_ok_and(|text| text.contains(NARRATIVE))
}

/// Whether a text may hold a reference with words, or a narrative beside one: where one stands alone in its object it has none.
fn may_speak(body: &[u8], base: &str) -> bool {
    // What is stored is UTF-8; what is not cannot be read either.
    let Ok(text) = std::str::from_utf8(body) else { return true };
    let mut narrates = None;
    literals(text).any(|at| {
        let alone = text[..at.start - LITERAL.len()].ends_with('{') && text[at.end..].starts_with("\"}");
        let tells = |narrates: &mut Option<bool>| *narrates.get_or_insert_with(|| text.contains(NARRATIVE));
        at.end == text.len() || place(&text[at], base).is_some() && (!alone || tells(&mut narrates))
    })
}

/// Where the literal references stand in a stored text.
pub(super) fn literals(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices(LITERAL).map(|(at, _)| {
        let start = at + LITERAL.len();
        start..text[start..].find('"').map_or(text.len(), |length| start + length)
    })
}

/// The health data of this server that a literal reference names.
fn place(reference: &str, base: &str) -> Option<Place> {
    let local = reference.strip_prefix(base).map_or(reference, |rest| rest.trim_start_matches('/'));
    let mut parts = local.split('/');
    let number = parts.next().and_then(|rtype| definitions().type_number(rtype))?;
    let id = parts.next()?;
    (!is_public(number)).then(|| (number, id.to_owned()))
}

/// Takes away the narratives that may tell of what is hidden: that of the resource and of what it contains, and those of the
/// sections that `hides` says yes to.
fn untell(body: &mut Value, hides: &mut dyn FnMut(&mut Value) -> bool) {
    if let Some(members) = body.as_object_mut() {
        members.remove("text");
    }
    let parts = |body: &mut Value, name| body.get_mut(name).and_then(Value::as_array_mut).map(std::mem::take);
    for name in ["contained", "section"] {
        let Some(mut all) = parts(body, name) else { continue };
        for part in all.iter_mut().filter(|part| part.is_object()) {
            if name == "contained" || hides(part) {
                untell(part, hides);
            }
        }
        body[name] = Value::Array(all);
    }
}

/// Calls `keep` for every reference with words about health data (for each such reference, if `all`), and takes the words where
/// it says no. True if there was any.
fn each(value: &mut Value, base: &str, all: bool, keep: &mut dyn FnMut(Place) -> bool) -> bool {
    let mut any = false;
    match value {
        Value::Array(items) => {
            for item in items {
                any |= each(item, base, all, keep);
            }
        }
        Value::Object(members) => {
            let speaks = WORDS.iter().any(|word| members.contains_key(*word));
            let literal = members.get("reference").and_then(Value::as_str).filter(|_| speaks || all);
            if let Some(place) = literal.and_then(|text| place(text, base)) {
                any = true;
                if !keep(place) {
                    members.retain(|name, _| !WORDS.contains(&name.trim_start_matches('_')));
                }
            }
            for member in members.values_mut() {
                any |= each(member, base, all, keep);
            }
        }
        _ => {}
    }
    any
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BASE: &str = "https://spil.example/fhir";

    #[test]
    fn only_a_text_with_words_about_health_data_is_read() {
        for (reference, speaks) in [
            (json!({"reference": "Encounter/1"}), false),
            (json!({"reference": "Encounter/1", "display": "x"}), true),
            (json!({"display": "x", "reference": "Encounter/1"}), true),
            (json!({"identifier": {"value": "x"}, "reference": "https://spil.example/fhir/Encounter/1"}), true),
            (json!({"reference": "https://other.example/fhir/Encounter/1", "display": "x"}), false),
            (json!({"reference": "Practitioner/1", "display": "x"}), false),
            (json!({"reference": "#e", "display": "x"}), false),
            (json!({"display": "x"}), false),
        ] {
            let body = json!({"code": {"coding": [{"code": "1", "display": "y"}]}, "encounter": reference});
            assert_eq!(may_speak(body.to_string().as_bytes(), BASE), speaks, "{body}");
            assert_eq!(each(&mut body.clone(), BASE, false, &mut |_| true), speaks, "{body}");
        }
    }

    #[test]
    fn a_narrative_is_read_where_there_is_a_reference() {
        let narrative = json!({"status": "generated", "div": "<div>x</div>"});
        for (reference, speaks) in [("Encounter/1", true), ("Practitioner/1", false), ("#e", false)] {
            let body = json!({"text": narrative, "encounter": {"reference": reference}});
            assert_eq!(may_speak(body.to_string().as_bytes(), BASE), speaks, "{body}");
        }
        let body = json!({"text": narrative, "status": "final"});
        assert!(!may_speak(body.to_string().as_bytes(), BASE));
    }

    #[test]
    fn the_words_go_and_the_rest_stays() {
        let mut body = json!({"entry": [
            {"item": {"display": "x", "reference": "Condition/1/_history/2", "type": "Condition", "_display": {"id": "a"}}},
            {"item": {"reference": "Condition/2", "identifier": {"value": "1"}}},
        ]});
        each(&mut body, BASE, false, &mut |(_, id)| id == "2");
        let expected = json!({"entry": [
            {"item": {"reference": "Condition/1/_history/2", "type": "Condition"}},
            {"item": {"reference": "Condition/2", "identifier": {"value": "1"}}},
        ]});
        assert_eq!(body, expected);
    }
}
