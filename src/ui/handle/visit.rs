//! One visit of a page: who is signed in, the door held open for them, the language, and how it ends.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use spil_consent::Say;

use crate::access::Access;
use crate::app::App;
use crate::auth::{Role, Session, request_id, session};
use crate::ctx::PRIVACY_OFFICER;
use crate::error::Error;
use crate::http::query_pairs;

use super::super::shared::error as error_page;
use super::super::shared::form::Link;
use super::super::shared::frame::{Frame, Lang, Section, SignedIn};
use super::super::shared::paths;
use super::failure::failure;
use super::form::Fields;
use super::language;

/// Addresses that answer a form and can be opened as well.
const BOTH: [&str; 5] =
    [paths::PERMISSION_NEW, paths::CARE_SEARCH, paths::CARE_ASK, paths::CARE_EMERGENCY, paths::CARE_REVIEWS];

/// A visit of somebody who is signed in.
pub struct Visit {
    /// The server.
    pub app: Arc<App>,
    /// Who is signed in.
    pub session: Session,
    /// The door, held open for them.
    pub access: Access,
    /// The language.
    pub lang: Lang,
    /// The decoded query.
    pub query: Fields,
    /// The moment, ms.
    pub now: i64,
    /// The number of the request.
    pub request_id: String,
    headers: HeaderMap,
    path: String,
}

/// A visit of a patient, or of somebody who acts for one.
pub struct Patient(pub Visit);

/// A visit of a professional.
pub struct Professional(pub Visit);

/// A visit of the privacy officer of an organisation.
pub struct Officer(pub Visit);

impl FromRequestParts<Arc<App>> for Patient {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let visit = Visit::begin(parts, app, paths::SIGN_IN).await?;
        if visit.session.patient().is_some() { Ok(Self(visit)) } else { Err(visit.other_role()) }
    }
}

impl FromRequestParts<Arc<App>> for Professional {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let visit = Visit::begin(parts, app, paths::CARE_SIGN_IN).await?;
        match visit.session.professional() {
            // Who treats nobody has no business with the records of patients.
            Some(_) if visit.is_officer() => Err(go(paths::CARE_REVIEWS)),
            Some(_) => Ok(Self(visit)),
            None => Err(visit.other_role()),
        }
    }
}

impl FromRequestParts<Arc<App>> for Officer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let visit = Visit::begin(parts, app, paths::CARE_SIGN_IN).await?;
        match visit.session.professional() {
            Some(_) if visit.is_officer() => Ok(Self(visit)),
            Some(_) => Err(visit.answer(Err(Error::not_found()))),
            None => Err(visit.other_role()),
        }
    }
}

impl Visit {
    /// What the person can bring into force; nothing for a professional.
    pub fn say(&self) -> Say {
        self.session.patient().map_or(Say::Nothing, |patient| patient.say)
    }

    fn is_officer(&self) -> bool {
        self.session.professional().and_then(|one| one.role.as_deref()) == Some(PRIVACY_OFFICER)
    }

    async fn begin(parts: &Parts, app: &Arc<App>, sign_in: &str) -> Result<Self, Response> {
        let lang = language::of(&parts.headers);
        let path = place(parts);
        let id = request_id(app, &parts.headers);
        let around = |error: &Error| failure(around_nobody(lang, paths::HOME), error, &id);
        let found = session(app, &parts.headers).await.map_err(|error| around(&error))?;
        let Some(session) = found else {
            return Err(go(&format!("{sign_in}?return={}", urlencoding::encode(&path))));
        };
        let query = query_pairs(parts.uri.query().unwrap_or_default()).map_err(|error| around(&error))?;
        let now = app.clock.now();
        let access = Access::new(Arc::clone(app), session.ctx(id.clone(), now));
        Ok(Self {
            app: Arc::clone(app),
            session,
            access,
            lang,
            query: Fields(query),
            now,
            request_id: id,
            headers: parts.headers.clone(),
            path,
        })
    }

