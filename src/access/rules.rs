//! A privacy `Consent` (IHE PCF Explicit Intermediate, <https://profiles.ihe.net/ITI/PCF/>) becomes a directive of the
//! engine. What cannot be read for certain becomes `Unreadable`, which refuses everything.

use serde_json::Value;
use spil_consent::{Content, Directive, Effect, Holder, Rule, Target, User};
use spil_fhir_profiles::category::SYSTEM as CATEGORY_SYSTEM;
use spil_fhir_profiles::definition::type_number;
use spil_fhir_profiles::time::parse_range;

use crate::ctx::PURPOSES;
use crate::store::StoredConsent;
use crate::store::sql::policy;

use super::Directory;

const PARTICIPATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const ACT_REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
const RESOURCE_TYPES: &str = "http://hl7.org/fhir/resource-types";
const URA: &str = "http://fhir.nl/fhir/NamingSystem/ura";
const ORGANIZATION_TYPE: &str = "http://nictiz.nl/fhir/NamingSystem/organization-type";

/// What is treatment too: an objection to treatment is one to each of them, else a caller would name another of them. Emergency
/// (`BTG`) is not among them: whoever wants that closed says so.
const TREATMENT: [&str; 3] = ["CAREMGT", "COC", "ETREAT"];

/// Elements of `Consent.provision` that are understood.
const KNOWN: [&str; 11] =
    ["id", "extension", "type", "period", "actor", "purpose", "class", "code", "dataPeriod", "data", "provision"];

/// Whether a `Consent` is about privacy; treatment and advance directives are not, and never become permissions.
pub fn is_privacy(consent: &Value) -> bool {
    codings(&consent["scope"]).any(|coding| coding["code"] == "patient-privacy")
}

/// The directive of a stored consent; none when it is not in force.
pub fn compile(stored: &StoredConsent, directory: &Directory) -> Option<Directive> {
    let version = u32::try_from(stored.version).unwrap_or(u32::MAX);
    let content = match serde_json::from_slice::<Value>(&stored.body) {
        Err(_) => Content::Unreadable("it is not JSON".to_owned()),
        Ok(consent) if consent["status"] != "active" => return None,
        Ok(consent) => read(&consent, directory).map_or_else(Content::Unreadable, Content::Rule),
    };
    Some(Directive { consent: stored.id.clone(), version, content })
}

/// Why a consent in force cannot be read. As long as it cannot, nothing of the patient is released on any permission.
pub fn fault(consent: &Value, directory: &Directory) -> Option<String> {
    read(consent, directory).err().filter(|_| is_privacy(consent) && consent["status"] == "active")
}

/// The rule of a consent, or why it cannot be read.
pub fn read(consent: &Value, directory: &Directory) -> Result<Rule, String> {
    if has_modifier(consent) {
        return Err("it has a modifier extension".to_owned());
    }
    if !consent["implicitRules"].is_null() {
        return Err("it is to be read by rules of its own".to_owned());
    }
    let provision = &consent["provision"];
    let mut rule = rule(provision, directory)?;
    if rule.users.is_empty() {
        rule.users.push(User::All);
    }
    if rule.holders.is_empty() {
        rule.holders.push(Holder::All);
    }
    for nested in list(&provision["provision"]) {
        if !nested["provision"].is_null() {
            return Err("it nests exceptions more than one level deep".to_owned());
        }
        rule.exceptions.push(self::rule(nested, directory)?);
    }
    // An objection reaches further than it says, but what it excepts stays within what it says.
    for nested in rule.exceptions.iter_mut().filter(|one| one.effect == Effect::Permit && one.purposes.is_empty()) {
        nested.purposes.clone_from(&rule.purposes);
    }
    widen(&mut rule);
    rule.exceptions.iter_mut().for_each(widen);
    Ok(rule)
}

/// Lets an objection to treatment reach what is stated instead of it.
fn widen(rule: &mut Rule) {
    if rule.effect == Effect::Deny && rule.purposes.iter().any(|purpose| purpose == "TREAT") {
        rule.purposes.extend(TREATMENT.map(str::to_owned));
    }
}

/// Whom a rule could permit, as `policy_user` keeps it.
pub fn possible_users(rule: &Rule) -> Vec<(i64, String)> {
    let mut users = Vec::new();
    let permits = std::iter::once(rule).chain(&rule.exceptions).filter(|one| one.effect == Effect::Permit);
    for one in permits {
        let named = if one.users.is_empty() { &rule.users } else { &one.users };
        users.extend(named.iter().map(|user| match user {
            User::All => (policy::EVERYONE, String::new()),
            User::Kind(kind) => (policy::KIND, kind.clone()),
            User::Organisation(org) => (policy::ORGANISATION, org.to_string()),
            User::Person(id) => (policy::PERSON, id.clone()),
        }));
    }
    users.sort();
    users.dedup();
    users
}

