//! Codes of FHIR itself in words that everybody knows.

use super::super::text::Text;

/// How things stand; `None` when it is as a reader expects.
pub(super) fn status(code: Option<&str>) -> Option<Text> {
    let pair = match code? {
        "inactive" => ("Niet meer actief", "No longer active"),
        "resolved" => ("Voorbij", "Over"),
        "remission" => ("Rustig op dit moment", "Quiet at present"),
        "recurrence" | "relapse" => ("Teruggekomen", "Came back"),
        "stopped" | "discontinued" | "abandoned" => ("Gestopt", "Stopped"),
        "cancelled" | "revoked" => ("Afgezegd of ingetrokken", "Cancelled or withdrawn"),
        "rejected" | "declined" => ("Afgewezen", "Rejected"),
        "on-hold" | "suspended" | "onleave" => ("Tijdelijk gestopt", "Paused"),
        "planned" | "pending" | "proposed" | "booked" | "requested" | "scheduled" | "intended" => {
            ("Gepland", "Planned")
        }
        "in-progress" | "preparation" | "arrived" | "accepted" | "received" => ("Bezig", "In progress"),
        "not-done" | "not-taken" | "noshow" => ("Niet gedaan", "Not done"),
        "preliminary" | "registered" | "partial" | "draft" => ("Nog niet definitief", "Not final yet"),
        "amended" | "corrected" => ("Gewijzigd", "Changed"),
        "superseded" => ("Vervangen", "Replaced"),
        "entered-in-error" => ("Per ongeluk vastgelegd", "Recorded by mistake"),
        "failed" => ("Mislukt", "Failed"),
        "achieved" => ("Gehaald", "Achieved"),
        _ => return None,
    };
    Some(pair.into())
}

/// How sure a source is.
pub(super) fn certainty(code: &str) -> Option<Text> {
    let pair = match code {
        "unconfirmed" | "provisional" => ("Nog niet zeker", "Not certain yet"),
        "differential" => ("Mogelijk", "Possible"),
        "refuted" => ("Is er niet: uitgesloten", "Ruled out"),
        _ => return None,
    };
    Some(pair.into())
}

/// Whether a value is high or low.
pub(super) fn interpretation(code: &str) -> Option<Text> {
    let pair = match code {
        "H" | "281302008" => ("Hoger dan normaal", "Higher than normal"),
        "HH" => ("Veel hoger dan normaal", "Much higher than normal"),
        "L" | "281300000" => ("Lager dan normaal", "Lower than normal"),
        "LL" => ("Veel lager dan normaal", "Much lower than normal"),
        "N" => ("Normaal", "Normal"),
        "A" => ("Afwijkend", "Abnormal"),
        "AA" => ("Sterk afwijkend", "Very abnormal"),
        "POS" => ("Aangetoond", "Found"),
        "NEG" => ("Niet aangetoond", "Not found"),
        "R" => ("Niet gevoelig", "Resistant"),
        "S" => ("Gevoelig", "Susceptible"),
        _ => return None,
    };
    Some(pair.into())
}

/// How bad a reaction can be.
pub(super) fn severity(code: &str) -> Option<Text> {
    let pair = match code {
        "high" => ("Kan gevaarlijk zijn", "Can be dangerous"),
        "low" => ("Meestal niet gevaarlijk", "Usually not dangerous"),
        "severe" => ("Ernstig", "Severe"),
        "moderate" => ("Matig", "Moderate"),
        "mild" => ("Licht", "Mild"),
        _ => return None,
    };
    Some(pair.into())
}

/// What kind of thing a person can be allergic to.
pub(super) fn allergy_kind(code: &str) -> Option<Text> {
    let pair = match code {
        "food" => ("Eten", "Food"),
        "medication" => ("Medicijn", "Medicine"),
        "environment" => ("Omgeving", "Environment"),
        "biologic" => ("Lichaamsstof", "Biological substance"),
        _ => return None,
    };
    Some(pair.into())
}

/// Where care takes place.
pub(super) fn encounter_class(code: &str) -> Option<Text> {
    let pair = match code {
        "AMB" => ("Bezoek aan polikliniek of praktijk", "Outpatient visit"),
        "IMP" | "ACUTE" | "NONAC" => ("Opname", "Admission"),
        "EMER" => ("Spoedeisende hulp", "Emergency care"),
        "HH" => ("Bezoek thuis", "Home visit"),
        "VR" => ("Telefonisch of beeldcontact", "Telephone or video contact"),
        "SS" => ("Dagopname", "Day admission"),
        "OBSENC" => ("Ter observatie", "For observation"),
        "FLD" => ("Zorg ter plaatse", "Care on the spot"),
        _ => return None,
    };
    Some(pair.into())
}

/// Yes or no.
pub(super) fn yes(value: bool) -> Text {
    if value { ("Ja", "Yes").into() } else { ("Nee", "No").into() }
}
