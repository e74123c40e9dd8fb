//! The building blocks of the medication process (MP9, <https://informatiestandaarden.nictiz.nl/wiki/Medicatieproces>):
//! when a medicine is used, what kind of block a resource is, and which block stopped a treatment. Search and the medication
//! overview read them in the same way.

use serde_json::Value;

use crate::index::time_range;
use crate::time::{parse_range, shifted};

/// Where the definitions of Nictiz are.
pub const BASE: &str = "http://nictiz.nl/fhir/StructureDefinition/";
/// The search parameter for the period of use.
pub const PERIOD_OF_USE: &str = "http://nictiz.nl/fhir/SearchParameter/period-of-use";
/// The search parameter for the latest stop of each treatment.
pub const IS_LATEST_STOP: &str = "http://nictiz.nl/fhir/SearchParameter/is-latest-stop";

const SNOMED: &str = "http://snomed.info/sct";
/// A day, in milliseconds.
const DAY: f64 = 86_400_000.0;

/// What kind of building block a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Block {
    /// Medication agreement (MA).
    Agreement,
    /// Dispense request (VV).
    DispenseRequest,
    /// Variable dosing regimen (WDS).
    Schedule,
    /// Administration agreement (TA).
    Administration,
    /// Medication dispense (MVE).
    Dispense,
    /// Medication use (MGB).
    Use,
    /// Medication administration (MTD).
    Given,
}

impl Block {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Agreement,
        Self::DispenseRequest,
        Self::Schedule,
        Self::Administration,
        Self::Dispense,
        Self::Use,
        Self::Given,
    ];

    /// The resource type and the SNOMED code of `category`.
    pub fn code(self) -> (&'static str, &'static str) {
        match self {
            Self::Agreement => ("MedicationRequest", "33633005"),
            Self::DispenseRequest => ("MedicationRequest", "52711000146108"),
            Self::Schedule => ("MedicationRequest", "395067002"),
            Self::Administration => ("MedicationDispense", "422037009"),
            Self::Dispense => ("MedicationDispense", "373784005"),
            Self::Use => ("MedicationStatement", "422979000"),
            Self::Given => ("MedicationAdministration", "18629005"),
        }
    }

    /// The kind of a resource, when its category says so.
    pub fn of(resource: &Value) -> Option<Self> {
        let rtype = resource["resourceType"].as_str()?;
        let has = |code: &str| concepts(&resource["category"]).any(|concept| has_code(concept, code));
        Self::ALL.into_iter().find(|block| block.code().0 == rtype && has(block.code().1))
    }
}

/// One concept, or several.
fn concepts(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice).iter()
}

fn has_code(concept: &Value, code: &str) -> bool {
    let codings = concept["coding"].as_array();
    codings.into_iter().flatten().any(|coding| coding["system"] == SNOMED && coding["code"] == code)
}

/// An extension of Nictiz by its short name, ordinary or modifying.
pub fn extension<'r>(element: &'r Value, name: &str) -> Option<&'r Value> {
    let lists = ["extension", "modifierExtension"].into_iter().filter_map(|list| element[list].as_array());
    lists.flatten().find(|one| one["url"].as_str().and_then(|url| url.strip_prefix(BASE)) == Some(name))
}

/// The half-open range of milliseconds in which a medicine is used; none when the resource does not tell.
pub fn period_of_use(resource: &Value) -> Option<(i64, i64)> {
    let period = match resource["resourceType"].as_str()? {
        "MedicationRequest" | "MedicationDispense" => &extension(resource, "ext-TimeInterval.Period")?["valuePeriod"],
        "MedicationStatement" => &resource["effectivePeriod"],
        _ => return None,
    };
    interval(period, resource)
}

/// The range of a `Period` of a resource, where the one end that is missing follows from `ext-TimeInterval.Duration`. Without a
/// duration, or with one that cannot be read, an end that is missing is open: what may still be used must not be overlooked.
pub fn interval(period: &Value, resource: &Value) -> Option<(i64, i64)> {
    if !period.is_object() {
        return time_range(period);
    }
    let ends = (period["start"].as_str(), period["end"].as_str());
    let length = || {
        let holders = [Some(period), extension(resource, "ext-TimeInterval.Period"), Some(resource)];
        let found = holders.into_iter().flatten().find_map(|holder| extension(holder, "ext-TimeInterval.Duration"));
        Length::read(&found?["valueDuration"])
    };
    let range = match ends {
        (Some(start), None) => {
            let low = parse_range(start)?.0;
            (low, length().and_then(|length| length.after(low, 1)).unwrap_or(i64::MAX))
        }
        (None, Some(end)) => {
            let high = parse_range(end)?.1;
            (length().and_then(|length| length.after(high, -1)).unwrap_or(i64::MIN), high)
        }
        _ => return time_range(period),
    };
    Some(range)
}

