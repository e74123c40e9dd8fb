//! In which section of the handoff a record belongs.

use super::super::record::Record;
use super::super::value::{SNOMED, coded, codes, holds, key, kind, list, text};
use super::tree::known;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Sections, each with the codes that belong there.
type Table = [(&'static str, &'static [&'static str])];

/// Observation code to section.
const OBSERVATIONS: &Table = &[
    ("365474007", &["365474007"]),
    ("365512000", &["365508006", "272497004", "224249004", "118871000146108"]),
    ("365448001", &["314845004", "405081003", "365469004", "364703007", "105421008", "160538000"]),
    (
        "108329005",
        &["153851000146100", "395091006", "340171000146104", "570801000146104", "247751003", "665671000146101"],
    ),
    (
        "363788007",
        &[
            "85354-9",
            "55284-4",
            "29463-7",
            "8302-2",
            "8310-5",
            "9843-4",
            "8867-4",
            "8893-0",
            "366199006",
            "2708-6",
            "59408-5",
            "9279-1",
            "35088-4",
            "55681000146102",
            "57485005",
        ],
    ),
    ("11011000146108", &["225908003", "108291000146105", "108331000146104", "108301000146109"]),
    (
        "365178001",
        &[
            "284785009",
            "165235000",
            "704434006",
            "288883002",
            "288852001",
            "284779002",
            "288470005",
            "285033005",
            "273302005",
        ],
    ),
    ("364832000", &["301438001", "282869009", "301587001", "249868004", "364666007", "282097004"]),
    (
        "300893006",
        &[
            "8881000146104",
            "108311000146106",
            "108321000146101",
            "414648004",
            "108341000146107",
            "710853006",
            "251852001",
            "251841007",
        ],
    ),
    ("106019003", &["111989001", "129008009", "129009001", "162098000", "443172007", "9397-1"]),
    ("106076001", &["39126-8", "39125-0", "39127-6", "148641000146109", "298007001", "449747006", "405009004"]),
    ("106147001", &["47078008", "281004000", "260246004", "251718005"]),
    ("284465006", &["363910003", "27026000", "364667003", "405199009", "228273003", "365980008", "228366006"]),
    ("118232004", &["118185001", "161732006", "364325004", "57036006", "161714006", "21840007"]),
];

/// Condition category to section.
const CONDITIONS: &[(&str, &str)] = &[
    ("303186005", "365867006"),
    ("151701000146105", "365867006"),
    ("245857005", "106019003"),
    ("416462003", "106076001"),
    ("125666000", "106076001"),
    ("95320005", "106076001"),
    ("384821006", "36456004"),
    ("118228005", "364832000"),
];

/// Words in the name of a profile that say where a record belongs. Zibs without a profile of R4 are base resources; systems
/// name them all the same.
const PROFILES: &[(&str, &str)] = &[
    ("FeedingTubeSystem", "300893006"),
    ("Infusion", "300893006"),
    ("BladderFunction", "106019003"),
    ("Hearing", "106147001"),
    ("Visual", "106147001"),
    ("Mouthcare", "365178001"),
];

/// Kind of device (`SNOMED` CT) to section: tubes that feed, lines for infusion, urinary catheters.
const DEVICES: &Table =
    &[("300893006", &["25062003", "17102003", "470571004", "82449006"]), ("106019003", &["20568009"])];

/// Where the records of somebody belong.
pub(super) struct Places<'c, 'r> {
    record: &'c Record<'r>,
    /// `Type/id` of the problems that a nursing intervention is about.
    nursed: HashSet<&'r str>,
    /// `Type/id` of the use of an aid, with the function that it helps.
    helped: HashMap<&'r str, &'r Value>,
}

impl<'c, 'r> Places<'c, 'r> {
    /// Reads what says something of others.
    pub(super) fn new(record: &'c Record<'r>) -> Self {
        let nursing = record.all("CarePlan").filter(|source| holds(&source.resource, "category", SNOMED, "9632001"));
        let addressed = nursing.flat_map(|source| list(&source.resource, "addresses"));
        let nursed = addressed.filter_map(|reference| record.local(text(reference, "reference")?)).collect();
        let mut helped = HashMap::new();
        for source in record.all("Observation") {
            for item in list(&source.resource, "extension") {
                if let Some(name) = text(item, "valueReference.reference").and_then(|found| record.local(found)) {
                    helped.entry(name).or_insert(&source.resource);
                }
            }
        }
        Self { record, nursed, helped }
    }

    /// The section for a record; `None` when it is no part of a handoff.
    pub(super) fn of(&self, resource: &Value) -> Option<&'static str> {
        if matches!(text(resource, "status"), Some("cancelled" | "not-done" | "draft")) {
            return None;
        }
        match kind(resource) {
            "RelatedPerson" | "Coverage" => Some("302147001"),
            "Observation" => observation(resource).or_else(|| profiled(resource)),
            "Condition" => Some(self.condition(resource)),
            // Treatment directives have a table of their own in that section.
            "Consent" => (text(resource, "status") == Some("active") && codes(resource, "scope").contains(&"adr"))
                .then_some("108329005"),
            "AllergyIntolerance" => {
                (!codes(resource, "verificationStatus").contains(&"refuted")).then_some("420134006")
            }
            "Flag" => (text(resource, "status") == Some("active")).then_some("308813009"),
            "Procedure" => procedure(resource),
            "CarePlan" => Some(plan(resource)),
            "Goal" => Some(if holds(resource, "category", SNOMED, "713603004") { "108329005" } else { "722091001" }),
            "CareTeam" | "PractitionerRole" => Some("405623001"),
            "Encounter" | "Appointment" => Some("308335008"),
            "NutritionOrder" => Some("300893006"),
            "DeviceUseStatement" => Some(self.device(resource)),
            "DocumentReference" => {
                Some(if codes(resource, "type").contains(&"72170-4") { "106076001" } else { "397966007" })
            }
            _ => explicit(resource).or_else(|| profiled(resource)),
        }
    }

    fn condition(&self, condition: &Value) -> &'static str {
        let category = codes(condition, "category");
        if let Some((_, section)) = CONDITIONS.iter().find(|(code, _)| category.contains(code)) {
            return section;
        }
        if coded(&condition["code"], SNOMED, "399912005") {
            return "106076001";
        }
        if let Some(section) = explicit(condition) {
            return section;
        }
        let clinical = codes(condition, "clinicalStatus");
        if clinical.iter().any(|code| matches!(*code, "inactive" | "resolved" | "remission")) {
            return "417662000";
        }
        if key(condition).is_some_and(|name| self.nursed.contains(name.as_str())) {
            return "86644006";
        }
        "52870002"
    }

    /// An aid goes where its profile or its kind says, else where the function is that it helps.
    fn device(&self, usage: &Value) -> &'static str {
        let kind = || {
            let device = self.record.target(usage, &usage["device"])?;
            by_code(DEVICES, &codes(device, "type"))
        };
        let helped = || observation(self.helped.get(key(usage)?.as_str())?);
        profiled(usage).or_else(kind).or_else(helped).unwrap_or("364832000")
    }
}

