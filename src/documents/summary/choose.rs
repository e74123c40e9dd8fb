//! Which records belong in which section of the patient summary.

use super::super::dates;
use super::super::record::Record;
use super::super::value::{codes, text};
use serde_json::Value;

/// Categories of conditions that are about the law, not about health.
const LEGAL: [&str; 2] = ["303186005", "151701000146105"];
/// Categories of what somebody can do.
const FUNCTION: [&str; 2] = ["118228005", "384821006"];
/// What is over.
const OVER: [&str; 3] = ["inactive", "resolved", "remission"];

const SOCIAL: &[&str] = &[
    "365980008",
    "72166-2",
    "228273003",
    "74013-4",
    "228366006",
    "365508006",
    "272497004",
    "224249004",
    "105421008",
    "160538000",
    "314845004",
    "365474007",
];
const PREGNANCY: &[&str] = &[
    "118185001",
    "161732006",
    "364325004",
    "57036006",
    "161714006",
    "21840007",
    "82810-3",
    "11778-8",
    "11779-6",
    "11780-4",
    "11636-8",
    "11637-6",
    "11638-4",
    "11639-2",
    "11640-0",
    "11612-9",
    "11613-7",
    "11614-5",
    "33065-4",
];
const VITAL: &[&str] = &[
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
    "39156-5",
];
const ABILITIES: &[&str] = &[
    "284785009",
    "165235000",
    "704434006",
    "288883002",
    "288852001",
    "284779002",
    "288470005",
    "285033005",
    "273302005",
    "301438001",
    "282869009",
    "301587001",
    "249868004",
    "364666007",
    "282097004",
    "47078008",
    "281004000",
];

fn has(resource: &Value, path: &str, known: &[&str]) -> bool {
    codes(resource, path).iter().any(|code| known.contains(code))
}

fn refuted(resource: &Value) -> bool {
    has(resource, "verificationStatus", &["refuted"])
}

fn of_health(condition: &Value) -> bool {
    !refuted(condition) && !has(condition, "category", &LEGAL)
}

/// Did the period of a record end before today?
fn ended(record: &Record<'_>, resource: &Value, path: &str) -> bool {
    text(resource, path).and_then(dates::last_day).is_some_and(|end| end < record.today)
}

pub(super) fn problem(_: &Record<'_>, condition: &Value) -> bool {
    of_health(condition) && !has(condition, "clinicalStatus", &OVER) && !has(condition, "category", &FUNCTION)
}

pub(super) fn past_problem(_: &Record<'_>, condition: &Value) -> bool {
    of_health(condition) && has(condition, "clinicalStatus", &OVER)
}

pub(super) fn disability(_: &Record<'_>, condition: &Value) -> bool {
    of_health(condition) && !has(condition, "clinicalStatus", &OVER) && has(condition, "category", &FUNCTION)
}

pub(super) fn allergy(_: &Record<'_>, allergy: &Value) -> bool {
    !refuted(allergy)
}

pub(super) fn alert(record: &Record<'_>, flag: &Value) -> bool {
    text(flag, "status") == Some("active") && !ended(record, flag, "period.end")
}

pub(super) fn given(_: &Record<'_>, immunization: &Value) -> bool {
    text(immunization, "status") == Some("completed")
}

pub(super) fn result(_: &Record<'_>, result: &Value) -> bool {
    let done = matches!(text(result, "status"), Some("final" | "amended" | "corrected" | "preliminary"));
    let report = text(result, "resourceType") == Some("DiagnosticReport");
    done && (report || has(result, "category", &["laboratory", "imaging", "49581000146104", "275711006"]))
}

pub(super) fn procedure(_: &Record<'_>, procedure: &Value) -> bool {
    // A conversation on what is wanted is with the advance directives.
    let done = matches!(text(procedure, "status"), Some("completed" | "in-progress" | "stopped" | "unknown"));
    done && !has(procedure, "code", &["713603004"])
}

pub(super) fn device(record: &Record<'_>, usage: &Value) -> bool {
    let used = matches!(text(usage, "status"), Some("active" | "completed" | "on-hold"));
    used && !ended(record, usage, "timingPeriod.end")
}

pub(super) fn vital_sign(_: &Record<'_>, observation: &Value) -> bool {
    has(observation, "category", &["vital-signs"]) || has(observation, "code", VITAL)
}

pub(super) fn social(_: &Record<'_>, observation: &Value) -> bool {
    has(observation, "code", SOCIAL) || has(observation, "category", &["social-history"])
}

pub(super) fn pregnancy(_: &Record<'_>, observation: &Value) -> bool {
    has(observation, "code", PREGNANCY)
}

pub(super) fn function(_: &Record<'_>, observation: &Value) -> bool {
    let elsewhere = has(observation, "category", &["vital-signs", "laboratory"]);
    !elsewhere && (has(observation, "category", &FUNCTION) || has(observation, "code", ABILITIES))
}

pub(super) fn plan(record: &Record<'_>, plan: &Value) -> bool {
    matches!(text(plan, "status"), Some("active" | "on-hold" | "draft")) && !ended(record, plan, "period.end")
}

/// A written statement that is in force.
pub(super) fn statement(record: &Record<'_>, consent: &Value) -> bool {
    let in_force = text(consent, "status") == Some("active") && !ended(record, consent, "provision.period.end");
    in_force && has(consent, "scope", &["adr"])
}