    /// What is around a page of a section.
    pub fn frame(&self, section: Section) -> Frame {
        let person = match &self.session.role {
            Role::Patient(patient) => SignedIn::Patient {
                name: self.session.name.clone(),
                acting_for: patient.relation.as_ref().map(|_| patient.display.clone()),
            },
            Role::Professional(professional) => SignedIn::Professional {
                name: self.session.name.clone(),
                organisation: professional.organisation.clone(),
                officer: self.is_officer(),
            },
        };
        Frame {
            lang: self.lang,
            switch_href: language::switch(self.lang, &self.path),
            person: Some(person),
            section,
            csrf: self.session.csrf.clone(),
        }
    }

    /// The fields of a form that this session was given.
    ///
    /// # Errors
    /// 403 when the form is of another session.
    pub fn form(&self, body: &[u8]) -> Result<Fields, Error> {
        let fields = Fields::body(&self.headers, body)?;
        if !self.session.is_own_form(fields.get("csrf")) {
            return Err(Error::new(403, "security", "the form is of another session"));
        }
        Ok(fields)
    }

    /// The answer, or the page that says what went wrong.
    pub fn answer(&self, done: Result<Response, Error>) -> Response {
        done.unwrap_or_else(|error| failure(self.frame(Section::None), &error, &self.request_id))
    }

    /// The text in the language of the visit.
    pub fn t<'a>(&self, dutch: &'a str, english: &'a str) -> &'a str {
        self.lang.t(dutch, english)
    }

    fn other_role(&self) -> Response {
        let patient = self.session.patient().is_some();
        let (text, link) = if patient {
            (
                self.t(
                    "Deze pagina is voor zorgverleners. U bent ingelogd als patiënt.",
                    "This page is for professionals. You are signed in as a patient.",
                ),
                Link::new(paths::OVERVIEW, self.t("Naar uw overzicht", "To your overview")),
            )
        } else {
            (
                self.t(
                    "Deze pagina is voor patiënten. U bent ingelogd als zorgverlener.",
                    "This page is for patients. You are signed in as a professional.",
                ),
                Link::new(paths::CARE, self.t("Naar uw werkplek", "To your workspace")),
            )
        };
        html_with(
            StatusCode::FORBIDDEN,
            error_page::page(&error_page::Model {
                frame: self.frame(Section::None),
                status: 403,
                title: self.t("Deze pagina is niet voor u", "This page is not for you").to_owned(),
                text: text.to_owned(),
                advice: Vec::new(),
                links: vec![link],
                reference: String::new(),
            }),
        )
    }
}

/// The address to come back to: of the page itself, or of one near to a form.
fn place(parts: &Parts) -> String {
    let path = parts.uri.path();
    let is_get = parts.method == Method::GET || parts.method == Method::HEAD;
    let found = match parts.uri.path_and_query() {
        Some(whole) if is_get => whole.as_str(),
        _ if BOTH.contains(&path) => path,
        _ if path.starts_with(paths::PERMISSIONS) => paths::PERMISSIONS,
        _ if path.starts_with(paths::CARE_INBOX) => paths::CARE_INBOX,
        _ if path.starts_with(paths::REPRESENTATIVES) => paths::REPRESENTATIVES,
        _ => paths::HOME,
    };
    if language::is_local(found) { found.to_owned() } else { paths::HOME.to_owned() }
}

/// What is around a page for somebody who is not signed in.
pub fn around_nobody(lang: Lang, path: &str) -> Frame {
    Frame { lang, switch_href: language::switch(lang, path), ..Frame::default() }
}

/// A page.
///
/// # Errors
/// When the template fails, which it does not for text.
pub fn html(page: Result<String, askama::Error>) -> Result<Response, Error> {
    page.map(|page| ([(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()).map_err(Error::internal)
}

/// A page with another status than 200.
pub fn html_with(status: StatusCode, page: Result<String, askama::Error>) -> Response {
    match html(page) {
        Ok(mut response) => {
            *response.status_mut() = status;
            response
        }
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a page could not be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// 303 to a path of ours.
pub fn go(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let place = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static(paths::HOME));
    response.headers_mut().insert(LOCATION, place);
    response
}
