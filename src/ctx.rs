//! Who asks, for whom, why and when. Made only by authentication (`auth`) and by the command line for the hub itself.

use std::sync::Arc;

use spil_consent::{Capacity, Say};

/// Purposes that a system of an organisation can state, out of v3-ActReason.
pub const PURPOSES: [&str; 10] =
    ["TREAT", "BTG", "CAREMGT", "COC", "ETREAT", "HOPERAT", "HPAYMT", "HQUALIMP", "HRESCH", "PUBHLTH"];

/// The caller of one request.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// Who asks.
    pub actor: Actor,
    /// Why, as a code of v3-ActReason: `TREAT`, `BTG`, `PATRQT`, …
    pub purpose: String,
    /// The stated reason of an emergency access.
    pub reason: Option<String>,
    /// What the token allows; `None` for the portal and the hub itself, which act with all the rights of the actor.
    pub scopes: Option<Arc<Scopes>>,
    /// `X-Request-Id` of the caller, or ours.
    pub request_id: String,
    /// The moment of the request, ms since 1970.
    pub now: i64,
}

/// Who asks.
#[derive(Debug, Clone)]
pub enum Actor {
    /// A patient, or somebody who acts for one.
    Patient(PatientActor),
    /// A system of an organisation, with the professional on whose behalf it asks.
    Organisation(OrganisationActor),
    /// The hub itself: start-up, import of the region's directory, background work.
    Hub,
}

/// A patient (or representative) at the portal or in a PGO app.
#[derive(Debug, Clone)]
pub struct PatientActor {
    /// Number of the person whose record it is.
    pub person: i64,
    /// `Patient` id of the portal account.
    pub patient_id: String,
    /// Who is signed in: subject of the identity provider.
    pub subject: String,
    /// Name of who is signed in, for the log that the patient reads.
    pub name: String,
    /// When acting for another: the relation (`parent`, `partner`, …).
    pub relation: Option<String>,
    /// What this caller can bring into force.
    pub say: Say,
    /// The PGO app, or none for the portal.
    pub client_id: Option<String>,
}

impl PatientActor {
    /// Whether what is said of treatment counts: said by the patient, or by who decides for the patient by law. A mandate
    /// to look and to permit is none to decide on care.
    pub fn decides_on_care(&self) -> bool {
        decides_on_care(self.relation.as_deref(), self.say)
    }
}

/// The same of who acts in a relation (none: the person itself) with a say.
pub fn decides_on_care(relation: Option<&str>, say: Say) -> bool {
    say == Say::Alone && relation.is_none_or(|relation| Capacity::of(relation).is_legal())
}

/// A system of a registered organisation.
#[derive(Debug, Clone)]
pub struct OrganisationActor {
    /// Number of the organisation, from 10 on.
    pub org: i64,
    /// `Organization` id.
    pub id: String,
    /// Kind: `gp`, `gp_post`, `hospital`, `vvt`, `pharmacy`, `mental_health`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// URA number.
    pub ura: String,
    /// OAuth client.
    pub client_id: String,
    /// Who in the organisation asks (IHE IUA `subject_*`).
    pub subject: Option<Subject>,
}

/// The role of who looks after privacy in an organisation: reads the log of what that organisation did.
pub const PRIVACY_OFFICER: &str = "privacy-officer";

/// The professional on whose behalf a system asks.
#[derive(Debug, Clone)]
pub struct Subject {
    /// `Practitioner` id or other identifier given by the organisation.
    pub id: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Role, as the organisation gave it.
    pub role: Option<String>,
}

/// SMART App Launch 2.2 scopes, parsed (<https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html>).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes(pub Vec<Scope>);

/// One resource scope such as `patient/Observation.rs?category=laboratory`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// `patient`, `user` or `system`.
    pub context: String,
    /// Resource type, or `*`.
    pub rtype: String,
    /// Allowed interactions out of `cruds`.
    pub interactions: String,
}

impl Scopes {
    /// Whether interaction `c`, `r`, `u`, `d` or `s` on `rtype` is allowed by any scope.
    pub fn allows(&self, rtype: &str, interaction: char) -> bool {
        self.0
            .iter()
            .any(|scope| (scope.rtype == "*" || scope.rtype == rtype) && scope.interactions.contains(interaction))
    }
}

impl Scopes {
    /// Whether a scope that names the type allows an interaction: one for every type (`*`) does not.
    pub fn names(&self, rtype: &str, interaction: char) -> bool {
        self.0.iter().any(|scope| scope.rtype == rtype && scope.interactions.contains(interaction))
    }
}

impl Ctx {
    /// Whether the caller's token allows interaction `c`, `r`, `u`, `d` or `s` on `rtype`.
    pub fn allows(&self, rtype: &str, interaction: char) -> bool {
        self.scopes.as_ref().is_none_or(|scopes| scopes.allows(rtype, interaction))
    }

    /// The number of the organisation that asks, or none.
    pub fn org(&self) -> Option<i64> {
        match &self.actor {
            Actor::Organisation(actor) => Some(actor.org),
            Actor::Patient(_) | Actor::Hub => None,
        }
    }

    /// Whether this is an emergency access.
    pub fn is_emergency(&self) -> bool {
        self.purpose == "BTG"
    }
}
