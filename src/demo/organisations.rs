//! The six organisations of the demo region. None of them exists.

use serde_json::{Value, json};

/// Identifier of the hub's own `Organization`, the custodian of privacy consents.
pub const HUB: &str = "spil-hub";

/// One organisation of the region.
#[derive(Debug)]
pub struct OrganisationSpec {
    /// Id of its `Organization`.
    pub id: &'static str,
    /// Name.
    pub name: &'static str,
    /// Kind, as the settings of the hub name it.
    pub kind: &'static str,
    /// Subscriber number.
    pub ura: &'static str,
    /// AGB code.
    pub agb: &'static str,
    /// Code of the list of organisation types.
    pub type_code: &'static str,
    /// Name of that type.
    pub type_name: &'static str,
    /// Client id of its system.
    pub client_id: &'static str,
    /// Street and number.
    pub street: &'static str,
    /// Town.
    pub city: &'static str,
    /// Telephone number.
    pub phone: &'static str,
    /// Id of the professional who writes unless another is named.
    pub lead: &'static str,
}

/// All organisations, in the order of their numbers.
pub const ORGANISATIONS: [OrganisationSpec; 6] = [
    OrganisationSpec {
        id: "huisartsen-de-vlierboom",
        name: "Huisartsenpraktijk De Vlierboom",
        kind: "gp",
        ura: "90000101",
        agb: "01990101",
        type_code: "Z3",
        type_name: "Huisartspraktijk (zelfstandig of groepspraktijk)",
        client_id: "de-vlierboom",
        street: "Vlierlaan 12",
        city: "Vlierdam",
        phone: "0999-100101",
        lead: "prof-visser",
    },
    OrganisationSpec {
        id: "huisartsenpost-vlierstreek",
        name: "Huisartsenpost Vlierstreek",
        kind: "gp_post",
        ura: "90000102",
        agb: "53990102",
        type_code: "N6",
        type_name: "Huisartsenpost (t.b.v. dienstwaarneming)",
        client_id: "hap-vlierstreek",
        street: "Ziekenhuisweg 2",
        city: "Hogerwei",
        phone: "0999-100102",
        lead: "prof-bos",
    },
    OrganisationSpec {
        id: "streekziekenhuis-hogerwei",
        name: "Streekziekenhuis Hogerwei",
        kind: "hospital",
        ura: "90000103",
        agb: "06990103",
        type_code: "V6",
        type_name: "Algemeen ziekenhuis",
        client_id: "ziekenhuis-hogerwei",
        street: "Ziekenhuisweg 1",
        city: "Hogerwei",
        phone: "0999-100103",
        lead: "prof-dijkhuis",
    },
    OrganisationSpec {
        id: "zorggroep-de-wilgenhof",
        name: "Zorggroep De Wilgenhof",
        kind: "vvt",
        ura: "90000104",
        agb: "41990104",
        type_code: "X3",
        type_name: "Verplegings- of verzorgingsinstelling",
        client_id: "de-wilgenhof",
        street: "Wilgenpad 40",
        city: "Vlierdam",
        phone: "0999-100104",
        lead: "prof-wouters",
    },
    OrganisationSpec {
        id: "apotheek-de-vijzel",
        name: "Apotheek De Vijzel",
        kind: "pharmacy",
        ura: "90000105",
        agb: "02990105",
        type_code: "J8",
        type_name: "Openbare apotheek",
        client_id: "apotheek-de-vijzel",
        street: "Marktplein 5",
        city: "Vlierdam",
        phone: "0999-100105",
        lead: "prof-koopman",
    },
    OrganisationSpec {
        id: "ggz-de-horizon",
        name: "GGZ De Horizon",
        kind: "mental_health",
        ura: "90000106",
        agb: "06990106",
        type_code: "G5",
        type_name: "Geestelijke gezondheidszorg",
        client_id: "ggz-de-horizon",
        street: "Parkzicht 8",
        city: "Hogerwei",
        phone: "0999-100106",
        lead: "prof-degraaf",
    },
];

/// The organisation of a kind. Every kind has one; an unknown kind gives the practice.
pub fn organisation(kind: &str) -> &'static OrganisationSpec {
    ORGANISATIONS.iter().find(|spec| spec.kind == kind).unwrap_or(&ORGANISATIONS[0])
}

impl OrganisationSpec {
    /// The `Organization` of the address book.
    pub fn resource(&self) -> Value {
        json!({
            "resourceType": "Organization",
            "id": self.id,
            "identifier": [
                {"system": "http://fhir.nl/fhir/NamingSystem/ura", "value": self.ura},
                {"system": "http://fhir.nl/fhir/NamingSystem/agb-z", "value": self.agb},
            ],
            "active": true,
            "type": [{"coding": [{
                "system": "http://nictiz.nl/fhir/NamingSystem/organization-type",
                "code": self.type_code,
                "display": self.type_name,
            }]}],
            "name": self.name,
            "telecom": [{"system": "phone", "value": self.phone, "use": "work"}],
            "address": [self.address()],
        })
    }

    /// The place where it works.
    pub fn location(&self) -> Value {
        json!({
            "resourceType": "Location",
            "id": format!("loc-{}", self.id),
            "status": "active",
            "name": self.name,
            "mode": "instance",
            "telecom": [{"system": "phone", "value": self.phone, "use": "work"}],
            "address": self.address(),
            "managingOrganization": {
                "reference": format!("Organization/{}", self.id), "type": "Organization", "display": self.name,
            },
        })
    }

    fn address(&self) -> Value {
        json!({
            "use": "work",
            "type": "both",
            "line": [self.street],
            "city": self.city,
            "postalCode": if self.city == "Vlierdam" { "6099 SA" } else { "6098 SD" },
            "country": "Nederland",
        })
    }
}

/// The hub itself, which keeps the privacy consents.
pub fn hub() -> Value {
    json!({
        "resourceType": "Organization",
        "id": HUB,
        "identifier": [{"system": "http://fhir.nl/fhir/NamingSystem/ura", "value": "90000100"}],
        "active": true,
        "name": "Spil, gegevensknooppunt Vlierstreek",
    })
}
