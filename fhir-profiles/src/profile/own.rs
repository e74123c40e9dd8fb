//! The profiles of Spil itself, as `StructureDefinition` with a differential over R4.

/// Where their addresses begin.
pub const OWN_BASE: &str = "https://spil.example/fhir/StructureDefinition/";

/// The questions of the advance care plan in plain words, as `Questionnaire`.
pub const OWN_QUESTIONNAIRE: &str = include_str!("../../profiles/Questionnaire-AcpZib2020.json");

macro_rules! own {
    ($($name:literal),+ $(,)?) => {
        /// Each of them: its name, which ends its address, and the definition as JSON.
        pub const OWN: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../profiles/StructureDefinition-", $name, ".json")))),+];
    };
}

own! {
    "AcpDocument",
    "AdvanceNoticeComposition",
    "HandoffComposition",
    "HandoffTask",
    "MedicationOverview",
    "MedicationOverviewList",
    "PatientSummary",
    "PrivacyConsent",
}
