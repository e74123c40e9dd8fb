//! Who decides, who speaks for the patient, and who is called first.

use serde_json::{Value, json};

use super::told::Told;
use super::{About, Making, NL, coded};

/// Roles of those around a patient.
const ROLES: &str = "urn:oid:2.16.840.1.113883.2.4.3.11.22.472";
/// Kinds of telephone.
const LINES: &str = "urn:oid:2.16.840.1.113883.2.4.3.11.60.40.4.22.1";

/// Those who were written down, as references; null when nobody was.
pub(super) struct People {
    pub(super) representative: Value,
    pub(super) contact: Value,
    capable: bool,
}

/// `linkId`s of a person: name, telephones, e-mail addresses, and what the person is.
struct Person {
    name: [&'static str; 3],
    phones: (&'static str, [&'static str; 4]),
    mails: (&'static str, [&'static str; 2]),
    relation: (&'static str, &'static str),
}

const REPRESENTATIVE: Person = Person {
    name: ["973", "974", "975"],
    phones: ("40", ["976", "977", "978", "979"]),
    mails: ("41", ["980", "981"]),
    relation: ("983", "408"),
};
const CONTACT: Person = Person {
    name: ["985", "986", "987"],
    phones: ("62", ["988", "989", "990", "991"]),
    mails: ("66", ["992", "993"]),
    relation: ("995", "412"),
};

/// The name of the extension of a `Patient` that tells whether the patient can decide on treatments.
pub const CAPABILITY: &str = "ext-Patient.LegallyCapableMedicalTreatmentDecisions";
/// The name that it had before.
const CAPABILITY_BEFORE: &str = "ext-LegallyCapable-MedicalTreatmentDecisions";

/// Whether an extension is that one, wherever it was published.
pub fn tells_capability(extension: &Value) -> bool {
    let url = extension["url"].as_str().unwrap_or_default();
    matches!(url.rsplit('/').next(), Some(CAPABILITY | CAPABILITY_BEFORE))
}

/// Whether the patient can decide on treatments, with the explanation, as it was answered.
pub fn capability(response: &Value) -> Option<(bool, Option<String>)> {
    let told = Told(response);
    let able = match told.code("1406") {
        "1" => true,
        "0" => false,
        _ => return None,
    };
    Some((able, told.text("1407").map(str::to_owned)))
}

/// The people of the form.
pub(super) fn people(making: &mut Making<'_>, told: Told<'_>) -> People {
    let mut roles: Vec<Value> = told.codings("982").into_iter().map(|coding| role(coding, told.text("411"))).collect();
    let is_there = |roles: &[Value], code: &str| roles.iter().any(|role| role["coding"][0]["code"] == code);
    if !roles.iter().any(|role| role["coding"][0]["code"] != "01") {
        roles.push(coded(ROLES, "24", "Wettelijke vertegenwoordiger"));
    }
    let first = coded(ROLES, "01", "Eerste relatie/contactpersoon");
    if told.code("984") == "1" && !is_there(&roles, "01") {
        roles.push(first.clone());
    }
    let is_contact = is_there(&roles, "01");
    let representative = person(making, told, &REPRESENTATIVE, roles);
    let own = person(making, told, &CONTACT, vec![first]);
    let contact = if own.is_null() && is_contact { representative.clone() } else { own };
    People { representative, contact, capable: told.code("1406") != "0" }
}

fn role(coding: &Value, words: Option<&str>) -> Value {
    let mut role = json!({"coding": [coding]});
    if let (Some("09" | "OTH"), Some(words)) = (coding["code"].as_str(), words) {
        role["text"] = json!(words);
    }
    role
}

