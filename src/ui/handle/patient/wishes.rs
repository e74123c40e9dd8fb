//! `/documenten/wensen/invullen`: a patient writes down wishes and limits in care, alone or with who decides for the patient.

use axum::body::Bytes;
use axum::response::Response;
use serde_json::{Value, json};
use spil_consent::PATIENT;

use crate::access::Gathered;
use crate::auth::PatientRole;
use crate::ctx::decides_on_care;
use crate::documents::WISHES_TYPES;
use crate::error::Error;
use crate::questionnaire::acp;

use super::super::super::shared::form::Errors;
use super::super::super::shared::frame::Section;
use super::super::super::shared::{paths, questionnaire};
use super::super::form::Fields;
use super::super::questionnaire::{Asked, about, entries, find, newest, patient_answers};
use super::super::visit::{Patient, Visit, go, html};
use super::super::words;

/// Whether the person who is signed in can write down what the patient wants: the patient, or who decides by law.
pub fn can_write(role: &PatientRole) -> bool {
    decides_on_care(role.relation.as_deref(), role.say)
}

/// The form, as it was filled in last.
pub async fn form(Patient(visit): Patient) -> Response {
    let done = async {
        let (gathered, _, asked) = begin(&visit).await?;
        let last = newest(&gathered, |stored| stored.source == PATIENT)?;
        let filled = asked.again(last.as_ref().map(|(_, body)| body), &words::today(visit.now).to_string());
        page(&visit, &asked, &filled, Errors::default())
    };
    visit.answer(done.await)
}

/// Keeps what was filled in.
pub async fn send(Patient(visit): Patient, body: Bytes) -> Response {
    let done = async {
        let form = visit.form(&body)?;
        let (gathered, patient, asked) = begin(&visit).await?;
        let response = match asked.answers(visit.lang, &form, &words::today(visit.now).to_string()) {
            Ok(response) => response,
            Err(errors) => return page(&visit, &asked, &form, errors),
        };
        let about = about(&visit, &form, &gathered, parties(&visit, &patient)?, None)?;
        visit.access.transaction(&entries(&visit, &asked, response, &about)).await?;
        Ok(go(&format!("{}/wensen", paths::DOCUMENTS)))
    };
    visit.answer(done.await)
}

async fn begin(visit: &Visit) -> Result<(Gathered, Value, Asked), Error> {
    let Some(role) = visit.session.patient().filter(|role| can_write(role)) else {
        return Err(Error::forbidden(
            "only the patient, or who decides for the patient by law, writes down wishes and limits",
        ));
    };
    let gathered = visit.access.collect(&role.patient_id, &WISHES_TYPES, "$acp").await?.into_inner();
    let patient = gathered.patient.as_ref().ok_or_else(Error::not_found)?.value()?;
    let hidden = [&["7", "967"][..], &acp::NOT_BY_PATIENT].concat();
    let asked = find(&visit.access, &hidden).await?.knowing(patient_answers(&patient));
    Ok((gathered, patient, asked))
}

/// Whom it is about, and who fills it in; no professional is there.
fn parties(visit: &Visit, patient: &Value) -> Result<(Value, Value, Option<Value>), Error> {
    let role = visit.session.patient().ok_or_else(Error::not_found)?;
    let own = json!({
        "reference": format!("Patient/{}", patient["id"].as_str().unwrap_or_default()),
        "type": "Patient",
        "display": role.display,
    });
    let writer = match role.relation {
        None => own.clone(),
        Some(_) => json!({"type": "RelatedPerson", "display": visit.session.name}),
    };
    Ok((own, writer, None))
}

fn page(visit: &Visit, asked: &Asked, filled: &Fields, errors: Errors) -> Result<Response, Error> {
    let lead = [
        visit.t(
            "Schrijf op welke behandeling u wel of niet wilt. U hoeft niet alles in te vullen.",
            "Write down which treatment you do or do not want. You need not fill in everything.",
        ),
        visit.t(
            "Praat hier eerst over met uw dokter en met uw naasten. Wie dit mag lezen, bepaalt u bij Toestemmingen.",
            "Talk about this with your doctor and your relatives first. Who may read this, you decide under Permissions.",
        ),
    ];
    html(questionnaire::page(&questionnaire::Model {
        frame: visit.frame(Section::Data),
        title: visit.t("Uw wensen en grenzen", "Your wishes and limits").to_owned(),
        lead: lead.map(str::to_owned).to_vec(),
        note: asked.note(visit.lang),
        action_href: paths::WISHES.to_owned(),
        back_href: paths::DOCUMENTS.to_owned(),
        back: visit.t("Documenten", "Documents").to_owned(),
        cards: asked.cards(visit.lang, filled),
        errors,
    }))
}
