//! Every address of the pages in one table.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodRouter, get, post};

use crate::app::App;

use super::super::shared::paths;
use super::{control, files, language, patient, provider};

/// Bytes of a form.
const MOST_BODY: usize = 512 * 1024;

/// Who may come to an address at all; what is shown there is decided by the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Everybody: no health data.
    Everybody,
    /// A patient, or somebody who acts for one.
    Patient,
    /// A professional.
    Professional,
    /// The privacy officer of an organisation.
    Officer,
}

/// Methods, path and who may come, of every page but those of signing in.
pub const ADDRESSES: [(&str, &str, Who); 54] = [
    ("GET", paths::HOME, Who::Everybody),
    ("GET", paths::CARE, Who::Everybody),
    ("GET", "/taal", Who::Everybody),
    ("GET", paths::STYLESHEET, Who::Everybody),
    ("GET", paths::LOGO, Who::Everybody),
    ("GET", "/static/document.css", Who::Everybody),
    ("GET", "/controle/{token}", Who::Everybody),
    ("GET", paths::OVERVIEW, Who::Patient),
    ("GET", paths::DATA, Who::Patient),
    ("GET", "/gegevens/{category}", Who::Patient),
    ("GET", "/gegevens/{category}/{rtype}/{id}", Who::Patient),
    ("GET", "/gegevens/{category}/{rtype}/{id}/bron", Who::Patient),
    ("GET", paths::DOCUMENTS, Who::Patient),
    ("GET", "/documenten/{kind}", Who::Patient),
    ("GET", "/documenten/{kind}/pdf", Who::Patient),
    ("GET POST", paths::WISHES, Who::Patient),
    ("GET", "/documenten/bijlage/{rtype}/{id}", Who::Patient),
    ("GET", paths::PERMISSIONS, Who::Patient),
    ("GET POST", paths::PERMISSION_NEW, Who::Patient),
    ("POST", paths::PERMISSION_CHANGE, Who::Patient),
    ("POST", paths::PERMISSION_CONFIRM, Who::Patient),
    ("POST", paths::PERMISSION_STOP, Who::Patient),
    ("POST", paths::PERMISSION_ANSWER, Who::Patient),
    ("POST", paths::QUESTION_ANSWER, Who::Patient),
    ("GET", "/toestemmingen/{id}/wijzigen", Who::Patient),
    ("GET", "/toestemmingen/{id}/gestopt", Who::Patient),
    ("GET", "/toestemmingen/{id}/geschiedenis", Who::Patient),
    ("GET", paths::LOOKED, Who::Patient),
    ("GET", "/gekeken/lijst.csv", Who::Patient),
    ("GET", paths::REPRESENTATIVES, Who::Patient),
    ("POST", paths::REPRESENTATIVE_SWITCH, Who::Patient),
    ("POST", paths::REPRESENTATIVE_STOP, Who::Patient),
    ("POST", paths::REPRESENTATIVE_AGREE, Who::Patient),
    ("GET POST", paths::CARE_SEARCH, Who::Professional),
    ("GET POST", paths::CARE_ASK, Who::Professional),
    ("GET POST", paths::CARE_EMERGENCY, Who::Professional),
    ("GET", "/zorg/patient/{id}", Who::Professional),
    ("GET", "/zorg/patient/{id}/{category}", Who::Professional),
    ("GET", "/zorg/patient/{id}/grenzen", Who::Professional),
    ("GET POST", "/zorg/patient/{id}/overdragen", Who::Professional),
    ("GET POST", "/zorg/patient/{id}/wensen", Who::Professional),
    ("GET", paths::CARE_SENT, Who::Professional),
    ("POST", "/zorg/verzonden/{id}", Who::Professional),
    ("GET", "/zorg/patient/{id}/document/{kind}", Who::Professional),
    ("GET", "/zorg/patient/{id}/document/{kind}/pdf", Who::Professional),
    ("GET", "/zorg/patient/{id}/bijlage/{rtype}/{record}", Who::Professional),
    ("GET", "/zorg/patient/{id}/overdracht/{composition}", Who::Professional),
    ("GET", "/zorg/patient/{id}/overdracht/{composition}/pdf", Who::Professional),
    ("GET", paths::CARE_INBOX, Who::Professional),
    ("GET", paths::CARE_UNTOLD, Who::Professional),
    ("GET POST", paths::CARE_REVIEWS, Who::Officer),
    ("POST", "/zorg/overdrachten/{id}", Who::Professional),
    ("GET", "/zorg/overdrachten/{id}/lezen", Who::Professional),
    ("GET", "/zorg/overdrachten/{id}/lezen/pdf", Who::Professional),
];

