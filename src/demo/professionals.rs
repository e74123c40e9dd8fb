//! The professionals of the demo region. None of them exists.

use serde_json::{Value, json};

use crate::ctx::PRIVACY_OFFICER;

use super::organisations::{ORGANISATIONS, OrganisationSpec, organisation};

/// One professional.
#[derive(Debug)]
pub struct ProfessionalSpec {
    /// Id of the `Practitioner`.
    pub id: &'static str,
    /// Kind of the organisation where this person works.
    pub kind: &'static str,
    /// First name and family name.
    pub name: &'static str,
    /// Initials.
    pub initials: &'static str,
    /// Family name with prefix.
    pub family: &'static str,
    /// Code of the list of UZI roles.
    pub role_code: &'static str,
    /// Name of the role, as on the badge.
    pub role_name: &'static str,
    /// Name to sign in with.
    pub username: &'static str,
    /// Password, for the demo only.
    pub password: &'static str,
}

const fn person(
    who: (&'static str, &'static str, &'static str, &'static str),
    work: (&'static str, &'static str, &'static str),
    login: (&'static str, &'static str),
) -> ProfessionalSpec {
    ProfessionalSpec {
        id: who.0,
        name: who.1,
        initials: who.2,
        family: who.3,
        kind: work.0,
        role_code: work.1,
        role_name: work.2,
        username: login.0,
        password: login.1,
    }
}

/// All professionals. The passwords are for the demo only and stand in `demo.json`.
#[rustfmt::skip]
pub const PROFESSIONALS: [ProfessionalSpec; 15] = [
    person(("prof-visser", "Hanneke Visser", "J.M.", "Visser"), ("gp", "01.015", "Huisarts"), ("h.visser", "stethoscoop-1")),
    person(("prof-terpstra", "Saskia Terpstra", "S.E.", "Terpstra"), ("gp", "01.015", "Huisarts"), ("s.terpstra", "stethoscoop-2")),
    person(("prof-meijer", "Joke Meijer", "J.", "Meijer"), ("gp", "30.000", "Praktijkverpleegkundige"), ("j.meijer", "bloeddruk-3")),
    person(("prof-bos", "Daan Bos", "D.W.", "Bos"), ("gp_post", "01.015", "Huisarts"), ("d.bos", "avonddienst-1")),
    person(("prof-demir", "Esra Demir", "E.", "Demir"), ("gp_post", "99.000", "Triagist"), ("e.demir", "avonddienst-2")),
    person(("prof-dijkhuis", "Femke Dijkhuis", "F.A.", "Dijkhuis"), ("hospital", "01.022", "Klinisch geriater"), ("f.dijkhuis", "ziekenhuis-1")),
    person(("prof-kuiper", "Robert Kuiper", "R.J.", "Kuiper"), ("hospital", "01.023", "Longarts"), ("r.kuiper", "ziekenhuis-2")),
    person(("prof-smit", "Ingrid Smit", "I.", "Smit"), ("hospital", "30.000", "Transferverpleegkundige"), ("i.smit", "ziekenhuis-3")),
    person(("prof-aydin", "Yusuf Aydin", "Y.", "Aydin"), ("hospital", "30.000", "Afdelingsverpleegkundige"), ("y.aydin", "ziekenhuis-4")),
    person(("prof-wouters", "Karin Wouters", "C.M.", "Wouters"), ("vvt", "30.000", "Wijkverpleegkundige"), ("k.wouters", "wijkteam-1")),
    person(("prof-schouten", "Bram Schouten", "A.B.", "Schouten"), ("vvt", "01.047", "Specialist ouderengeneeskunde"), ("b.schouten", "wijkteam-2")),
    person(("prof-koopman", "Linda Koopman", "L.", "Koopman"), ("pharmacy", "17.075", "Openbaar apotheker"), ("l.koopman", "vijzel-1")),
    person(("prof-degraaf", "Arjan de Graaf", "A.P.", "de Graaf"), ("mental_health", "01.035", "Psychiater"), ("a.degraaf", "horizon-1")),
    person(("prof-vermeulen", "Mirjam Vermeulen", "M.", "Vermeulen"), ("mental_health", "25.000", "GZ-psycholoog"), ("m.vermeulen", "horizon-2")),
    person(("prof-prins", "Marleen Prins", "M.", "Prins"), ("hospital", PRIVACY_OFFICER, "Functionaris gegevensbescherming"), ("m.prins", "toezicht-1")),
];

/// The professional with this id; an unknown id gives the first.
pub fn professional(id: &str) -> &'static ProfessionalSpec {
    PROFESSIONALS.iter().find(|spec| spec.id == id).unwrap_or(&PROFESSIONALS[0])
}

