//! The inhabitants of the demo region. None of them exists.

use serde_json::{Value, json};
use spil_fhir_profiles::bsn;

use super::build::code::{code, extension};
use super::clock::Clock;
use super::random::Random;

/// What is written down about one inhabitant.
#[derive(Debug)]
pub struct PersonSpec {
    /// Short name in this code.
    pub key: &'static str,
    /// Name by which the person is called.
    pub called: &'static str,
    /// Initials.
    pub initials: &'static str,
    /// Prefix and own family name.
    pub own: (&'static str, &'static str),
    /// Prefix and family name of the partner, when used in front of the own name.
    pub partner: (&'static str, &'static str),
    /// `male` or `female`.
    pub gender: &'static str,
    /// Age in years.
    pub age: i64,
    /// Days since the last birthday.
    pub birthday: i64,
    /// Street, number and town.
    pub address: (&'static str, &'static str, &'static str),
    /// Code of the marital status.
    pub marital: &'static str,
    /// Id of the GP.
    pub gp: &'static str,
    /// Password for the demo.
    pub password: &'static str,
}

type Name = (&'static str, &'static str);

const fn person(
    who: (&'static str, &'static str, &'static str, &'static str),
    own: Name,
    partner: Name,
    age: (i64, i64),
    address: (&'static str, &'static str, &'static str),
    rest: (&'static str, &'static str, &'static str),
) -> PersonSpec {
    PersonSpec {
        key: who.0,
        called: who.1,
        initials: who.2,
        gender: who.3,
        own,
        partner,
        age: age.0,
        birthday: age.1,
        address,
        marital: rest.0,
        gp: rest.1,
        password: rest.2,
    }
}

const NO: Name = ("", "");
const VISSER: &str = "prof-visser";
const TERPSTRA: &str = "prof-terpstra";

/// All inhabitants. The passwords are for the demo only and stand in `demo.json`; the key is the name to sign in with.
#[rustfmt::skip]
pub const PEOPLE: [PersonSpec; 18] = [
    person(("truus", "Truus", "G.J.", "female"), ("", "Hoekstra"), ("van der", "Veen"), (90, 121), ("Kerkstraat", "7", "Vlierdam"), ("W", VISSER, "appeltaart")),
    person(("henk", "Henk", "H.", "male"), ("", "Brouwer"), NO, (67, 43), ("Molenweg", "31", "Vlierdam"), ("M", VISSER, "duivenmelker")),
    person(("mark", "Mark", "M.T.", "male"), ("de", "Wit"), NO, (38, 200), ("Stationsplein", "3", "Hogerwei"), ("S", VISSER, "gitaarsnaar")),
    person(("annie", "Annie", "A.C.", "female"), ("", "Visscher"), ("", "Mulder"), (78, 88), ("Dorpsstraat", "54", "Vlierdam"), ("M", TERPSTRA, "breinaald")),
    person(("cor", "Cor", "C.", "male"), ("", "Mulder"), NO, (80, 301), ("Dorpsstraat", "54", "Vlierdam"), ("M", TERPSTRA, "volkstuin")),
    person(("saskia", "Saskia", "S.E.", "female"), ("", "Terpstra"), NO, (46, 15), ("Vlierlaan", "88", "Vlierdam"), ("M", VISSER, "roeiboot")),
    person(("sem", "Sem", "S.R.", "male"), ("", "Jansen"), NO, (10, 60), ("Beukenhof", "19", "Vlierdam"), ("U", TERPSTRA, "voetbal")),
    person(("noor", "Noor", "N.", "female"), ("", "Yildirim"), NO, (14, 154), ("Parkzicht", "101", "Hogerwei"), ("U", TERPSTRA, "volleybal")),
    person(("lotte", "Lotte", "L.M.", "female"), ("van", "Dalen"), ("", "Jansen"), (39, 270), ("Beukenhof", "19", "Vlierdam"), ("M", TERPSTRA, "bakfiets")),
    person(("ruben", "Ruben", "R.", "male"), ("", "Jansen"), NO, (41, 5), ("Beukenhof", "19", "Vlierdam"), ("M", TERPSTRA, "hardlopen")),
    person(("emre", "Emre", "E.", "male"), ("", "Yildirim"), NO, (45, 99), ("Parkzicht", "101", "Hogerwei"), ("M", TERPSTRA, "schaakbord")),
    person(("klaas", "Klaas", "K.S.", "male"), ("", "Postma"), NO, (82, 33), ("Havenkade", "2", "Vlierdam"), ("M", VISSER, "zeilboot")),
    person(("fatima", "Fatima", "F.", "female"), ("el", "Amrani"), NO, (59, 182), ("Molenweg", "112", "Vlierdam"), ("M", VISSER, "muntthee")),
    person(("joyce", "Joyce", "J.A.", "female"), ("", "Lieveld"), NO, (31, 77), ("Havenkade", "26", "Vlierdam"), ("S", TERPSTRA, "kinderkamer")),
    person(("thijs", "Thijs", "M.J.", "male"), ("van den", "Berg"), NO, (26, 240), ("Stationsplein", "41", "Hogerwei"), ("S", TERPSTRA, "mountainbike")),
    person(("wilma", "Wilma", "W.H.", "female"), ("", "Groot"), ("de", "Boer"), (71, 320), ("Kerkstraat", "22", "Vlierdam"), ("M", VISSER, "zangkoor")),
    person(("gerard", "Gerard", "G.P.", "male"), ("", "Timmer"), NO, (55, 130), ("Beukenhof", "4", "Vlierdam"), ("D", TERPSTRA, "houtbewerker")),
    person(("bianca", "Bianca", "B.", "female"), ("", "Hofman"), NO, (43, 12), ("Parkzicht", "66", "Hogerwei"), ("D", VISSER, "schildersezel")),
];

/// An inhabitant with the numbers that this run gave.
#[derive(Debug, Clone)]
pub struct Person {
    /// What is written down.
    pub spec: &'static PersonSpec,
    /// Id of the hub's `Patient`.
    pub id: String,
    /// Citizen service number.
    pub bsn: String,
    /// Date of birth.
    pub birth_date: String,
}

fn joined(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix} {name}") }
}

impl PersonSpec {
    /// Family name as it is used: the partner's name first.
    pub fn family(&self) -> String {
        let own = joined(self.own.0, self.own.1);
        if self.partner.1.is_empty() { own } else { format!("{}-{own}", joined(self.partner.0, self.partner.1)) }
    }

    fn human_names(&self) -> Value {
        let base = "http://hl7.org/fhir/StructureDefinition/";
        let parts = [
            ("humanname-own-prefix", self.own.0),
            ("humanname-own-name", self.own.1),
            ("humanname-partner-prefix", self.partner.0),
            ("humanname-partner-name", self.partner.1),
        ];
        let extensions: Vec<Value> = parts
            .iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| json!({"url": format!("{base}{name}"), "valueString": text}))
            .collect();
        let order = if self.partner.1.is_empty() { "NL1" } else { "NL3" };
        json!([
            {
                "extension": [{"url": format!("{base}humanname-assembly-order"), "valueCode": order}],
                "use": "official",
                "text": format!("{} {}", self.initials, self.family()),
                "family": self.family(),
                "_family": {"extension": extensions},
                "given": [self.initials],
                "_given": [{"extension": [{"url": format!("{base}iso21090-EN-qualifier"), "valueCode": "IN"}]}],
            },
            {"use": "usual", "given": [self.called]},
        ])
    }

    fn postal_address(&self) -> Value {
        let base = "http://hl7.org/fhir/StructureDefinition/";
        let (street, number, city) = self.address;
        json!([{
            "use": "home",
            "type": "both",
            "line": [format!("{street} {number}")],
            "_line": [{"extension": [
                {"url": format!("{base}iso21090-ADXP-streetName"), "valueString": street},
                {"url": format!("{base}iso21090-ADXP-houseNumber"), "valueString": number},
            ]}],
            "city": city,
            "postalCode": if city == "Vlierdam" { "6099 SA" } else { "6098 SD" },
            "country": "Nederland",
        }])
    }
}

impl Person {
    /// Name as people say it.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.spec.called, self.spec.family())
    }

