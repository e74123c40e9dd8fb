//! Who is signed in at the portal: a random id in a cookie, of which only the digest is stored.

use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::json;
use spil_consent::Say;

use super::{cookie, grantee, seal};
use crate::app::App;
use crate::ctx::{Actor, Ctx, OrganisationActor, PatientActor, Subject};
use crate::error::Error;
use crate::store::sql::auth::{Account, Secret};

/// Name of the cookie (with `__Host-` before it where the connection is encrypted).
pub const COOKIE: &str = "spil_session";

const KIND: &str = "session";
/// How long a session lives at most, in ms.
const LIFE: i64 = 8 * 3600 * 1000;
/// How long a session lives without a request, in ms.
const IDLE: i64 = 30 * 60 * 1000;
/// How precisely is noted when a session was last seen, in ms.
const TOUCH: i64 = 60 * 1000;

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Session {
    /// Subject at the identity provider.
    pub subject: String,
    /// Their name.
    pub name: String,
    /// What every form that posts must carry in the field `csrf`.
    pub csrf: String,
    /// As whom they are signed in.
    pub role: Role,
    digest: String,
    asked: Asked,
}

/// As whom somebody is signed in. Who is patient and professional chooses when signing in, and never has both at once.
#[derive(Debug, Clone)]
pub enum Role {
    /// As a patient, or for one.
    Patient(PatientRole),
    /// As a professional of an organisation.
    Professional(ProfessionalRole),
}

/// A patient's record in use.
#[derive(Debug, Clone)]
pub struct PatientRole {
    /// `Patient` id.
    pub patient_id: String,
    /// Number of the person.
    pub person: i64,
    /// Name of whose record it is.
    pub display: String,
    /// When it is somebody else's record: the relation.
    pub relation: Option<String>,
    /// What this person can bring into force.
    pub say: Say,
}

/// A professional at work.
#[derive(Debug, Clone)]
pub struct ProfessionalRole {
    /// `Practitioner` id.
    pub practitioner: String,
    /// Role.
    pub role: Option<String>,
    /// Number of the organisation.
    pub org: i64,
    /// `Organization` id.
    pub organisation_id: String,
    /// Kind of the organisation.
    pub kind: String,
    /// Name of the organisation.
    pub organisation: String,
    /// URA number.
    pub ura: String,
}

/// What was chosen when signing in, and since.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Asked {
    professional: bool,
    acting_for: Option<String>,
    #[serde(default)]
    emergencies: Vec<Emergency>,
}

/// A record that a professional opened in an emergency: for one patient, with a reason, for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emergency {
    /// `Patient` id.
    pub patient: String,
    /// The number by which the patient was found.
    pub bsn: String,
    /// The reason.
    pub reason: String,
    /// When it ends, ms.
    pub until: i64,
}

/// Begins a session; gives the cookie, or none when the account is not of somebody in that role.
pub async fn begin(app: &App, account: &Account, professional: bool) -> Result<Option<String>, Error> {
    let (id, now) = (app.random.secret(), app.clock.now());
    let asked = Asked { professional, acting_for: None, emergencies: Vec::new() };
    if role(app, account, &asked, now).await?.is_none() {
        return Ok(None);
    }
    let secret = Secret {
        digest: seal::sha256(&id),
        kind: KIND,
        body: json!(asked).to_string(),
        subject: account.subject.clone(),
        expires: now + LIFE,
        used: now,
    };
    app.store.keep_secret(&secret, now).await?;
    Ok(Some(cookie::set(&app.config, COOKIE, &id, LIFE / 1000)))
}

/// Who is signed in, from the cookie; none when nobody is, or it was too long ago.
pub async fn session(app: &App, headers: &HeaderMap) -> Result<Option<Session>, Error> {
    let Some(id) = cookie::get(headers, &cookie::name(&app.config, COOKIE)) else { return Ok(None) };
    let (digest, now) = (seal::sha256(id), app.clock.now());
    let Some(secret) = app.store.secret(KIND, &digest, now).await? else { return Ok(None) };
    if now - secret.used > IDLE {
        app.store.drop_secret(&digest).await?;
        return Ok(None);
    }
    if now - secret.used > TOUCH {
        app.store.touch_secret(&digest, now).await?;
    }
    let asked: Asked = serde_json::from_str(&secret.body).map_err(Error::internal)?;
    let Some(account) = app.store.account_of(&secret.subject).await? else { return Ok(None) };
    let Some(role) = role(app, &account, &asked, now).await? else { return Ok(None) };
    let csrf = app.auth.seal.derive("csrf", id);
    Ok(Some(Session { subject: account.subject, name: account.display, csrf, role, digest, asked }))
}