/// A length of time: calendar months and days, and milliseconds beside them.
#[derive(Clone, Copy)]
struct Length {
    months: i64,
    days: i64,
    rest: i64,
}

impl Length {
    /// Reads a `Duration`. One with a comparator says no more than a bound.
    fn read(duration: &Value) -> Option<Self> {
        let value: f64 = duration["value"].as_number()?.to_string().parse().ok()?;
        if duration["comparator"].is_string() || !value.is_finite() || value <= 0.0 || value > 1e9 {
            return None;
        }
        let unit = duration["code"].as_str().or_else(|| duration["unit"].as_str())?;
        // How many months or days one is, and how long a part of one is taken to be (as UCUM has it).
        let (months, days, nominal) = match unit {
            "a" | "jaar" | "jaren" | "year" | "years" => (12, 0, 365.25 * DAY),
            "mo" | "maand" | "maanden" | "month" | "months" => (1, 0, 30.4375 * DAY),
            "wk" | "week" | "weken" | "weeks" => (0, 7, 7.0 * DAY),
            "d" | "dag" | "dagen" | "day" | "days" => (0, 1, DAY),
            "h" | "uur" | "uren" | "hour" | "hours" => (0, 0, 3_600_000.0),
            "min" | "minuut" | "minuten" | "minute" | "minutes" => (0, 0, 60_000.0),
            "s" | "seconde" | "seconden" | "second" | "seconds" => (0, 0, 1_000.0),
            _ => return None,
        };
        let by_calendar = months + days > 0;
        let whole = if by_calendar { whole(value) } else { 0 };
        let part = if by_calendar { value.fract() } else { value };
        Some(Self { months: whole * months, days: whole * days, rest: self::whole((part * nominal).round()) })
    }

    fn after(self, moment: i64, sign: i64) -> Option<i64> {
        shifted(moment, self.months * sign, self.days * sign)?.checked_add(self.rest * sign)
    }
}

/// The whole part of a number that is known to be small.
#[expect(
    clippy::cast_possible_truncation,
    reason = "what cannot be held is far beyond every calendar and becomes its end"
)]
fn whole(value: f64) -> i64 {
    value as i64
}

/// The treatment (MBH) that a block belongs to, as `system|value`.
pub fn treatment(resource: &Value) -> Option<String> {
    let identifier = &extension(resource, "ext-PharmaceuticalTreatment.Identifier")?["valueIdentifier"];
    let value = identifier["value"].as_str().filter(|value| !value.is_empty())?;
    Some(format!("{}|{value}", identifier["system"].as_str().unwrap_or_default()))
}

/// When a block was agreed or recorded, as it was written.
pub fn agreed(resource: &Value) -> Option<&str> {
    let extended = |name: &str| extension(resource, name).and_then(|found| found["valueDateTime"].as_str());
    let plain = |names: &[&str]| names.iter().find_map(|name| resource[*name].as_str());
    extended("ext-AdministrationAgreement.AdministrationAgreementDateTime")
        .or_else(|| plain(&["authoredOn", "dateAsserted", "whenHandedOver", "whenPrepared"]))
        .or_else(|| extended("ext-RegistrationDateTime"))
}

