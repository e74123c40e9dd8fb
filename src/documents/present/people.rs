//! People, organisations and insurance.

use super::super::dates;
use super::super::text::Text;
use super::super::value::{codes, concept, human_name, list, text};
use super::words;
use super::{Names, Presented, named_all, period, said, said_all, same};
use serde_json::Value;

fn contact(resource: &Value) -> Option<Text> {
    let found: Vec<&str> = list(resource, "telecom").iter().filter_map(|item| text(item, "value")).collect();
    (!found.is_empty()).then(|| Text::same(found.join(", ")))
}

fn address(resource: &Value) -> Option<Text> {
    let home = list(resource, "address").first().or_else(|| resource.get("address"))?;
    if let Some(whole) = text(home, "text") {
        return Some(Text::same(whole));
    }
    let mut parts: Vec<&str> = list(home, "line").iter().filter_map(Value::as_str).collect();
    parts.extend(text(home, "postalCode"));
    parts.extend(text(home, "city"));
    (!parts.is_empty()).then(|| Text::same(parts.join(", ")))
}

/// The part that a contact person plays, in plain words for the codes that matter most.
fn relation(role: &Value) -> Option<Text> {
    let code = codes(role, "coding.code").first().copied().or_else(|| text(role, "coding.code"));
    code.and_then(role_of).or_else(|| same(concept(role)))
}

/// The same of a code; none when it is not one of those.
pub(in super::super) fn role_of(code: &str) -> Option<Text> {
    Some(Text::from(match code {
        "01" => ("Eerste contactpersoon", "First contact"),
        "02" => ("Tweede contactpersoon", "Second contact"),
        "07" => ("Helpt bij de zorg", "Helps with care"),
        "24" => ("Wettelijk vertegenwoordiger", "Legal representative"),
        "310141000146103" => ("Schriftelijk gemachtigde", "Authorised in writing"),
        _ => return None,
    }))
}

/// `RelatedPerson`: a contact person or representative.
pub(super) fn related(person: &Value) -> Presented {
    let title = human_name(list(person, "name")).map_or_else(|| Text::new("Contactpersoon", "Contact"), Text::same);
    let roles: Vec<Text> = list(person, "relationship").iter().filter_map(relation).collect();
    let status = (person["active"].as_bool() == Some(false)).then(|| Text::new("Niet meer actief", "No longer active"));
    Presented::titled(title)
        .with(("Rol", "Role"), Some(Text::join(&roles, ", ")))
        .with(("Bereikbaar", "Contact details"), contact(person))
        .with(("Adres", "Address"), address(person))
        .dated(person, &["period.start"])
        .standing(status)
}

/// `Patient`, `Practitioner` or `Person`.
pub(super) fn person(person: &Value) -> Presented {
    let title = human_name(list(person, "name")).map_or_else(|| Text::new("Naam onbekend", "Name unknown"), Text::same);
    Presented::titled(title)
        .with(("Geboren", "Born"), text(person, "birthDate").map(dates::readable))
        .with(("Bereikbaar", "Contact details"), contact(person))
        .with(("Adres", "Address"), address(person))
        .with(("Opleiding", "Qualification"), list(person, "qualification").iter().find_map(|item| said(&item["code"])))
}

/// `PractitionerRole`.
pub(super) fn role(role: &Value, names: &Names<'_>) -> Presented {
    let title =
        names(role, &role["practitioner"]).map_or_else(|| Text::new("Zorgverlener", "Care professional"), Text::same);
    Presented::titled(title)
        .with(("Beroep", "Profession"), said_all(list(role, "specialty")).or_else(|| said_all(list(role, "code"))))
        .with(("Werkt bij", "Works at"), names(role, &role["organization"]).map(Text::same))
        .with(("Bereikbaar", "Contact details"), contact(role))
}

/// `Organization`, `Location` or `HealthcareService`.
pub(super) fn place(place: &Value) -> Presented {
    let title = same(text(place, "name")).unwrap_or_else(|| ("Organisatie", "Organisation").into());
    Presented::titled(title)
        .with(("Soort", "Kind"), said_all(list(place, "type")))
        .with(("Bereikbaar", "Contact details"), contact(place))
        .with(("Adres", "Address"), address(place))
}

/// `CareTeam`.
pub(super) fn team(team: &Value, names: &Names<'_>) -> Presented {
    let title = same(text(team, "name")).unwrap_or_else(|| ("Zorgteam", "Care team").into());
    Presented::titled(title)
        .with(("Leden", "Members"), named_all(team, list(team, "participant"), "member", names))
        .with(("Voor", "For"), said_all(list(team, "reasonCode")))
        .dated(team, &["period.start"])
        .standing(words::status(text(team, "status")))
}

/// `Coverage`.
pub(super) fn coverage(coverage: &Value, names: &Names<'_>) -> Presented {
    let title = named_all(coverage, list(coverage, "payor"), "", names)
        .unwrap_or_else(|| ("Zorgverzekering", "Health insurance").into());
    Presented::titled(title)
        .with(("Soort", "Kind"), said(&coverage["type"]))
        .with(("Polisnummer", "Policy number"), same(text(coverage, "subscriberId")))
        .with(("Periode", "Period"), period(&coverage["period"]))
        .dated(coverage, &["period.start"])
        .standing(words::status(text(coverage, "status")))
}
