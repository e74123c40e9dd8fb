//! Documents in the workspace: put together from what the professional may see, or as a sender composed them.

use axum::extract::Path;
use axum::response::Response;

use crate::error::Error;

use super::super::super::shared::form::Link;
use super::super::super::shared::frame::Section;
use super::super::super::shared::paths;
use super::super::attached;
use super::super::made::{self, Kind, Made, Places};
use super::super::visit::{Professional, Visit};

/// A document that is put together now.
pub async fn made(Professional(visit): Professional, Path((id, slug)): Path<(String, String)>) -> Response {
    let done = async {
        let document = compose(&visit, &id, &slug).await?;
        let save = format!("/zorg/patient/{id}/document/{slug}/pdf");
        made::page(&visit, Section::Search, document, of_patient_at(&visit, &id, save))
    };
    visit.answer(done.await)
}

/// The same as a file to keep.
pub async fn made_file(Professional(visit): Professional, Path((id, slug)): Path<(String, String)>) -> Response {
    let done = async { made::file(&visit, &compose(&visit, &id, &slug).await?) };
    visit.answer(done.await)
}

/// A handoff as its sender composed it, from the page of the patient.
pub async fn handoff(Professional(visit): Professional, Path((id, composition)): Path<(String, String)>) -> Response {
    let done = async {
        let document = of_patient(&visit, &id, &composition).await?;
        let save = format!("/zorg/patient/{id}/overdracht/{composition}/pdf");
        made::page(&visit, Section::Search, document, of_patient_at(&visit, &id, save))
    };
    visit.answer(done.await)
}

/// The same as a file to keep.
pub async fn handoff_file(
    Professional(visit): Professional,
    Path((id, composition)): Path<(String, String)>,
) -> Response {
    let done = async { made::file(&visit, &of_patient(&visit, &id, &composition).await?) };
    visit.answer(done.await)
}

/// A handoff as its sender composed it, from the inbox.
pub async fn sent(Professional(visit): Professional, Path(composition): Path<String>) -> Response {
    let done = async {
        let document = made::composition(&visit.app, &visit.access, &composition, None).await?;
        let back = Link::new(paths::CARE_INBOX, visit.t("Overdrachten", "Handoffs"));
        let save = format!("/zorg/overdrachten/{composition}/lezen/pdf");
        made::page(&visit, Section::Inbox, document, Places { back, save, attached: String::new() })
    };
    visit.answer(done.await)
}

/// The same as a file to keep.
pub async fn sent_file(Professional(visit): Professional, Path(composition): Path<String>) -> Response {
    let done = async { made::file(&visit, &made::composition(&visit.app, &visit.access, &composition, None).await?) };
    visit.answer(done.await)
}

async fn compose(visit: &Visit, id: &str, slug: &str) -> Result<Made, Error> {
    let kind = Kind::by_slug(slug).ok_or_else(Error::not_found)?;
    let (access, _) = super::door(visit, id);
    kind.compose(&visit.app, &access, id).await
}

async fn of_patient(visit: &Visit, id: &str, composition: &str) -> Result<Made, Error> {
    let (access, _) = super::door(visit, id);
    made::composition(&visit.app, &access, composition, Some(id)).await
}

fn of_patient_at(visit: &Visit, id: &str, save: String) -> Places {
    let back = Link::new(&format!("/zorg/patient/{id}"), visit.t("Naar de patiënt", "To the patient"));
    Places { back, save, attached: format!("/zorg/patient/{id}/bijlage") }
}

/// A file inside a record of the patient.
pub async fn attached(
    Professional(visit): Professional,
    Path((id, rtype, record)): Path<(String, String, String)>,
) -> Response {
    let done = async {
        attached::only(&rtype)?;
        let (access, _) = super::door(&visit, &id);
        attached::file(&visit, access.read_of(&id, &rtype, &record).await?.get())
    };
    visit.answer(done.await)
}
