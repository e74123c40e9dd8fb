//! FHIR NPM packages (<https://confluence.hl7.org/display/FHIR/NPM+Package+Specification>): their definitions become resources
//! of the hub, which everybody who signed in may read and `terminology` and validation look at.
//!
//! A definition keeps its place: its id is made of its type, canonical address and version, so versions stand beside each other
//! and installing twice changes nothing. Nothing is unpacked to disk, and no more is read than the limits below.

mod archive;
mod folder;
mod install;
mod remove;
mod report;
mod source;

pub use install::{digest_of, install};
pub use remove::remove;
pub use report::{Refusal, Report};
pub use source::{Manifest, PackageError, Source};

/// Most bytes of one resource.
const MOST_BYTES: usize = crate::http::BODY_LIMIT;
/// Most bytes of a package when unpacked.
const MOST_UNPACKED: u64 = 4 << 30;
/// A package may grow by this factor when unpacked, and a little more.
const MOST_GROWTH: u64 = 60;
/// Most files of a package.
const MOST_FILES: usize = 200_000;
/// Resources that are stored together.
const GROUP: usize = 200;
/// Bytes of resources that are stored together.
const GROUP_BYTES: usize = 8 << 20;

/// The types that are taken: definitions with a canonical address, and naming systems.
const TAKEN: [&str; 29] = [
    "ActivityDefinition",
    "CapabilityStatement",
    "ChargeItemDefinition",
    "CodeSystem",
    "CompartmentDefinition",
    "ConceptMap",
    "EffectEvidenceSynthesis",
    "EventDefinition",
    "Evidence",
    "EvidenceVariable",
    "ExampleScenario",
    "GraphDefinition",
    "ImplementationGuide",
    "Library",
    "Measure",
    "MessageDefinition",
    "NamingSystem",
    "OperationDefinition",
    "PlanDefinition",
    "Questionnaire",
    "ResearchDefinition",
    "ResearchElementDefinition",
    "RiskEvidenceSynthesis",
    "SearchParameter",
    "StructureDefinition",
    "StructureMap",
    "TerminologyCapabilities",
    "TestScript",
    "ValueSet",
];