async fn role(app: &App, account: &Account, asked: &Asked, now: i64) -> Result<Option<Role>, Error> {
    if asked.professional {
        let (Some(practitioner), Some(org)) = (&account.practitioner, account.org) else { return Ok(None) };
        let organisation = app.store.organisation(org).await?;
        return Ok(organisation.map(|organisation| {
            Role::Professional(ProfessionalRole {
                practitioner: practitioner.clone(),
                role: account.practitioner_role.clone(),
                org,
                organisation_id: organisation.id,
                kind: organisation.kind,
                organisation: organisation.name,
                ura: organisation.ura,
            })
        }));
    }
    // Whoever has no record of their own uses that of the first person for whom they act.
    let mut wanted: Vec<String> = asked.acting_for.iter().chain(&account.patient).cloned().collect();
    wanted.extend(app.store.representations(&account.subject, now).await?.into_iter().map(|one| one.patient));
    for patient_id in wanted {
        if let Some(found) = grantee::find(app, &account.subject, &patient_id, now).await? {
            let display = match found.relation {
                None => account.display.clone(),
                Some(_) => app.store.display_of_patient(&patient_id).await?.unwrap_or_default(),
            };
            let (person, relation, say) = (found.person, found.relation, found.say);
            return Ok(Some(Role::Patient(PatientRole { patient_id, person, display, relation, say })));
        }
    }
    Ok(None)
}

impl Session {
    /// The patient whose record is in use.
    pub fn patient(&self) -> Option<&PatientRole> {
        match &self.role {
            Role::Patient(patient) => Some(patient),
            Role::Professional(_) => None,
        }
    }

    /// The professional who is signed in.
    pub fn professional(&self) -> Option<&ProfessionalRole> {
        match &self.role {
            Role::Professional(professional) => Some(professional),
            Role::Patient(_) => None,
        }
    }

    /// Whether a form carried the token of this session.
    pub fn is_own_form(&self, csrf: &str) -> bool {
        seal::same(csrf, &self.csrf)
    }

    /// The caller, for the door.
    pub fn ctx(&self, request_id: String, now: i64) -> Ctx {
        let (actor, purpose) = match &self.role {
            Role::Patient(patient) => (Actor::Patient(self.patient_actor(patient)), "PATRQT"),
            Role::Professional(professional) => (Actor::Organisation(self.organisation_actor(professional)), "TREAT"),
        };
        Ctx { actor, purpose: purpose.to_owned(), reason: None, scopes: None, request_id, now }
    }

    /// The caller in an emergency; none for a patient, or without a reason.
    pub fn emergency(&self, request_id: String, now: i64, reason: &str) -> Option<Ctx> {
        let reason = reason.trim();
        self.professional()?;
        let ctx = self.ctx(request_id, now);
        (!reason.is_empty()).then(|| Ctx { purpose: "BTG".to_owned(), reason: Some(reason.to_owned()), ..ctx })
    }

    /// The emergencies that are open at `now`.
    pub fn emergencies(&self, now: i64) -> impl Iterator<Item = &Emergency> {
        self.asked.emergencies.iter().filter(move |emergency| emergency.until > now)
    }

    /// Keeps a record open because of an emergency, in this session only; false for a patient.
    pub async fn open_emergency(&self, app: &App, emergency: Emergency) -> Result<bool, Error> {
        if self.professional().is_none() {
            return Ok(false);
        }
        let mut asked = self.asked.clone();
        let now = app.clock.now();
        asked.emergencies.retain(|other| other.until > now && other.patient != emergency.patient);
        asked.emergencies.push(emergency);
        app.store.change_secret(&self.digest, &json!(asked).to_string()).await?;
        Ok(true)
    }

    /// Uses the record of another patient from now on, or one's own again (`None`); false when that is not allowed.
    pub async fn act_for(&self, app: &App, patient_id: Option<&str>) -> Result<bool, Error> {
        if self.asked.professional {
            return Ok(false);
        }
        if let Some(patient_id) = patient_id
            && grantee::find(app, &self.subject, patient_id, app.clock.now()).await?.is_none()
        {
            return Ok(false);
        }
        let asked = Asked { acting_for: patient_id.map(str::to_owned), ..self.asked.clone() };
        app.store.change_secret(&self.digest, &json!(asked).to_string()).await?;
        Ok(true)
    }

    /// Ends the session; gives the cookie that removes it.
    pub async fn end(&self, app: &App) -> Result<String, Error> {
        app.store.drop_secret(&self.digest).await?;
        Ok(cookie::set(&app.config, COOKIE, "", 0))
    }

    fn patient_actor(&self, patient: &PatientRole) -> PatientActor {
        PatientActor {
            person: patient.person,
            patient_id: patient.patient_id.clone(),
            subject: self.subject.clone(),
            name: self.name.clone(),
            relation: patient.relation.clone(),
            say: patient.say,
            client_id: None,
        }
    }

    fn organisation_actor(&self, professional: &ProfessionalRole) -> OrganisationActor {
        OrganisationActor {
            org: professional.org,
            id: professional.organisation_id.clone(),
            kind: professional.kind.clone(),
            name: professional.organisation.clone(),
            ura: professional.ura.clone(),
            client_id: "portal".to_owned(),
            subject: Some(Subject {
                id: Some(professional.practitioner.clone()),
                name: Some(self.name.clone()),
                role: professional.role.clone(),
            }),
        }
    }
}