fn rule(provision: &Value, directory: &Directory) -> Result<Rule, String> {
    let known = provision.as_object().is_some_and(|map| map.keys().all(|key| KNOWN.contains(&key.as_str())));
    if !known {
        return Err("it has no provision, or one with an element that is not supported".to_owned());
    }
    let effect = match provision["type"].as_str() {
        Some("permit") => Effect::Permit,
        Some("deny") => Effect::Deny,
        _ => return Err("its provision has no type".to_owned()),
    };
    let (users, mut holders) = actors(provision, directory)?;
    let mut target = Target::default();
    for class in list(&provision["class"]) {
        let code = class["code"].as_str().filter(|_| class["system"] == RESOURCE_TYPES);
        let code = code.filter(|code| type_number(code).is_some());
        target.classes.push(code.ok_or("a class is not a resource type")?.to_owned());
    }
    for concept in list(&provision["code"]) {
        let mut named = false;
        for code in codings(concept).filter(|coding| coding["system"] == CATEGORY_SYSTEM) {
            named |= target.add_code(code["code"].as_str().unwrap_or_default());
        }
        if !named {
            return Err("a code is not one of our data categories".to_owned());
        }
    }
    for data in list(&provision["data"]) {
        let reference = data["reference"]["reference"].as_str().unwrap_or_default();
        // An address, a version or a search would name nothing that is stored: an objection to it would do nothing.
        let (rtype, id) = reference
            .split_once('/')
            .filter(|(rtype, id)| type_number(rtype).is_some() && is_id(id))
            .ok_or("data names no resource as `Type/id`")?;
        match data["meaning"].as_str() {
            Some("instance") => target.instances.push((rtype.to_owned(), id.to_owned())),
            Some("authoredby") if rtype == "Organization" => holders.push(holder(id, directory)?),
            _ => return Err("data has a meaning that is not supported".to_owned()),
        }
    }
    target.data_period = period(&provision["dataPeriod"])?;
    let mut purposes = Vec::new();
    for purpose in list(&provision["purpose"]) {
        let code = purpose["code"].as_str().filter(|_| purpose["system"] == ACT_REASON);
        let code = code.filter(|code| PURPOSES.contains(code));
        purposes
            .push(code.ok_or("a purpose is not a code of v3-ActReason for which somebody can ask here")?.to_owned());
    }
    let period = period(&provision["period"])?;
    Ok(Rule { effect, users, holders, purposes, period, target, exceptions: Vec::new() })
}

/// Users (role `IRCP`) and holders (role `CST`).
fn actors(provision: &Value, directory: &Directory) -> Result<(Vec<User>, Vec<Holder>), String> {
    let mut users = Vec::new();
    let mut holders = Vec::new();
    for actor in list(&provision["actor"]) {
        let role = codings(&actor["role"])
            .find(|coding| coding["system"] == PARTICIPATION)
            .and_then(|coding| coding["code"].as_str());
        let reference = &actor["reference"];
        match role {
            Some("IRCP") => users.push(user(reference, directory)?),
            Some("CST") => holders.push(match user(reference, directory)? {
                User::Organisation(org) => Holder::Organisation(org),
                User::Kind(kind) => Holder::Kind(kind),
                User::Person(_) | User::All => return Err("a person cannot be a data holder".to_owned()),
            }),
            _ => return Err("an actor has a role that is not supported".to_owned()),
        }
    }
    Ok((users, holders))
}

fn user(reference: &Value, directory: &Directory) -> Result<User, String> {
    if let Some(literal) = reference["reference"].as_str() {
        return match literal.split_once('/') {
            Some(("Organization", id)) => directory
                .by_id(id)
                .map(|org| User::Organisation(org.org))
                .ok_or_else(|| "an actor is an organisation that is not known here".to_owned()),
            Some(("Practitioner" | "PractitionerRole", id)) if is_id(id) => Ok(User::Person(id.to_owned())),
            _ => Err("an actor is not an organisation or a professional".to_owned()),
        };
    }
    let value = reference["identifier"]["value"].as_str().unwrap_or_default();
    match reference["identifier"]["system"].as_str() {
        Some(URA) => directory
            .by_ura(value)
            .map(|org| User::Organisation(org.org))
            .ok_or_else(|| "an actor has a URA number that is not known here".to_owned()),
        Some(ORGANIZATION_TYPE) => kind_of_type(value)
            .map(|kind| User::Kind(kind.to_owned()))
            .ok_or_else(|| "an actor has an organisation type that is not known here".to_owned()),
        _ => Err("an actor has no reference that can be read".to_owned()),
    }
}

fn holder(id: &str, directory: &Directory) -> Result<Holder, String> {
    let org = directory.by_id(id).ok_or("data is of an organisation that is not known here")?;
    Ok(Holder::Organisation(org.org))
}

/// The kind of organisation of a code of the Dutch list of organisation types (2.16.840.1.113883.2.4.15.1060).
pub fn kind_of_type(code: &str) -> Option<&'static str> {
    Some(match code {
        "Z3" | "H1" => "gp",
        "N6" => "gp_post",
        "V4" | "V5" | "V6" => "hospital",
        "X3" | "R5" | "M1" | "T2" => "vvt",
        "J8" => "pharmacy",
        "G5" => "mental_health",
        _ => return None,
    })
}

/// A FHIR Period as `[from, to)`, ms; its end is included, to its own precision.
fn period(period: &Value) -> Result<Option<(i64, i64)>, String> {
    if period.is_null() {
        return Ok(None);
    }
    let bound = |name: &str| match period[name].as_str() {
        None => Ok(None),
        Some(text) => parse_range(text).map(Some).ok_or_else(|| format!("its period has an unreadable {name}")),
    };
    let from = bound("start")?.map_or(i64::MIN, |(low, _)| low);
    let to = bound("end")?.map_or(i64::MAX, |(_, high)| high);
    if from >= to {
        return Err("its period ends before it starts".to_owned());
    }
    Ok(Some((from, to)))
}

/// Whether any element carries a modifier extension: it could turn the meaning around.
fn has_modifier(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(key, value)| key == "modifierExtension" || has_modifier(value)),
        Value::Array(items) => items.iter().any(has_modifier),
        _ => false,
    }
}

/// True for an id of FHIR.
fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn codings(concept: &Value) -> impl Iterator<Item = &Value> {
    list(&concept["coding"])
}
