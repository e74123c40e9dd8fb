//! Permissions about a child of twelve to fifteen: the child and a parent decide together, so what one of them writes as
//! `proposed` comes into force when the other makes it `active`. Who agreed is kept in `Consent.verification`
//! (<https://hl7.org/fhir/R4/consent-definitions.html#Consent.verification>), which only the server writes in this form.

use serde_json::{Value, json};
use spil_consent::Say;
use spil_fhir_profiles::time::format_instant;

use crate::ctx::{Actor, PatientActor};
use crate::error::Error;
use crate::store::Record;

use super::{Access, rules};

/// Identifies in `verifiedWith` which of the two agreed: `child` or `parent`.
pub const AGREED: &str = "https://spil.example/fhir/NamingSystem/agreed-by";

const TOO_YOUNG: &str = "a parent decides about the data of a child under twelve";
const BOTH: &str = "a child of twelve to fifteen and a parent permit together: write it as `proposed`, and the other makes it `active`";

/// Which of the two.
pub fn party(actor: &PatientActor) -> &'static str {
    if actor.relation.is_some() { "parent" } else { "child" }
}

/// Who agreed with a consent as it stands.
pub fn agreed(consent: &Value) -> impl Iterator<Item = &str> {
    let all = consent["verification"].as_array().into_iter().flatten();
    all.map(|one| &one["verifiedWith"]["identifier"])
        .filter(|identifier| identifier["system"] == AGREED)
        .filter_map(|identifier| identifier["value"].as_str())
}

/// Why somebody who acts for a patient cannot say which treatment the patient wants.
const OF_CARE: &str = "which treatment a patient wants is for the patient to say, or for who decides by law";

impl Access {
    /// Notes in a consent who agreed; refuses what this caller cannot bring into force, or end, alone.
    pub(super) fn decide_together(&self, current: Option<&Record>, body: Option<&mut Value>) -> Result<(), Error> {
        let before = current.filter(|record| !record.deleted);
        let before: Option<Value> =
            before.map(|record| serde_json::from_slice(&record.body)).transpose().map_err(Error::internal)?;
        if let Actor::Patient(actor) = &self.ctx.actor
            && !actor.decides_on_care()
            && before.iter().chain(body.as_deref()).any(|consent| !rules::is_privacy(consent))
        {
            return Err(Error::forbidden(OF_CARE));
        }
        let before = before.filter(rules::is_privacy);
        let caller = match &self.ctx.actor {
            Actor::Patient(actor) if actor.say != Say::Alone => Some(actor),
            _ => None,
        };
        if let Some(actor) = caller {
            may_end(actor, before.as_ref(), body.as_deref())?;
        }
        let Some(body) = body else { return Ok(()) };
        forget(body);
        let Some(actor) = caller.filter(|_| rules::is_privacy(body)) else { return Ok(()) };
        let mut all = before.as_ref().filter(|before| same_choice(before, body)).map_or(Vec::new(), kept);
        if !all.iter().any(|one| one["verifiedWith"]["identifier"]["value"] == party(actor)) {
            all.push(self.verification(actor));
        }
        let both = ["child", "parent"]
            .iter()
            .all(|party| all.iter().any(|one| one["verifiedWith"]["identifier"]["value"] == **party));
        if body["status"] == "active" && (actor.say == Say::Nothing || (has(body, "permit") && !both)) {
            return Err(refused(if actor.say == Say::Nothing { TOO_YOUNG } else { BOTH }));
        }
        if let (Some(members), true) = (body.as_object_mut(), actor.say == Say::Together) {
            let list = members.entry("verification").or_insert_with(|| json!([]));
            if let Some(list) = list.as_array_mut() {
                list.append(&mut all);
            }
        }
        Ok(())
    }

    fn verification(&self, actor: &PatientActor) -> Value {
        json!({
            "verified": true,
            "verifiedWith": {
                "identifier": {"system": AGREED, "value": party(actor)},
                "display": actor.name,
            },
            "verificationDate": format_instant(self.ctx.now),
        })
    }
}

/// A permission ends when either says so; an objection is lifted only by who made it.
fn may_end(actor: &PatientActor, before: Option<&Value>, after: Option<&Value>) -> Result<(), Error> {
    let Some(before) = before.filter(|before| before["status"] == "active") else { return Ok(()) };
    let stays = after.is_some_and(|after| after["status"] == "active" && same_choice(before, after));
    if stays {
        return Ok(());
    }
    if actor.say == Say::Nothing {
        return Err(refused(TOO_YOUNG));
    }
    // What was laid down before the child was twelve, a parent laid down.
    let made_it =
        agreed(before).any(|one| one == party(actor)) || (agreed(before).next().is_none() && actor.relation.is_some());
    if has(before, "deny") && !made_it {
        return Err(refused("only who made an objection can lift it"));
    }
    Ok(())
}

/// Whether a rule or an exception of a consent has this effect.
fn has(consent: &Value, effect: &str) -> bool {
    let provision = &consent["provision"];
    let nested = provision["provision"].as_array().into_iter().flatten();
    std::iter::once(provision).chain(nested).any(|rule| rule["type"] == effect)
}

/// Whether two versions lay down the same.
fn same_choice(before: &Value, after: &Value) -> bool {
    before["provision"] == after["provision"] && before["scope"] == after["scope"]
}

/// The entries of the server.
fn kept(consent: &Value) -> Vec<Value> {
    let all = consent["verification"].as_array().into_iter().flatten();
    all.filter(|one| one["verifiedWith"]["identifier"]["system"] == AGREED).cloned().collect()
}

/// Takes away what only the server writes.
fn forget(consent: &mut Value) {
    let Some(members) = consent.as_object_mut() else { return };
    if let Some(list) = members.get_mut("verification").and_then(Value::as_array_mut) {
        list.retain(|one| one["verifiedWith"]["identifier"]["system"] != AGREED);
        if list.is_empty() {
            members.shift_remove("verification");
        }
    }
}

fn refused(text: &'static str) -> Error {
    Error::unprocessable("business-rule", text).at("Consent.status")
}
