//! One item: everything about it, how it changed, who may see it, and the item as the source sent it.

use axum::extract::Path;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::access::{Stored, Version};
use crate::error::Error;

use super::super::super::patient::item;
use super::super::super::shared::form::Link;
use super::super::super::shared::frame::{Lang, Section};
use super::super::super::shared::paths;
use super::super::visit::{Patient, Visit, html};
use super::super::words;
use super::data::source;

/// The place of an item: category, type and id.
type Place = (String, String, String);

/// The page of an item, or with `versie` of one of its versions.
pub async fn get(Patient(visit): Patient, Path(place): Path<Place>) -> Response {
    visit.answer(show(&visit, &place).await)
}

async fn show(visit: &Visit, (code, rtype, id): &Place) -> Result<Response, Error> {
    let lang = visit.lang;
    let asked = visit.query.get("versie").parse::<i64>().ok();
    let stored = match asked {
        Some(version) => visit.access.vread(rtype, id, version).await?,
        None => visit.access.read(rtype, id).await?,
    }
    .into_inner();
    let number = words::number(code).filter(|number| *number == stored.category).ok_or_else(Error::not_found)?;
    let history = visit.access.history(rtype, id).await?.into_inner();
    let audience = visit.access.audience(rtype, id).await?.into_inner();
    let newest = history.first().map_or(stored.version, |version| version.stored.version);
    let address = format!("{}/{code}/{rtype}/{id}", paths::DATA);
    let told = words::told(lang, &stored)?;
    let version = |version: &Version| shown(lang, version, &address, stored.version);
    html(item::page(&item::Model {
        frame: visit.frame(Section::Data),
        title: told.title,
        summary: told.summary,
        category: Link::new(&format!("{}/{code}", paths::DATA), &words::name(lang, number)),
        date: told.date,
        source: source(lang, &stored),
        writer: String::new(),
        details: told.details,
        old_version: (stored.version != newest).then(|| address.clone()),
        versions: history.iter().map(version).collect(),
        visible_to: audience,
        original_href: original_address(&address, asked),
    }))
}

fn original_address(address: &str, version: Option<i64>) -> String {
    match version {
        Some(version) => format!("{address}/bron?versie={version}"),
        None => format!("{address}/bron"),
    }
}

fn shown(lang: Lang, version: &Version, address: &str, current: i64) -> item::Version {
    let change = match version.method {
        "POST" => lang.t("Opgeschreven", "Written"),
        "DELETE" => lang.t("Verwijderd", "Removed"),
        _ if version.stored.version == 1 => lang.t("Opgeschreven", "Written"),
        _ => lang.t("Aangepast", "Changed"),
    };
    let number = version.stored.version;
    item::Version {
        when: words::moment(lang, version.stored.updated),
        by: source(lang, &version.stored),
        change: change.to_owned(),
        href: if version.method == "DELETE" { String::new() } else { format!("{address}?versie={number}") },
        shown: number == current,
    }
}

/// The item as the source sent it, as a file.
pub async fn original(Patient(visit): Patient, Path((_, rtype, id)): Path<Place>) -> Response {
    let done = async {
        let version = visit.query.get("versie").parse::<i64>().ok();
        let stored: Stored = match version {
            Some(version) => visit.access.vread(&rtype, &id, version).await?,
            None => visit.access.read(&rtype, &id).await?,
        }
        .into_inner();
        let name = format!("inline; filename=\"{}-{}.json\"", stored.rtype, stored.id);
        let text = serde_json::to_vec_pretty(&stored.value()?).map_err(Error::internal)?;
        let headers = [(CONTENT_TYPE, "application/fhir+json; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)];
        Ok((headers, text).into_response())
    };
    visit.answer(done.await)
}
