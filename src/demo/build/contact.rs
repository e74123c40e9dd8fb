//! Contact persons, insurance.

use serde_json::json;

use super::super::random::Random;
use super::code::{Code, code, profile};
use super::source::Source;

const RELATION: &str = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";
const ROLE: &str = "urn:oid:2.16.840.1.113883.2.4.3.11.22.472";

/// First contact.
pub const FIRST_CONTACT: Code = code(ROLE, "01", "Eerste relatie/contactpersoon");
/// Legal representative.
pub const REPRESENTATIVE: Code = code(ROLE, "24", "Wettelijke vertegenwoordiger");

/// Someone close to the patient.
#[derive(Debug)]
pub struct Contact {
    /// Initials.
    pub initials: &'static str,
    /// Family name.
    pub family: &'static str,
    /// `male` or `female`.
    pub gender: &'static str,
    /// Relation: code of the list of roles, and its name.
    pub relation: (&'static str, &'static str),
    /// What this person is to the care givers.
    pub role: Code,
    /// Telephone number.
    pub phone: &'static str,
}

impl Source<'_> {
    /// A contact person.
    pub fn contact(&mut self, who: &Contact) -> String {
        let built = json!({
            "resourceType": "RelatedPerson",
            "meta": profile("nl-core-ContactPerson"),
            "active": true,
            "patient": self.subject(),
            "relationship": [
                who.role.concept(),
                code(RELATION, who.relation.0, who.relation.1).concept(),
            ],
            "name": [{
                "use": "official",
                "text": format!("{} {}", who.initials, who.family),
                "family": who.family,
                "given": [who.initials],
                "_given": [{"extension": [{
                    "url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-qualifier", "valueCode": "IN",
                }]}],
            }],
            "telecom": [{"system": "phone", "value": who.phone, "use": "mobile"}],
            "gender": who.gender,
        });
        self.add(built)
    }

    /// The health insurance.
    pub fn insurance(&mut self) -> String {
        let built = json!({
            "resourceType": "Coverage",
            "meta": profile("nl-core-Payer.InsuranceCompany"),
            "status": "active",
            "type": json!({"text": "Basisverzekering"}),
            "subscriberId": format!("VZ-{:06}", Random::new(2).fork(&self.person.bsn).below(1_000_000)),
            "beneficiary": self.subject(),
            "period": {"start": self.clock.date(1500)},
            "payor": [{
                "identifier": {"system": "http://fhir.nl/fhir/NamingSystem/uzovi", "value": "9990"},
                "display": "Zorgverzekeraar Vlierland",
            }],
        });
        self.add(built)
    }
}