fn handler(path: &str) -> MethodRouter<Arc<App>> {
    match path {
        paths::HOME => get(patient::start::home),
        paths::CARE => get(provider::start::care),
        "/taal" => get(language::get),
        paths::STYLESHEET => get(files::stylesheet),
        paths::LOGO => get(files::logo),
        "/static/document.css" => get(files::document_stylesheet),
        paths::OVERVIEW => get(patient::overview::get),
        paths::DATA => get(patient::data::categories),
        "/gegevens/{category}" => get(patient::data::category),
        "/gegevens/{category}/{rtype}/{id}" => get(patient::item::get),
        "/gegevens/{category}/{rtype}/{id}/bron" => get(patient::item::original),
        paths::DOCUMENTS => get(patient::documents::list),
        "/documenten/{kind}" => get(patient::documents::one),
        "/documenten/{kind}/pdf" => get(patient::documents::file),
        paths::WISHES => get(patient::wishes::form).post(patient::wishes::send),
        "/documenten/bijlage/{rtype}/{id}" => get(patient::documents::attached),
        "/controle/{token}" => get(control::get),
        paths::REPRESENTATIVES => get(patient::representatives::get),
        paths::REPRESENTATIVE_SWITCH => post(patient::representatives::switch),
        paths::REPRESENTATIVE_STOP => post(patient::representatives::stop),
        paths::REPRESENTATIVE_AGREE => post(patient::representatives::agree),
        paths::LOOKED => get(patient::looked::get),
        "/gekeken/lijst.csv" => get(patient::looked_list::csv),
        _ => choices(path).unwrap_or_else(|| care(path)),
    }
}

fn choices(path: &str) -> Option<MethodRouter<Arc<App>>> {
    Some(match path {
        paths::PERMISSIONS => get(patient::permissions::list),
        paths::PERMISSION_NEW => get(patient::choose::empty).post(patient::choose::check),
        paths::PERMISSION_CHANGE => post(patient::choose::change),
        paths::PERMISSION_CONFIRM => post(patient::choose::confirm),
        paths::PERMISSION_STOP => post(patient::stop::post),
        paths::PERMISSION_ANSWER => post(patient::stop::answer),
        paths::QUESTION_ANSWER => post(patient::questions::answer),
        "/toestemmingen/{id}/wijzigen" => get(patient::choose::filled),
        "/toestemmingen/{id}/gestopt" => get(patient::stop::stopped),
        "/toestemmingen/{id}/geschiedenis" => get(patient::permissions::history),
        _ => return None,
    })
}

fn care(path: &str) -> MethodRouter<Arc<App>> {
    match path {
        paths::CARE_SEARCH => get(provider::search::form).post(provider::search::find),
        paths::CARE_ASK => get(provider::ask::form).post(provider::ask::send),
        paths::CARE_EMERGENCY => get(provider::emergency::form).post(provider::emergency::open),
        "/zorg/patient/{id}" => get(provider::patient::get),
        "/zorg/patient/{id}/{category}" => get(provider::patient::category),
        "/zorg/patient/{id}/grenzen" => get(provider::limits::get),
        "/zorg/patient/{id}/overdragen" => get(provider::hand_over::form).post(provider::hand_over::send),
        "/zorg/patient/{id}/wensen" => get(provider::wishes::form).post(provider::wishes::send),
        paths::CARE_SENT => get(provider::sent::list),
        "/zorg/verzonden/{id}" => post(provider::sent::act),
        "/zorg/patient/{id}/document/{kind}" => get(provider::document::made),
        "/zorg/patient/{id}/document/{kind}/pdf" => get(provider::document::made_file),
        "/zorg/patient/{id}/bijlage/{rtype}/{record}" => get(provider::document::attached),
        "/zorg/patient/{id}/overdracht/{composition}" => get(provider::document::handoff),
        "/zorg/patient/{id}/overdracht/{composition}/pdf" => get(provider::document::handoff_file),
        paths::CARE_INBOX => get(provider::inbox::list),
        paths::CARE_UNTOLD => get(provider::untold::list),
        paths::CARE_REVIEWS => get(provider::review::list).post(provider::review::close),
        "/zorg/overdrachten/{id}" => post(provider::inbox::act),
        "/zorg/overdrachten/{id}/lezen" => get(provider::document::sent),
        "/zorg/overdrachten/{id}/lezen/pdf" => get(provider::document::sent_file),
        _ => MethodRouter::new(),
    }
}

/// Every address of the pages.
pub fn routes() -> Router<Arc<App>> {
    let mut router = Router::new();
    for (_, path, _) in ADDRESSES {
        router = router.route(path, handler(path));
    }
    router.layer(DefaultBodyLimit::max(MOST_BODY))
}
