//! `/overzicht`: what needs attention, what there is, who looked, what is shared. A part that fails says so.

use axum::response::Response;

use crate::error::Error;
use crate::store::TrailFilter;

use super::super::super::patient::overview::{self, Emergency, Question};
use super::super::super::patient::parts::{Look, SourceProblem};
use super::super::super::patient::permissions;
use super::super::super::shared::form::{Errors, Link};
use super::super::super::shared::frame::Section;
use super::super::super::shared::paths;
use super::super::made::Kind;
use super::super::visit::{Patient, Visit, html};
use super::super::words;
use super::data::tiles;
use super::looked::{Asked, looks};
use super::share::{self, Share};

/// For how long an emergency access stands on top, ms.
const ALARM: i64 = 30 * 24 * 3600 * 1000;
/// Looks on the overview.
const LOOKS: usize = 4;
/// Most records of emergencies that are looked through.
const MOST: usize = 200;

/// The overview.
pub async fn get(Patient(visit): Patient) -> Response {
    visit.answer(show(&visit).await)
}

async fn show(visit: &Visit) -> Result<Response, Error> {
    let lang = visit.lang;
    let mut problems = Vec::new();
    let holdings = part(visit, visit.access.summary().await, ("Uw gegevens", "Your data"), &mut problems);
    let holdings = holdings.map(crate::access::Released::into_inner).unwrap_or_default();
    let shares = share::all(&visit.access, lang).await;
    let shares = part(visit, shares, ("Wie mag wat zien", "Who may see what"), &mut problems).unwrap_or_default();
    let asked = part(visit, super::questions::open(visit).await, ("Vragen", "Questions"), &mut problems);
    let emergencies = emergencies(visit).await;
    let seen = last(visit).await;
    let log = ("Wie heeft gekeken", "Who looked");
    let emergencies = part(visit, emergencies, log, &mut problems).unwrap_or_default();
    let seen = if problems.is_empty() { part(visit, seen, log, &mut problems) } else { seen.ok() };
    let filled = |kind: &&Kind| holdings.iter().any(|holding| holding.category == kind.category());
    let document = |kind: &Kind| Link::new(&format!("{}/{}", paths::DOCUMENTS, kind.slug()), kind.title(lang));
    let today = words::today(visit.now).to_string();
    html(overview::page(&overview::Model {
        frame: visit.frame(Section::Overview),
        greeting: greeting(visit),
        emergencies,
        questions: questions(visit, asked.unwrap_or_default(), &shares),
        problems,
        categories: tiles(lang, &holdings, false),
        documents: Kind::ALL.iter().filter(filled).map(document).collect(),
        looks: seen.unwrap_or_default(),
        shares: shares
            .iter()
            .filter(|share| share.status == "active" && !share.unreadable && !share.has_run_out(&today))
            .map(|share| glance(visit, share))
            .collect(),
    }))
}

/// A part of the page; when it failed, that is said and logged.
fn part<T>(visit: &Visit, done: Result<T, Error>, name: (&str, &str), problems: &mut Vec<SourceProblem>) -> Option<T> {
    match done {
        Ok(found) => Some(found),
        Err(error) => {
            let request_id = visit.request_id.as_str();
            tracing::error!(error = &error as &dyn std::error::Error, request_id, "a part of the overview failed");
            problems.push(SourceProblem {
                source: visit.t(name.0, name.1).to_owned(),
                text: visit.t("niet opgehaald", "not fetched").to_owned(),
                retry_href: paths::OVERVIEW.to_owned(),
            });
            None
        }
    }
}

fn greeting(visit: &Visit) -> String {
    let word = match words::local(visit.now).hour() {
        6..=11 => visit.t("Goedemorgen", "Good morning"),
        12..=17 => visit.t("Goedemiddag", "Good afternoon"),
        _ => visit.t("Goedenavond", "Good evening"),
    };
    format!("{word}, {}", visit.session.name)
}

fn questions(visit: &Visit, asked: Vec<permissions::Question>, shares: &[Share]) -> Vec<Question> {
    let view = || Link::new(paths::PERMISSIONS, visit.t("Bekijk", "View"));
    let asks = asked.into_iter().map(|question| Question {
        text: format!("{} {}.", question.organisation, visit.t("vraagt uw toestemming", "asks your permission")),
        link: view(),
    });
    let mut all: Vec<Question> = asks.collect();
    if shares.iter().any(|share| share.unreadable) {
        let text = visit.t(
            "Een van uw keuzes is niet te lezen. Daarom is nu alles dicht.",
            "One of your choices cannot be read. So all is closed now.",
        );
        all.push(Question { text: text.to_owned(), link: view() });
    }
    if !shares.iter().any(|share| share.asks(visit)) {
        return all;
    }
    let text = visit.t(
        "Iemand schreef een toestemming voor u op. Die werkt pas als u ja zegt.",
        "Somebody wrote down a permission for you. It only works once you say yes.",
    );
    all.push(Question { text: text.to_owned(), link: view() });
    all
}

/// The emergencies of the last weeks, one for every professional, reason and day.
async fn emergencies(visit: &Visit) -> Result<Vec<Emergency>, Error> {
    let filter = TrailFilter { emergency: true, from: Some(visit.now.saturating_sub(ALARM)), ..TrailFilter::default() };
    let asked = Asked { filter, own: true, errors: Errors::default() };
    let (seen, _) = looks(&visit.access, visit.lang, &visit.session.subject, &asked, MOST).await?;
    let mut found: Vec<(String, Emergency)> = Vec::new();
    for one in seen {
        let day = words::day(visit.lang, one.at);
        let look = one.look;
        let reason = look.emergency_reason.unwrap_or_default();
        let same = |(other, emergency): &&mut (String, Emergency)| {
            *other == day && emergency.person == look.person && emergency.reason == reason
        };
        if let Some((_, emergency)) = found.iter_mut().find(same) {
            for line in look.what {
                if !emergency.what.split(", ").any(|known| known == line) {
                    emergency.what = format!("{}, {line}", emergency.what);
                }
            }
            continue;
        }
        let emergency = Emergency {
            when: look.when,
            person: look.person,
            role: look.role,
            organisation: look.organisation,
            reason,
            what: look.what.join(", "),
            href: format!("{}?emergency=1", paths::LOOKED),
        };
        found.push((day, emergency));
    }
    Ok(found.into_iter().map(|(_, emergency)| emergency).collect())
}

async fn last(visit: &Visit) -> Result<Vec<Look>, Error> {
    let asked = Asked { filter: TrailFilter::default(), own: false, errors: Errors::default() };
    let (seen, _) = looks(&visit.access, visit.lang, &visit.session.subject, &asked, LOOKS).await?;
    Ok(seen.into_iter().map(|seen| seen.look).collect())
}

fn glance(visit: &Visit, share: &Share) -> overview::Share {
    let card = share.card(visit.lang, None);
    overview::Share {
        organisation: card.organisation,
        allows: share.allows,
        what: card.what.join(", "),
        until: card.until,
    }
}