/// The first section of a table that has one of these codes.
fn by_code(table: &Table, own: &[&str]) -> Option<&'static str> {
    table.iter().find(|(_, known)| own.iter().any(|code| known.contains(code))).map(|(section, _)| *section)
}

/// Where a record says itself that it belongs, by a section code among its own codes.
fn explicit(resource: &Value) -> Option<&'static str> {
    ["code", "category", "type"].iter().flat_map(|name| codes(resource, name)).find_map(known)
}

/// Where a record belongs by the name of a profile that it claims.
fn profiled(resource: &Value) -> Option<&'static str> {
    let claimed = || list(resource, "meta.profile").iter().filter_map(Value::as_str);
    PROFILES.iter().find(|(word, _)| claimed().any(|profile| profile.contains(word))).map(|(_, section)| *section)
}

fn observation(observation: &Value) -> Option<&'static str> {
    by_code(OBSERVATIONS, &codes(observation, "code")).or_else(|| explicit(observation)).or_else(|| {
        let category = codes(observation, "category");
        if category.contains(&"384821006") {
            Some("36456004")
        } else if category.contains(&"118228005") {
            Some("365178001")
        } else if category.contains(&"vital-signs") {
            Some("363788007")
        } else {
            None
        }
    })
}

fn procedure(procedure: &Value) -> Option<&'static str> {
    if holds(procedure, "category", SNOMED, "225317005") {
        return Some("225317005");
    }
    if holds(procedure, "code", SNOMED, "713603004") {
        return Some("108329005");
    }
    if holds(procedure, "category", SNOMED, "9632001") {
        return Some("86644006");
    }
    explicit(procedure)
}

fn plan(plan: &Value) -> &'static str {
    if holds(plan, "category", SNOMED, "243114000") {
        return "365448001";
    }
    "86644006"
}
