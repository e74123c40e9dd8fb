//! A record as an IHE BALP `AuditEvent` (<https://profiles.ihe.net/ITI/BALP/>) with the fields of NEN 7513.

use base64::Engine as _;
use serde_json::{Value, json};
use spil_fhir_profiles::bsn::SYSTEM as BSN;
use spil_fhir_profiles::time::format_instant;

use crate::error::Error;
use crate::store::AuditRecord;

use super::audit_agents::agents;
use super::audit_record::Kept;
use super::pass::Verb;

const KIND: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
const BALP: &str = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType";

/// A person whom a record is about, as the reader knows that person.
#[derive(Debug, Clone)]
pub(super) struct About {
    /// `Patient/id`.
    pub reference: Option<String>,
    /// Citizen service number.
    pub bsn: Option<String>,
}

/// The `AuditEvent` that a record stands for, with id and meta, and whom of `about` it is about.
///
/// # Errors
/// When the record cannot be read; that is our fault.
pub(super) fn event(record: &AuditRecord, about: &[About]) -> Result<Value, Error> {
    let mut event = json!({
        "resourceType": "AuditEvent", "id": record.seq.to_string(),
        "meta": {"versionId": "1", "lastUpdated": format_instant(record.at)},
    });
    // Until records were kept short, the event itself was kept.
    let rest = match serde_json::from_str(&record.body).map_err(Error::internal)? {
        Value::Object(whole) if whole.contains_key("resourceType") => Value::Object(whole),
        kept => told(&serde_json::from_value(kept).map_err(Error::internal)?, record.at, about)?,
    };
    if let (Some(event), Value::Object(rest)) = (event.as_object_mut(), rest) {
        event.extend(rest.into_iter().filter(|(name, _)| name != "resourceType"));
    }
    Ok(event)
}