impl ProfessionalSpec {
    /// The organisation where this person works.
    pub fn organisation(&self) -> &'static OrganisationSpec {
        organisation(self.kind)
    }

    /// Who looks after privacy and treats nobody.
    fn is_officer(&self) -> bool {
        self.role_code == PRIVACY_OFFICER
    }

    fn number(&self) -> usize {
        PROFESSIONALS.iter().position(|spec| spec.id == self.id).unwrap_or(0) + 1
    }

    /// The `Practitioner` of the address book.
    pub fn resource(&self) -> Value {
        let number = self.number();
        let mut identifiers = vec![
            json!({"system": "http://fhir.nl/fhir/NamingSystem/uzi-nr-pers", "value": format!("9000010{number:02}")}),
        ];
        if !self.is_officer() {
            identifiers.push(
                json!({"system": "http://fhir.nl/fhir/NamingSystem/big", "value": format!("990000010{number:02}")}),
            );
        }
        json!({
            "resourceType": "Practitioner",
            "id": self.id,
            "identifier": identifiers,
            "active": true,
            "name": [{
                "use": "official",
                "text": self.name,
                "family": self.family,
                "given": [self.initials],
                "_given": [{"extension": [{
                    "url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-qualifier", "valueCode": "IN",
                }]}],
            }],
        })
    }

    /// The role this person has at the organisation.
    pub fn role(&self) -> Value {
        let org = self.organisation();
        let mut code = json!({"text": self.role_name});
        if !self.is_officer() {
            code["coding"] = json!([{
                "system": "http://fhir.nl/fhir/NamingSystem/uzi-rolcode",
                "code": self.role_code,
                "display": self.role_name,
            }]);
        }
        json!({
            "resourceType": "PractitionerRole",
            "id": format!("role-{}", self.id),
            "active": true,
            "practitioner": {
                "reference": format!("Practitioner/{}", self.id), "type": "Practitioner", "display": self.name,
            },
            "organization": {
                "reference": format!("Organization/{}", org.id), "type": "Organization", "display": org.name,
            },
            "code": [code],
            "location": [{"reference": format!("Location/loc-{}", org.id), "type": "Location", "display": org.name}],
            "telecom": [{"system": "phone", "value": org.phone, "use": "work"}],
        })
    }
}

/// The address book of the region, as a transaction with fixed ids.
pub fn directory() -> Value {
    let mut resources = vec![super::organisations::hub()];
    resources.extend(ORGANISATIONS.iter().map(OrganisationSpec::resource));
    resources.extend(ORGANISATIONS.iter().map(OrganisationSpec::location));
    resources.extend(PROFESSIONALS.iter().map(ProfessionalSpec::resource));
    resources.extend(PROFESSIONALS.iter().map(ProfessionalSpec::role));
    let entries: Vec<Value> = resources
        .into_iter()
        .map(|resource| {
            let url = format!(
                "{}/{}",
                resource["resourceType"].as_str().unwrap_or_default(),
                resource["id"].as_str().unwrap_or_default()
            );
            json!({"resource": resource, "request": {"method": "PUT", "url": url}})
        })
        .collect();
    json!({"resourceType": "Bundle", "type": "transaction", "entry": entries})
}