/// What a resource says of a stop: kind of block and treatment as one text, and the moment at which it was agreed (the
/// smallest when that is unknown). None when it is no stop of a treatment. Its stop type tells, or else its status.
pub fn stop(resource: &Value) -> Option<(String, i64)> {
    let status = resource["status"].as_str().unwrap_or_default();
    let stopped =
        extension(resource, "ext-StopType").is_some() || matches!(status, "stopped" | "on-hold" | "cancelled");
    if !stopped || status == "entered-in-error" {
        return None;
    }
    let block = Block::of(resource)?;
    let moment = agreed(resource).and_then(parse_range).map_or(i64::MIN, |range| range.0);
    Some((format!("{}|{}", block.code().1, treatment(resource)?), moment))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::time::format_instant;

    fn used(period: Value, duration: Option<(&str, &str)>) -> Option<(String, String)> {
        let mut period = period;
        if let Some((value, code)) = duration {
            let value: Value = serde_json::from_str(value).expect("a number");
            let url = format!("{BASE}ext-TimeInterval.Duration");
            period["extension"] = json!([{"url": url, "valueDuration": {"value": value, "code": code}}]);
        }
        let (low, high) = interval(&period, &Value::Null)?;
        let show = |ms: i64| match ms {
            i64::MIN | i64::MAX => "open".to_owned(),
            ms => format_instant(ms).replace(":00.000Z", ""),
        };
        Some((show(low), show(high)))
    }

    #[test]
    fn a_duration_stands_for_the_end_that_is_missing() {
        let start = |text: &str| json!({"start": text});
        let end = |text: &str| json!({"end": text});
        let table = [
            (start("2024-01-15"), None, "2024-01-14T23:00", "open"),
            (end("2024-01-15"), None, "open", "2024-01-15T23:00"),
            (start("2024-01-15"), Some(("10", "d")), "2024-01-14T23:00", "2024-01-24T23:00"),
            // Over the change to summer time: ten days, not 240 hours.
            (start("2024-03-25"), Some(("10", "d")), "2024-03-24T23:00", "2024-04-03T22:00"),
            (end("2024-04-03"), Some(("10", "d")), "2024-03-24T23:00", "2024-04-03T22:00"),
            (start("2024-01-31"), Some(("1", "mo")), "2024-01-30T23:00", "2024-02-28T23:00"),
            (start("2024-02-29"), Some(("1", "a")), "2024-02-28T23:00", "2025-02-27T23:00"),
            (start("2024-01-15T08:00:00+01:00"), Some(("36", "h")), "2024-01-15T07:00", "2024-01-16T19:00"),
            (start("2024-01-15"), Some(("1.5", "wk")), "2024-01-14T23:00", "2024-01-25T11:00"),
            (start("2024-01-15"), Some(("2.0", "d")), "2024-01-14T23:00", "2024-01-16T23:00"),
            (start("2024-01-15"), Some(("2", "fortnight")), "2024-01-14T23:00", "open"),
            (start("2024-01-15"), Some(("-2", "d")), "2024-01-14T23:00", "open"),
            (start("2024-01-15"), Some(("1e300", "d")), "2024-01-14T23:00", "open"),
            (
                json!({"start": "2024-01-15", "end": "2024-01-16"}),
                Some(("9", "d")),
                "2024-01-14T23:00",
                "2024-01-16T23:00",
            ),
        ];
        for (period, duration, low, high) in table {
            let found = used(period.clone(), duration);
            assert_eq!(found, Some((low.to_owned(), high.to_owned())), "{period} {duration:?}");
        }
        assert_eq!(used(json!({}), Some(("10", "d"))), None);
        assert_eq!(used(json!({"start": "soon"}), Some(("10", "d"))), None);
    }

    #[test]
    fn the_duration_may_stand_beside_the_period() {
        let duration =
            json!({"url": format!("{BASE}ext-TimeInterval.Duration"), "valueDuration": {"value": 1, "code": "d"}});
        let period = json!({"url": format!("{BASE}ext-TimeInterval.Period"), "valuePeriod": {"start": "2024-01-15"}});
        let request =
            json!({"resourceType": "MedicationRequest", "extension": [period], "modifierExtension": [duration]});
        let day = parse_range("2024-01-15");
        assert_eq!(period_of_use(&request), day);
        let used = json!({"resourceType": "MedicationStatement", "effectivePeriod": {"start": "2024-01-15"}, "modifierExtension": [duration]});
        assert_eq!(period_of_use(&used), day);
        let plain = json!({"resourceType": "MedicationStatement", "effectiveDateTime": "2024-01-15"});
        assert_eq!(period_of_use(&plain), None);
    }

    #[test]
    fn a_stop_tells_its_kind_its_treatment_and_when_it_was_agreed() {
        let of = |category: &str, status: &str| {
            json!({
                "resourceType": "MedicationRequest", "status": status, "authoredOn": "2024-01-15",
                "category": [{"coding": [{"system": SNOMED, "code": category}]}],
                "extension": [{"url": format!("{BASE}ext-PharmaceuticalTreatment.Identifier"), "valueIdentifier": {"system": "urn:m", "value": "1"}}],
            })
        };
        let moment = parse_range("2024-01-15").expect("a day").0;
        assert_eq!(stop(&of("33633005", "stopped")), Some(("33633005|urn:m|1".to_owned(), moment)));
        assert_eq!(stop(&of("33633005", "active")), None);
        assert_eq!(stop(&of("422037009", "stopped")), None, "a category of another type");
        let mut said = of("395067002", "unknown");
        said["modifierExtension"] = json!([{"url": format!("{BASE}ext-StopType"), "valueCodeableConcept": {}}]);
        assert_eq!(stop(&said).map(|found| found.0).as_deref(), Some("395067002|urn:m|1"));
        said["status"] = json!("entered-in-error");
        assert_eq!(stop(&said), None);
    }
}