    fn marital_status(&self) -> Option<Value> {
        let display = match self.spec.marital {
            "M" => "Gehuwd",
            "S" => "Ongehuwd",
            "W" => "Weduwe of weduwnaar",
            "D" => "Gescheiden",
            _ => return None,
        };
        let system = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus";
        Some(code(system, self.spec.marital, display).bare())
    }

    /// A `Patient` in the Dutch shape, as any source would write it.
    pub fn patient_resource(&self, general_practitioner: &str) -> Value {
        let gender = if self.spec.gender == "male" { ("M", "Man") } else { ("F", "Vrouw") };
        let exact = code("http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender", gender.0, gender.1);
        let mobile = code("http://terminology.hl7.org/CodeSystem/v3-AddressUse", "MC", "Mobiel");
        let phone = format!("06-000{:05}", Random::new(1).fork(&self.bsn).below(100_000));
        let mut patient = json!({
            "resourceType": "Patient",
            "meta": super::build::code::profile("nl-core-Patient"),
            "identifier": [{"system": bsn::SYSTEM, "value": self.bsn}],
            "active": true,
            "name": self.spec.human_names(),
            "telecom": [
                {
                    "system": "phone",
                    "_system": {"extension": [extension("ext-CodeSpecification", "valueCodeableConcept", &mobile.bare())]},
                    "value": phone,
                    "use": "mobile",
                },
                {"system": "email", "value": format!("{}@demo.example", self.spec.key), "use": "home"},
            ],
            "gender": self.spec.gender,
            "_gender": {"extension": [extension("ext-CodeSpecification", "valueCodeableConcept", &exact.bare())]},
            "birthDate": self.birth_date,
            "address": self.spec.postal_address(),
            "generalPractitioner": [{"reference": general_practitioner, "type": "Practitioner"}],
            "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "nl-NL", "display": "Nederlands"}]}}],
        });
        if let Some(status) = self.marital_status() {
            patient["maritalStatus"] = status;
        }
        patient
    }
}

/// All inhabitants with their numbers, in a fixed order.
pub fn people(bsns: &[String], ids: &[String], clock: &Clock) -> Vec<Person> {
    PEOPLE
        .iter()
        .zip(bsns.iter().zip(ids))
        .map(|(spec, (bsn, id))| Person {
            spec,
            id: id.clone(),
            bsn: bsn.clone(),
            birth_date: clock.born(spec.age, spec.birthday),
        })
        .collect()
}