/// The elements of the event.
fn told(kept: &Kept<'_>, at: i64, about: &[About]) -> Result<Value, Error> {
    let unknown = || Error::internal(format!("an audit record of `{}` is not known", kept.verb));
    let verb = Verb::of(&kept.verb).ok_or_else(unknown)?;
    let mut event = json!({
        "type": coding("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest"),
        "subtype": [coding("http://hl7.org/fhir/restful-interaction", verb.code())],
        "action": verb.action(),
        "recorded": format_instant(at),
        "outcome": if kept.refused.is_some() { "4" } else { "0" },
    });
    if let Some(refused) = &kept.refused {
        event["outcomeDesc"] = json!(refused);
    }
    event["purposeOfEvent"] =
        json!([{"coding": [coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", &kept.purpose)]}]);
    event["agent"] = Value::Array(agents(kept, verb));
    event["source"] = json!({
        "observer": {"display": "Spil", "identifier": {"value": kept.base}},
        "type": [coding("http://terminology.hl7.org/CodeSystem/security-source-type", "4")],
    });
    let patients = about.iter().map(|one| {
        let mut what = json!({"type": "Patient"});
        if one.reference.is_none() && one.bsn.is_none() {
            what["display"] = json!("a patient without a citizen service number");
        }
        if let Some(reference) = &one.reference {
            what["reference"] = json!(reference);
        }
        if let Some(bsn) = &one.bsn {
            what["identifier"] = json!({"system": BSN, "value": bsn});
        }
        json!({"type": coding(KIND, "1"), "role": coding(ROLE, "1"), "what": what})
    });
    event["entity"] = Value::Array(entities(kept).into_iter().chain(patients).collect());
    Ok(event)
}

pub(super) fn coding(system: &str, code: &str) -> Value {
    json!({"system": system, "code": code})
}

fn entities(kept: &Kept<'_>) -> Vec<Value> {
    let role = if kept.query.is_none() && kept.target.is_some() { "4" } else { "24" };
    let mut asked = json!({"type": coding(KIND, "2"), "role": coding(ROLE, role)});
    match (&kept.target, &kept.query) {
        (_, Some(query)) => {
            asked["query"] = json!(base64::engine::general_purpose::STANDARD.encode(query.as_bytes()));
        }
        (Some(target), None) => asked["what"] = json!({"reference": target}),
        (None, None) => {}
    }
    let detail = |kind: &str, value: &str| json!({"type": kind, "valueString": value});
    let mut details = vec![detail("ground", &kept.ground), detail("count", &kept.count.to_string())];
    let categories = kept.categories.iter().filter_map(|number| spil_consent::Category::from_number(*number));
    details.extend(categories.map(|category| detail("category", category.code())));
    details.extend(kept.reason.iter().map(|reason| detail("reason", reason)));
    asked["detail"] = Value::Array(details);
    let mut entities = vec![asked];
    let other = |reference: &String| json!({"type": coding(KIND, "2"), "what": {"reference": reference}});
    entities.extend(kept.others.iter().map(other));
    if let Some((id, version)) = kept.consent.as_deref().and_then(|text| text.split_once('/')) {
        let reference = format!("Consent/{id}/_history/{version}");
        let kind = coding("http://hl7.org/fhir/resource-types", "Consent");
        entities.push(json!({"type": kind, "what": {"reference": reference}}));
    }
    entities.push(json!({"type": coding(BALP, "XrequestId"), "what": {"identifier": {"value": kept.request}}}));
    entities
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Pass, Verb};
    use crate::ctx::{Actor, Ctx, OrganisationActor, PatientActor, Subject};

    fn organisation(subject: Option<Subject>) -> Actor {
        Actor::Organisation(OrganisationActor {
            org: 10,
            id: "org".to_owned(),
            kind: "gp".to_owned(),
            name: "Praktijk \"De Brug\" \\ zuid\n".to_owned(),
            ura: "90000001".to_owned(),
            client_id: "client".to_owned(),
            subject,
        })
    }

    fn found(actor: Actor, pass: &Pass) -> Value {
        let ctx = Ctx {
            actor,
            purpose: "TREAT".to_owned(),
            reason: Some("spoed".to_owned()),
            scopes: None,
            request_id: "request".to_owned(),
            now: 0,
        };
        let text = Kept::of(&ctx, pass, "http://base").text().expect("it is JSON");
        let record = AuditRecord { seq: 1, at: 0, org: 10, refused: false, emergency: false, body: text.clone() };
        let about = About { reference: Some("Patient/p".to_owned()), bsn: Some("999911120".to_owned()) };
        let event = event(&record, &[about]).expect("an event");
        assert_eq!(spil_fhir_profiles::validate::validate(&event), Vec::new(), "{text}");
        assert!(text.len() < 400, "{text}");
        event
    }

    #[test]
    fn every_actor_and_pass_gives_a_sound_event() {
        let mut pass = Pass::new(Verb::Read, Some("Observation/1".to_owned()));
        pass.consent = Some("c/2".to_owned());
        pass.categories = [1, 2].into();
        pass.others = vec!["Observation/2".to_owned()];
        let subject = Subject { id: None, name: Some("A. Arts".to_owned()), role: Some("01.015".to_owned()) };
        let event = found(organisation(Some(subject)), &pass);
        assert_eq!(event["agent"][0]["who"]["identifier"]["value"], "A. Arts");
        assert_eq!(event["agent"][1]["name"], "Praktijk \"De Brug\" \\ zuid\n");
        assert_eq!(event["agent"][2]["requestor"], false);
        assert_eq!(event["entity"][0]["what"]["reference"], "Observation/1");
        assert_eq!(event["entity"][0]["detail"][4]["valueString"], "spoed");
        assert_eq!(event["entity"][2]["what"]["reference"], "Consent/c/_history/2");
        assert_eq!(event["entity"][3]["what"]["identifier"]["value"], "request");
        let mut search = Pass::new(Verb::Search, None).refuse("scope");
        search.query = Some("Observation?code".to_owned());
        let event = found(organisation(None), &search);
        assert_eq!(event["outcomeDesc"], "scope");
        assert_eq!(event["outcome"], "4");
        assert_eq!(event["agent"][0]["requestor"], true);
        assert!(event["entity"][0]["query"].is_string());
        for relation in [None, Some("parent".to_owned())] {
            let actor = PatientActor {
                person: 1,
                patient_id: "p".to_owned(),
                subject: "sub".to_owned(),
                name: "An".to_owned(),
                relation: relation.clone(),
                say: spil_consent::Say::Alone,
                client_id: None,
            };
            let event = found(Actor::Patient(actor), &Pass::new(Verb::Operation, None));
            assert_eq!(event["agent"][0]["who"]["reference"].is_string(), relation.is_none());
            assert_eq!(event["agent"][0]["role"][0]["text"].is_string(), relation.is_some());
        }
        assert_eq!(found(Actor::Hub, &Pass::new(Verb::Create, None))["agent"][0]["who"]["display"], "Spil");
    }

    #[test]
    fn a_record_that_was_kept_as_an_event_is_shown_as_it_is() {
        let body = r#"{"resourceType":"AuditEvent","action":"R","recorded":"1970-01-01T00:00:00Z"}"#.to_owned();
        let record = AuditRecord { seq: 7, at: 0, org: 10, refused: false, emergency: false, body };
        let event = event(&record, &[]).expect("an event");
        assert_eq!((&event["id"], &event["action"]), (&"7".into(), &"R".into()));
        assert_eq!(event["meta"]["versionId"], "1");
    }

    #[test]
    fn what_cannot_be_understood_is_not_shown_by_half() {
        let body =
            r#"{"verb":"look","base":"b","purpose":"TREAT","agent":"hub","ground":"own","count":1,"request":"r"}"#;
        for body in [body.to_owned(), body.replace("look", "read").replace("count", "number"), "[]".to_owned()] {
            let record = AuditRecord { seq: 7, at: 0, org: 10, refused: false, emergency: false, body };
            assert!(event(&record, &[]).is_err());
        }
    }
}