/// One person: nl-core-ContactPerson; null when there is no name.
fn person(making: &mut Making<'_>, told: Told<'_>, links: &Person, mut relationship: Vec<Value>) -> Value {
    let [given, prefix, family] = links.name.map(|link| told.text(link));
    if given.is_none() && family.is_none() {
        return Value::Null;
    }
    relationship.extend(told.coding(links.relation.0).map(|coding| role(coding, told.text(links.relation.1))));
    let whole: Vec<&str> = [given, prefix, family].into_iter().flatten().collect();
    let mut name = json!({"text": whole.join(" ")});
    if let Some(given) = given {
        let qualifier = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-qualifier";
        name["given"] = json!([given]);
        name["_given"] = json!([{"extension": [{"url": qualifier, "valueCode": "BR"}]}]);
    }
    if let Some(family) = family {
        let part = |name: &str, text: &str| json!({"url": format!("http://hl7.org/fhir/StructureDefinition/humanname-{name}"), "valueString": text});
        let mut parts: Vec<Value> = prefix.map(|prefix| part("own-prefix", prefix)).into_iter().collect();
        parts.push(part("own-name", family));
        let family: Vec<&str> = prefix.into_iter().chain([family]).collect();
        name["family"] = json!(family.join(" "));
        name["_family"] = json!({"extension": parts});
    }
    let mut body = json!({
        "resourceType": "RelatedPerson",
        "active": true,
        "patient": making.about.patient,
        "relationship": relationship,
        "name": [name],
    });
    let telecom = telecom(told, links);
    if !telecom.is_empty() {
        body["telecom"] = Value::Array(telecom);
    }
    making.add("ACP-ContactPerson", body)
}

fn telecom(told: Told<'_>, links: &Person) -> Vec<Value> {
    let mut all = Vec::new();
    let (group, [number, kind, of, when]) = links.phones;
    for one in told.all(group) {
        let Some(number) = one.text(number) else { continue };
        let chosen = one.code(kind);
        let system = match chosen {
            "FAX" => "fax",
            "PG" => "pager",
            _ => "phone",
        };
        let usage = match (chosen, one.code(of)) {
            ("MC", _) => Some("mobile"),
            (_, "HP") => Some("home"),
            (_, "WP") => Some("work"),
            (_, "TMP") => Some("temp"),
            _ => None,
        };
        let mut point = json!({"system": system, "value": number});
        if let Some(usage) = usage {
            point["use"] = json!(usage);
        }
        if chosen == "LL" {
            let coding = json!({"system": LINES, "code": "LL", "display": "Vast telefoonnummer"});
            let url = format!("{NL}ext-CodeSpecification");
            point["_system"] = json!({"extension": [{"url": url, "valueCodeableConcept": {"coding": [coding]}}]});
        }
        if let Some(when) = one.text(when) {
            point["extension"] = json!([{"url": format!("{NL}ext-Comment"), "valueString": when}]);
        }
        all.push(point);
    }
    let (group, [address, kind]) = links.mails;
    for one in told.all(group) {
        let Some(address) = one.text(address) else { continue };
        let mut point = json!({"system": "email", "value": address});
        if let "HP" | "WP" = one.code(kind) {
            point["use"] = json!(if one.code(kind) == "HP" { "home" } else { "work" });
        }
        all.push(point);
    }
    all
}

impl People {
    /// Who agreed on a treatment: the patient, or whoever decides instead, and the professional.
    pub(super) fn agreed(&self, about: &About) -> Vec<Value> {
        if about.organisation.is_none() {
            return vec![about.party().clone()];
        }
        let decides = if self.capable || self.representative.is_null() { &about.patient } else { &self.representative };
        vec![decides.clone(), about.party().clone()]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_professional_agrees_in_a_role_with_whoever_decides() {
        let to = |name: &str| json!({"reference": name});
        let people = |capable| People { representative: to("RelatedPerson/r"), contact: Value::Null, capable };
        let about = About {
            patient: to("Patient/p"),
            writer: to("Practitioner/d"),
            role: Some(to("PractitionerRole/d")),
            organisation: Some(to("Organization/o")),
            day: String::new(),
            moment: String::new(),
            now: String::new(),
            before: HashSet::new(),
            claims: false,
        };
        assert_eq!(people(true).agreed(&about), [to("Patient/p"), to("PractitionerRole/d")]);
        assert_eq!(people(false).agreed(&about), [to("RelatedPerson/r"), to("PractitionerRole/d")]);
        let unknown = About { role: None, ..about.clone() };
        assert_eq!(people(true).agreed(&unknown), [to("Patient/p"), to("Practitioner/d")]);
        let alone = About { writer: to("Patient/p"), role: None, organisation: None, ..about };
        assert_eq!(people(true).agreed(&alone), [to("Patient/p")]);
    }
}
