//! Documents in the workspace: put together from what the professional may see, or as a sender composed them.

use axum::extract::Path;
use axum::response::Response;

use crate::error::Error;

use super::super::super::shared::form::Link;
use super::super::super::shared::frame::Section;
use super::super::super::shared::paths;
use super::super::made::{self, Kind};
use super::super::visit::Professional;

/// A document that is put together now.
pub async fn made(Professional(visit): Professional, Path((id, slug)): Path<(String, String)>) -> Response {
    let done = async {
        let kind = Kind::by_slug(&slug).ok_or_else(Error::not_found)?;
        let (access, _) = super::door(&visit, &id);
        let document = kind.compose(&visit.app, &access, &id).await?;
        let back = Link::new(&format!("/zorg/patient/{id}"), visit.t("Naar de patiënt", "To the patient"));
        made::page(visit.frame(Section::Search), document, back, visit.now)
    };
    visit.answer(done.await)
}

/// A handoff as its sender composed it, from the page of the patient.
pub async fn handoff(Professional(visit): Professional, Path((id, composition)): Path<(String, String)>) -> Response {
    let done = async {
        let (access, _) = super::door(&visit, &id);
        let document = made::composition(&visit.app, &access, &composition).await?;
        let back = Link::new(&format!("/zorg/patient/{id}"), visit.t("Naar de patiënt", "To the patient"));
        made::page(visit.frame(Section::Search), document, back, visit.now)
    };
    visit.answer(done.await)
}

/// A handoff as its sender composed it, from the inbox.
pub async fn sent(Professional(visit): Professional, Path(composition): Path<String>) -> Response {
    let done = async {
        let document = made::composition(&visit.app, &visit.access, &composition).await?;
        let back = Link::new(paths::CARE_INBOX, visit.t("Overdrachten", "Handoffs"));
        made::page(visit.frame(Section::Inbox), document, back, visit.now)
    };
    visit.answer(done.await)
}
