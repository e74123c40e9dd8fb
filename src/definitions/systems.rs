//! Code systems, with the value set of each.

use serde_json::{Value, json};
use spil_consent::{Category, Ground, Labels, Target};
use spil_fhir_profiles::category::SYSTEM as DATA_CATEGORY;

use crate::access::{AGREED, ASK_CATEGORY, ASK_CODE, EMERGENCY, FINDING, FINDINGS, GROUNDS, REVIEW_CODE, TASK_SYSTEM};

use super::{BASE, definition};

/// The categories of data that a permission names, and the labels that it must name one by one.
pub(super) fn data_category() -> Value {
    let about = "What health data is about, in the words in which a patient gives permission (`Consent.provision.code`). \
                 Every resource has exactly one category. A label is put on what is more private than its category: a \
                 permission reaches it only when it names the label too.";
    let mut concepts: Vec<Value> = Category::ALL
        .into_iter()
        .map(|one| {
            let kind = if Target::names(one.code()) { "category" } else { "fixed" };
            concept(one.code(), (one.english(), one.dutch()), Some(kind))
        })
        .collect();
    let labels = Labels::NAMED.into_iter().filter(|one| Target::names(one.code()));
    concepts.extend(labels.map(|one| concept(one.code(), (one.english(), one.dutch()), Some("label"))));
    let mut system = system("data-category", "DataCategory", "Data categories", about, concepts);
    system["property"] = json!([{
        "code": "kind", "type": "code",
        "description": "category: a permission can name it; label: a permission must name it besides the category (mental-health names psychiatry and violence); \
                        fixed: nobody gives permission for it (identity comes along with every permission, general is \
                        nobody's data, consent is for the patient only).",
    }]);
    system
}

/// Why data could be seen: the policy of an `AuditEvent`.
pub(super) fn ground() -> Value {
    let words = |ground: Ground| match ground {
        Ground::Own => ("The one who asks is its source, or the patient", "De vrager is de bron, of de patiënt zelf"),
        Ground::Directory => ("It is nobody's data", "Het gaat over niemand"),
        Ground::Consent => ("The patient permits it", "De patiënt geeft toestemming"),
        Ground::Handoff => ("A running handoff names it", "Een lopende overdracht noemt het"),
        Ground::Emergency => ("Emergency access", "Toegang bij spoed"),
        Ground::None => ("Nothing was released", "Er is niets verstrekt"),
    };
    let all =
        [Ground::Own, Ground::Directory, Ground::Consent, Ground::Handoff, Ground::Emergency, Ground::None].into_iter();
    let concepts = all.map(|one| concept(one.code(), words(one), None)).collect();
    system(
        "ground",
        "Ground",
        "Grounds of access",
        "On what ground data was released, as the audit log tells.",
        concepts,
    )
}

/// The codes of a `Task` by which an organisation asks for permission.
pub(super) fn task() -> Value {
    let concepts = vec![
        concept(ASK_CODE, ("Ask a patient for permission", "Toestemming vragen"), None),
        concept(REVIEW_CODE, ("Review an emergency access", "Inzage bij spoed beoordelen"), None),
        concept(FINDING, ("What the privacy officer found", "Oordeel van de functionaris"), None),
        concept(FINDINGS[0], ("The emergency access was justified", "De inzage bij spoed was terecht"), None),
        concept(FINDINGS[1], ("The emergency access was not justified", "De inzage bij spoed was niet terecht"), None),
        concept(
            ASK_CATEGORY,
            ("A category of data that is asked for", "Een soort gegevens waarom wordt gevraagd"),
            None,
        ),
    ];
    system(
        "task",
        "Task",
        "Codes of tasks",
        "What a Task is about (`code`), and what it names (`input.type`).",
        concepts,
    )
}

/// The stamps in `Consent.verification`, of parent and child who agree.
pub(super) fn agreed_by() -> Value {
    let about = "Who agreed with a privacy consent: a child of 12 to 15 and a parent do so together.";
    naming("agreed-by", "AgreedBy", AGREED, about)
}

fn naming(id: &str, name: &str, value: &str, about: &str) -> Value {
    json!({
        "resourceType": "NamingSystem",
        "id": id,
        "name": name,
        "status": "active",
        "kind": "identifier",
        "date": "2026-11-21",
        "publisher": "Spil",
        "description": about,
        "uniqueId": [{"type": "uri", "value": value}],
    })
}

/// What accesses of one emergency have in common: professional, patient and reason.
pub(super) fn emergency() -> Value {
    let about =
        "Accesses of one professional to one patient for one reason, of which the privacy officer gets one work item.";
    naming("emergency", "Emergency", EMERGENCY, about)
}

/// The value set of all codes of a system.
pub(super) fn whole(id: &str, name: &str, title: &str, system: &str) -> Value {
    let mut set = definition("ValueSet", id, name, title, &format!("All codes of {system}."));
    set["compose"] = json!({"include": [{"system": system}]});
    set
}

/// The value set of the categories and labels that a consent can name.
pub(super) fn consent_category() -> Value {
    let about = "The categories and labels that a permission or an objection can name.";
    let mut set = definition("ValueSet", "consent-category", "ConsentCategory", "What a consent can name", about);
    let named = Category::ALL.into_iter().map(Category::code).chain(Labels::NAMED.into_iter().map(Labels::code));
    let codes: Vec<Value> = named.filter(|code| Target::names(code)).map(|code| json!({"code": code})).collect();
    set["compose"] = json!({"include": [{"system": DATA_CATEGORY, "concept": codes}]});
    set
}

fn system(id: &str, name: &str, title: &str, about: &str, concepts: Vec<Value>) -> Value {
    let mut system = definition("CodeSystem", id, name, title, about);
    debug_assert!([DATA_CATEGORY, GROUNDS, TASK_SYSTEM].iter().any(|known| system["url"] == *known));
    system["caseSensitive"] = json!(true);
    system["content"] = json!("complete");
    system["count"] = json!(concepts.len());
    if system["url"] == DATA_CATEGORY {
        system["valueSet"] = json!(format!("{BASE}/ValueSet/{id}"));
    }
    system["concept"] = Value::Array(concepts);
    system
}

fn concept(code: &str, (english, dutch): (&str, &str), kind: Option<&str>) -> Value {
    let mut concept = json!({"code": code, "display": english, "designation": [{"language": "nl", "value": dutch}]});
    if let Some(kind) = kind {
        concept["property"] = json!([{"code": "kind", "valueCode": kind}]);
    }
    concept
}
