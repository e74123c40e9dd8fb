//! `/gegevens` and `/gegevens/{category}`: what there is, with source and date.

use std::collections::BTreeSet;

use axum::extract::Path;
use axum::response::Response;

use crate::access::{Directory, Stored};
use crate::error::Error;
use crate::store::Holding;

use super::super::super::patient::categories;
use super::super::super::patient::category as category_page;
use super::super::super::patient::category::Item;
use super::super::super::patient::parts::Tile;
use super::super::super::shared::category::{CATEGORIES, Category};
use super::super::super::shared::frame::{Lang, Section};
use super::super::super::shared::paths;
use super::super::pages::Pages;
use super::super::visit::{Patient, Visit, html};
use super::super::words;

/// Items on a page.
const PAGE: usize = 40;

/// All categories, also those that are empty.
pub async fn categories(Patient(visit): Patient) -> Response {
    let done = async {
        let holdings = visit.access.summary().await?.into_inner();
        let directory = visit.access.directory().await?;
        html(categories::page(&categories::Model {
            frame: visit.frame(Section::Data),
            categories: tiles(visit.lang, &holdings, true),
            problems: Vec::new(),
            missing: silent(&directory, &holdings),
        }))
    };
    visit.answer(done.await)
}

/// The tiles of the categories; `all` shows the empty ones as well.
pub fn tiles(lang: Lang, holdings: &[Holding], all: bool) -> Vec<Tile> {
    let tile = |category: &Category| {
        let number = words::number(category.code)?;
        let held = holdings.iter().filter(|holding| holding.category == number);
        let count: i64 = held.clone().map(|holding| holding.count).sum();
        let newest = held.map(|holding| holding.newest).max();
        Some(Tile {
            href: format!("{}/{}", paths::DATA, category.code),
            name: category.name(lang).to_owned(),
            count: usize::try_from(count).unwrap_or_default(),
            newest: newest.map_or_else(String::new, |at| words::day(lang, at)),
            incomplete: false,
        })
    };
    CATEGORIES.iter().filter_map(tile).filter(|tile| all || tile.count > 0).collect()
}

/// The organisations that wrote nothing about the person.
fn silent(directory: &Directory, holdings: &[Holding]) -> Vec<String> {
    let sources: BTreeSet<i64> = holdings.iter().map(|holding| holding.source).collect();
    directory.all().iter().filter(|org| !sources.contains(&org.org)).map(|org| org.name.clone()).collect()
}

/// One category, page by page.
pub async fn category(Patient(visit): Patient, Path(code): Path<String>) -> Response {
    visit.answer(show(&visit, &code).await)
}

async fn show(visit: &Visit, code: &str) -> Result<Response, Error> {
    let lang = visit.lang;
    let (Some(number), Some(category)) = (words::number(code), Category::by_code(code)) else {
        return Err(Error::not_found());
    };
    let pages = Pages::read(&visit.query);
    let after = pages.start().and_then(|start| start.split_once('.'));
    let after = after.and_then(|(moment, rid)| Some((moment.parse().ok()?, rid.parse().ok()?)));
    let shelf = visit.access.shelf(number, after, PAGE).await?.into_inner();
    let address = format!("{}/{code}", paths::DATA);
    let items = shelf.items.iter().map(|stored| item(lang, stored, &address)).collect::<Result<_, _>>()?;
    html(category_page::page(&category_page::Model {
        frame: visit.frame(Section::Data),
        name: category.name(lang).to_owned(),
        explanation: category.explanation(lang).to_owned(),
        items,
        problems: Vec::new(),
        previous_href: pages.previous(&address),
        next_href: shelf.next.map(|(moment, rid)| pages.next(&address, &format!("{moment}.{rid}"))),
    }))
}

fn item(lang: Lang, stored: &Stored, address: &str) -> Result<Item, Error> {
    let told = words::told(lang, stored)?;
    let href = format!("{address}/{}/{}", stored.rtype, stored.id);
    Ok(Item {
        title: told.title,
        summary: told.summary,
        date: told.date,
        source: source(lang, stored),
        details: told.details,
        original_href: format!("{href}/bron"),
        href,
        ended: told.ended,
    })
}

/// The name of who wrote an item.
pub fn source(lang: Lang, stored: &Stored) -> String {
    if stored.source == spil_consent::PATIENT {
        return lang.t("uzelf", "yourself").to_owned();
    }
    stored.source_name.clone()
}
