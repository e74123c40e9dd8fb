//! What the patient reads when an app asks for permission.

use axum::http::HeaderMap;

use super::grant::REFRESH_LIFE;
use super::launch::Launch;
use super::scope::Granted;
use super::session::{PatientRole, Session};
use super::{answer, authorize};
use crate::app::App;
use crate::ctx::Scope;
use crate::store::sql::auth::Client;
use crate::ui::shared::authorize::Model;
use crate::ui::shared::date;
use crate::ui::shared::form::Hidden;
use crate::ui::shared::frame::{Lang, SignedIn};

/// The model of the page.
pub fn model(
    app: &App,
    headers: &HeaderMap,
    session: &Session,
    patient: &PatientRole,
    client: &Client,
    launch: &Launch,
    id: &str,
) -> Model {
    let mut frame = answer::frame(headers);
    let lang = frame.lang;
    let acting_for = patient.relation.is_some().then(|| patient.display.clone());
    frame.person = Some(SignedIn::Patient { name: session.name.clone(), acting_for });
    frame.csrf.clone_from(&session.csrf);
    let granted = Granted::parse(&launch.scope);
    let lines = |wanted: &[char]| -> Vec<String> {
        let scopes = granted.resources.iter().filter(|scope| scope.interactions.contains(wanted));
        scopes.map(|scope| line(lang, scope)).collect()
    };
    Model {
        frame,
        action: authorize::PATH.to_owned(),
        app: client.name.clone(),
        maker: String::new(),
        returns_to: host(&launch.redirect_uri),
        patient: patient.display.clone(),
        reads: lines(&['r', 's']),
        writes: lines(&['c', 'u', 'd']),
        until: until(app, lang, granted.has("offline_access")),
        hidden: vec![Hidden::new("request", id)],
    }
}

fn until(app: &App, lang: Lang, is_offline: bool) -> String {
    if !is_offline {
        return lang.t("Alleen nu: hooguit 5 minuten.", "Only now: at most 5 minutes.").to_owned();
    }
    let end = jiff::Timestamp::from_millisecond(app.clock.now() + REFRESH_LIFE).unwrap_or_default();
    let day = date::day(lang, end.to_zoned(jiff::tz::TimeZone::UTC).date());
    let before = lang.t("Ook als u er niet bij bent, tot", "Also while you are away, until");
    let after = lang.t("Gebruikt u de app vaker, dan schuift die dag op.", "That day moves on while you use the app.");
    format!("{before} {day}. {after}")
}

/// A scope in plain words.
fn line(lang: Lang, scope: &Scope) -> String {
    let (dutch, english) = match scope.rtype.as_str() {
        "*" => ("Al uw gegevens in Spil", "All your data in Spil"),
        "Patient" => ("Uw persoonsgegevens", "Your personal details"),
        "AllergyIntolerance" => ("Allergieën", "Allergies"),
        "Condition" => ("Klachten en diagnoses", "Complaints and diagnoses"),
        "Consent" => ("Uw toestemmingen, wensen en grenzen", "Your permissions, wishes and limits"),
        "Immunization" => ("Vaccinaties", "Vaccinations"),
        "Medication"
        | "MedicationRequest"
        | "MedicationDispense"
        | "MedicationStatement"
        | "MedicationAdministration" => ("Medicijnen", "Medicines"),
        "Observation" => ("Metingen en uitslagen", "Measurements and results"),
        "Procedure" => ("Behandelingen en operaties", "Treatments and operations"),
        "Encounter" | "Appointment" => ("Opnames en afspraken", "Admissions and appointments"),
        "CarePlan" | "Goal" | "Task" => ("Zorgplan en overdracht", "Care plan and handoff"),
        "DocumentReference" | "Composition" | "Binary" => ("Documenten en brieven", "Documents and letters"),
        other => (other, other),
    };
    lang.t(dutch, english).to_owned()
}

fn host(address: &str) -> String {
    let url = openidconnect::url::Url::parse(address).ok();
    url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| address.to_owned())
}
