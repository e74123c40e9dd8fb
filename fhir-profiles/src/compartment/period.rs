//! The clinical time of a resource: when what it tells happened, not when it was written down if that is known.

use serde_json::Value;

use crate::index::time_range;

/// For each type the elements that tell its time, best first. `a+b` is a period from `a` to `b`.
const ELEMENTS: &[(&str, &str)] = &[
    ("Account", "servicePeriod"),
    ("AdverseEvent", "date detected recordedDate"),
    ("AllergyIntolerance", "onset recordedDate lastOccurrence"),
    ("Appointment", "start+end requestedPeriod created"),
    ("AppointmentResponse", "start+end"),
    ("AuditEvent", "period recorded"),
    ("Basic", "created"),
    ("Bundle", "timestamp"),
    ("CarePlan", "period created"),
    ("CareTeam", "period"),
    ("ChargeItem", "occurrence enteredDate"),
    ("Claim", "billablePeriod created"),
    ("ClaimResponse", "created"),
    ("ClinicalImpression", "effective date"),
    ("Communication", "sent received"),
    ("CommunicationRequest", "occurrence authoredOn"),
    ("Composition", "date"),
    ("Condition", "onset+abatement onset recordedDate"),
    ("Consent", "dateTime provision.period"),
    ("Contract", "applies issued"),
    ("Coverage", "period"),
    ("CoverageEligibilityRequest", "serviced created"),
    ("CoverageEligibilityResponse", "serviced created"),
    ("DetectedIssue", "identified"),
    ("Device", "manufactureDate"),
    ("DeviceRequest", "occurrence authoredOn"),
    ("DeviceUseStatement", "timing recordedOn"),
    ("DiagnosticReport", "effective issued"),
    ("DocumentManifest", "created"),
    ("DocumentReference", "context.period date"),
    ("Encounter", "period"),
    ("EnrollmentRequest", "created"),
    ("EnrollmentResponse", "created"),
    ("EpisodeOfCare", "period"),
    ("ExplanationOfBenefit", "billablePeriod created"),
    ("FamilyMemberHistory", "date"),
    ("Flag", "period"),
    ("Goal", "start statusDate"),
    ("GuidanceResponse", "occurrenceDateTime"),
    ("ImagingStudy", "started"),
    ("Immunization", "occurrence recorded"),
    ("ImmunizationEvaluation", "date"),
    ("ImmunizationRecommendation", "date"),
    ("Invoice", "date"),
    ("List", "date"),
    ("MeasureReport", "period date"),
    ("Media", "created issued"),
    ("MedicationAdministration", "effective"),
    ("MedicationDispense", "whenHandedOver whenPrepared"),
    ("MedicationRequest", "authoredOn"),
    ("MedicationStatement", "effective dateAsserted"),
    ("NutritionOrder", "dateTime"),
    ("Observation", "effective issued"),
    ("PaymentNotice", "created"),
    ("PaymentReconciliation", "period created"),
    ("Procedure", "performed"),
    ("Provenance", "occurred recorded"),
    ("QuestionnaireResponse", "authored"),
    ("RelatedPerson", "period"),
    ("RequestGroup", "authoredOn"),
    ("ResearchSubject", "period"),
    ("RiskAssessment", "occurrence"),
    ("ServiceRequest", "occurrence authoredOn"),
    ("Specimen", "collection.collected receivedTime"),
    ("SupplyDelivery", "occurrence"),
    ("SupplyRequest", "occurrence authoredOn"),
    ("Task", "executionPeriod authoredOn lastModified"),
    ("VisionPrescription", "dateWritten created"),
];

/// The endings of an element that holds a time.
const ENDINGS: [&str; 6] = ["", "DateTime", "Period", "Date", "Instant", "Timing"];

/// The clinical time of a resource as `[low, high)` in milliseconds since 1970 UTC, if it tells one.
pub fn data_period(resource: &Value) -> Option<(i64, i64)> {
    let rtype = resource["resourceType"].as_str()?;
    let at = ELEMENTS.binary_search_by_key(&rtype, |row| row.0).ok()?;
    ELEMENTS[at].1.split(' ').find_map(|name| match name.split_once('+') {
        Some((start, end)) => {
            let (start, end) = (element(resource, start)?, element(resource, end)?);
            Some((start.0, end.1.max(start.1)))
        }
        None => element(resource, name),
    })
}

/// The time in an element, whichever of its types it has.
fn element(resource: &Value, name: &str) -> Option<(i64, i64)> {
    if let Some((outer, inner)) = name.split_once('.') {
        return element(&resource[outer], inner);
    }
    ENDINGS.iter().find_map(|ending| time_range(resource.get(format!("{name}{ending}"))?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::time::parse_range;

    #[test]
    fn the_table_is_in_order_and_names_real_types() {
        assert!(ELEMENTS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(ELEMENTS.iter().all(|row| crate::definition::type_number(row.0).is_some()));
    }

    #[test]
    fn the_clinical_time_comes_before_the_time_of_writing() {
        let year = |text| parse_range(text).expect(text);
        let table = [
            (
                json!({"resourceType": "Observation", "effectiveDateTime": "2020", "issued": "2021-01-01T00:00:00Z"}),
                Some(year("2020")),
            ),
            (json!({"resourceType": "Condition", "onsetDateTime": "2020", "recordedDate": "2022"}), Some(year("2020"))),
            (
                json!({"resourceType": "Condition", "onsetAge": {"value": 5}, "recordedDate": "2022"}),
                Some(year("2022")),
            ),
            (
                json!({"resourceType": "Condition", "onsetDateTime": "2020", "abatementDateTime": "2022"}),
                Some((year("2020").0, year("2022").1)),
            ),
            (
                json!({"resourceType": "Procedure", "performedPeriod": {"start": "2020"}}),
                Some((year("2020").0, i64::MAX)),
            ),
            (
                json!({"resourceType": "DocumentReference", "context": {"period": {"start": "2019", "end": "2020"}}, "date": "2022"}),
                Some((year("2019").0, year("2020").1)),
            ),
            (
                json!({"resourceType": "Appointment", "start": "2020-01-01T10:00:00Z", "end": "2020-01-01T11:00:00Z"}),
                Some((year("2020-01-01T10:00:00Z").0, year("2020-01-01T11:00:00Z").1)),
            ),
            (json!({"resourceType": "Observation"}), None),
            (json!({"resourceType": "Organization", "date": "2020"}), None),
        ];
        for (resource, expected) in table {
            assert_eq!(data_period(&resource), expected, "{resource}");
        }
    }
}
