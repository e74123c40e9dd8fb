//! Forms of questions on a page: the advance care plan of a patient, asked in the portal and in the workspace alike.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};
use spil_fhir_profiles::canonical;
use spil_fhir_profiles::profile::OWN_QUESTIONNAIRE;
use spil_fhir_profiles::time::{format_instant, parse_range};

use crate::access::{Access, Entry, Gathered, Interaction, Stored};
use crate::config::Claimed;
use crate::error::Error;
use crate::questionnaire::acp::{self, About, Block};
use crate::questionnaire::{Filling, Form, Item, Kind, MOST_TIMES, PREFIX, Problem, Test, field, fields, repeats};

use super::super::shared::form::{Choice, Errors};
use super::super::shared::frame::Lang;
use super::super::shared::questionnaire::{Card, Input, Line, Question};
use super::form::Fields;
use super::visit::Visit;
use super::words;

/// A form with what is not asked on this page.
pub struct Asked {
    /// The form.
    pub form: Form,
    /// Whether one is installed that cannot be asked here, so that this is our own wording.
    pub strange: bool,
    hidden: HashSet<String>,
    fixed: HashMap<String, Vec<Value>>,
}

/// Finds the form: the one that was published, when it is installed, else our own wording of it. `hidden` are not asked.
///
/// # Errors
/// When the search fails.
pub async fn find(access: &Access, hidden: &[&str]) -> Result<Asked, Error> {
    let own: Value = serde_json::from_str(OWN_QUESTIONNAIRE).map_err(Error::internal)?;
    // By all of its names, so that each is called as it is stored.
    let mut names = canonical::others(acp::QUESTIONNAIRE);
    names.push(acp::QUESTIONNAIRE.to_owned());
    let pairs = [("url".to_owned(), names.join(",")), ("_sort".to_owned(), "-_lastUpdated".to_owned())];
    let mut published = None;
    for stored in access.search("Questionnaire", &pairs, false).await?.into_inner().matches {
        let body = stored.value()?;
        if published.is_none() && body["url"] != own["url"] {
            published = Some(body);
        }
    }
    let read = published.as_ref().map(Form::read);
    let strange = matches!(read, Some(Err(_)));
    let form = match read {
        Some(Ok(form)) => form,
        other => {
            if let Some(Err(strange)) = other {
                tracing::warn!(link = strange.link, what = strange.what, "the installed Questionnaire cannot be asked");
            }
            Form::read(&own).map_err(|strange| Error::internal(std::io::Error::other(format!("{strange:?}"))))?
        }
    };
    let mut unasked: HashSet<String> = HashSet::new();
    for item in form.every().filter(|item| hidden.contains(&item.link.as_str())) {
        unasked.insert(item.link.clone());
        unasked.extend(item.below().map(|item| item.link.clone()));
    }
    let fixed: HashMap<String, Vec<Value>> = unasked.iter().map(|link| (link.clone(), Vec::new())).collect();
    Ok(Asked { form, strange, hidden: unasked, fixed })
}

/// What the form says of a patient, whom nobody is asked about.
pub fn patient_answers(patient: &Value) -> Vec<(&'static str, Value)> {
    let name = &patient["name"][0];
    let given = name["given"].as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>().join(" ");
    let family = name["family"].as_str().or_else(|| name["text"].as_str()).unwrap_or_default();
    let mut known = Vec::new();
    let [first, _, last, born] = acp::PATIENT;
    if !given.is_empty() {
        known.push((first, json!({"valueString": given})));
    }
    if !family.is_empty() {
        known.push((last, json!({"valueString": family})));
    }
    if let Some(date) = patient["birthDate"].as_str() {
        known.push((born, json!({"valueDateTime": date})));
    }
    known
}

/// The newest response to the form among what was gathered, of which `own` says whether it counts.
///
/// # Errors
/// When what is stored is not JSON; that is our fault.
pub fn newest(gathered: &Gathered, own: impl Fn(&Stored) -> bool) -> Result<Option<(Stored, Value)>, Error> {
    let mut newest: Option<(Stored, Value)> = None;
    for stored in gathered.resources.iter().filter(|stored| stored.rtype == "QuestionnaireResponse" && own(stored)) {
        let body = stored.value()?;
        let done = matches!(body["status"].as_str(), Some("completed" | "amended"));
        let authored = |body: &Value| body["authored"].as_str().and_then(parse_range).map(|(from, _)| from);
        if acp::is_response(&body) && done && newest.as_ref().is_none_or(|(_, other)| authored(&body) > authored(other))
        {
            newest = Some((stored.clone(), body));
        }
    }
    Ok(newest)
}

/// Codes of the treatments on which something is agreed in what was gathered.
///
/// # Errors
/// When what is stored is not JSON; that is our fault.
fn agreed_before(gathered: &Gathered) -> Result<HashSet<String>, Error> {
    let mut codes = HashSet::new();
    for stored in gathered.resources.iter().filter(|stored| stored.rtype == "Consent") {
        let body = stored.value()?;
        if body["scope"]["coding"].as_array().is_some_and(|all| all.iter().any(|one| one["code"] == "treatment")) {
            codes.extend(acp::agreed_on(&body).map(str::to_owned));
        }
    }
    Ok(codes)
}

impl Asked {
    /// The same, with the answers to some questions that are not asked.
    pub fn knowing(mut self, known: Vec<(&str, Value)>) -> Self {
        for (link, answer) in known {
            self.fixed.insert(link.to_owned(), vec![answer]);
        }
        self
    }

    /// What is to be known of the form beforehand; empty when there is nothing.
    pub fn note(&self, lang: Lang) -> String {
        let text = lang.t(
            "De landelijke vragenlijst die is geïnstalleerd, kan hier niet worden getoond. Dit zijn dezelfde vragen in onze eigen woorden.",
            "The national questionnaire that is installed cannot be shown here. These are the same questions in our own words.",
        );
        if self.strange { text.to_owned() } else { String::new() }
    }

    /// The fields as they stood in a response, for the day `today`.
    pub fn again(&self, response: Option<&Value>, today: &str) -> Fields {
        let mut filled = response.map_or_else(Vec::new, |response| fields(&self.form, &response["item"]));
        let date = field(acp::DATE, 0);
        filled.retain(|(name, _)| *name != date);
        filled.push((date, today.to_owned()));
        Fields(filled)
    }

    /// A response with the answers that were given as its items, or what was filled in wrongly.
    ///
    /// # Errors
    /// The faults, by the name of the field.
    pub fn answers(&self, lang: Lang, form: &Fields, today: &str) -> Result<Value, Errors> {
        let problems = match Filling::new(&self.form, &form.0, &self.fixed).items() {
            Err(problems) => problems,
            Ok(items) => {
                let mut response = json!({});
                response["item"] = Value::Array(items);
                let missing: Vec<(String, Problem)> =
                    acp::check(&response, today).into_iter().map(|(link, problem)| (field(link, 0), problem)).collect();
                if missing.is_empty() {
                    return Ok(response);
                }
                missing
            }
        };
        let mut errors = Errors::default();
        for (name, problem) in problems {
            if errors.of(&name).is_none() {
                let words = format!("{}{}", self.called(lang, &name), said(lang, problem));
                errors = errors.with(&name, &words);
            }
        }
        Err(errors)
    }

    /// What a field is about, for the list of faults: the question, and the group that it is in.
    fn called(&self, lang: Lang, name: &str) -> String {
        let link = name.trim_start_matches(PREFIX).split('-').next().unwrap_or_default();
        let path = self.form.path(link);
        let Some((question, above)) = path.split_last() else { return String::new() };
        let group = above.iter().rev().find(|item| item.kind == Kind::Group);
        let words: Vec<String> = group.into_iter().chain([question]).map(|item| words::say(lang, &item.text)).collect();
        format!("{}: ", words.join(" – "))
    }

    /// The questions, with what stands in their fields.
    pub fn cards(&self, lang: Lang, filled: &Fields) -> Vec<Card> {
        let mut cards: Vec<Card> = Vec::new();
        for item in self.form.items.iter().filter(|item| self.shown(item)) {
            let mut lines = Vec::new();
            let writer = Writer { asked: self, lang, filled };
            if item.kind == Kind::Group {
                writer.group(item, 0, 3, &mut lines);
                cards.push(Card { title: words::say(lang, &item.text), lines });
                continue;
            }
            writer.one(item, 0, (3, "", false), &mut lines);
            match cards.last_mut().filter(|card| card.title.is_empty()) {
                Some(card) => card.lines.extend(lines),
                None => cards.push(Card { title: String::new(), lines }),
            }
        }
        cards
    }

    fn shown(&self, item: &Item) -> bool {
        !item.read_only && !self.hidden.contains(&item.link)
    }
}

fn said(lang: Lang, problem: Problem) -> &'static str {
    match problem {
        Problem::Missing => lang.t("Vul dit in.", "Fill this in."),
        Problem::TooLong => lang.t("Maak dit korter.", "Make this shorter."),
        Problem::NoOption => lang.t("Kies een van de antwoorden.", "Choose one of the answers."),
        Problem::NoDay => {
            lang.t("Kies een dag die kan, niet later dan vandaag.", "Choose a day that can be, not after today.")
        }
        Problem::NoNumber => lang.t("Vul een getal in.", "Fill in a number."),
        Problem::Idle => lang.t(
            "Dit hoort bij een ander antwoord. Kies dat antwoord, of maak dit leeg.",
            "This belongs to another answer. Choose that answer, or clear this.",
        ),
    }
}

/// Writes the lines of a card.
struct Writer<'a> {
    asked: &'a Asked,
    lang: Lang,
    filled: &'a Fields,
}

impl Writer<'_> {
    fn group(&self, group: &Item, nth: usize, depth: u8, lines: &mut Vec<Line>) {
        let title = words::say(self.lang, &group.text);
        for item in group.items.iter().filter(|item| self.asked.shown(item)) {
            let context = if depth == 3 { "" } else { title.as_str() };
            self.one(item, nth, (depth, context, false), lines);
        }
    }

    /// One item and what is under it: at a depth, about something, and whether it is under a question.
    fn one(&self, item: &Item, nth: usize, (depth, context, inside): (u8, &str, bool), lines: &mut Vec<Line>) {
        let title = words::say(self.lang, &item.text);
        match item.kind {
            Kind::Display => lines.push(Line::Told(title)),
            Kind::Group => {
                for nth in if repeats(item) { 0..self.times(item) } else { nth..nth + 1 } {
                    let words = if nth > 0 { format!("{title} {}", nth + 1) } else { title.clone() };
                    lines.push(Line::Heading(depth, words, self.when(item)));
                    self.group(item, nth, depth + 1, lines);
                }
            }
            _ => {
                lines.push(Line::Asked(self.question(item, nth, context, inside)));
                let context = if context.is_empty() { title } else { context.to_owned() };
                for under in item.items.iter().filter(|item| self.asked.shown(item)) {
                    self.one(under, nth, (depth, &context, true), lines);
                }
            }
        }
    }

    /// How often something is asked: once more than it was filled in.
    fn times(&self, group: &Item) -> usize {
        let is_filled = |nth: &usize| group.below().any(|item| !self.filled.get(&field(&item.link, *nth)).is_empty());
        (0..MOST_TIMES).filter(is_filled).max().map_or(1, |last| (last + 2).min(MOST_TIMES))
    }

    fn question(&self, item: &Item, nth: usize, context: &str, inside: bool) -> Question {
        let name = field(&item.link, nth);
        let value = self.filled.get(&name).to_owned();
        let chosen = self.filled.all(&name);
        let choice = |value: String, label: String| {
            let checked = chosen.contains(&value.as_str());
            Choice { value, label, hint: String::new(), checked }
        };
        let (input, options) = match item.kind {
            Kind::Text => (Input::Area, Vec::new()),
            Kind::String if inside => (Input::Area, Vec::new()),
            Kind::String | Kind::Group | Kind::Display => (Input::Line, Vec::new()),
            Kind::Integer => (Input::Number, Vec::new()),
            Kind::Date | Kind::DateTime => (Input::Day, Vec::new()),
            Kind::Boolean => {
                let (yes, no) = (self.lang.t("Ja", "Yes"), self.lang.t("Nee", "No"));
                (Input::Radio, vec![choice("1".to_owned(), yes.to_owned()), choice("0".to_owned(), no.to_owned())])
            }
            Kind::Choice => {
                let options = item.options.iter().enumerate();
                let options = options.map(|(at, one)| choice(at.to_string(), words::say(self.lang, &one.label)));
                (if item.repeats { Input::Checkbox } else { Input::Radio }, options.collect())
            }
        };
        Question {
            name,
            label: words::say(self.lang, &item.text),
            context: context.to_owned(),
            hint: self.when(item),
            input,
            inside,
            value,
            options,
            longest: item.longest,
        }
    }

    /// With which answer to which question it is asked.
    fn when(&self, item: &Item) -> String {
        let form = &self.asked.form;
        let mut all: Vec<String> = Vec::new();
        for when in &item.when {
            let Some(other) = form.every().find(|other| other.link == when.question) else { continue };
            let question = words::say(self.lang, &other.text);
            let Test::Is(coding, true) = &when.test else { continue };
            let option = other.options.iter().find(|option| option.coding["code"] == coding["code"]);
            all.extend(option.map(|option| format!("{question} {}", words::say(self.lang, &option.label))));
        }
        if all.is_empty() {
            String::new()
        } else {
            format!("{}{}", self.lang.t("Alleen bij: ", "Only with: "), all.join("; "))
        }
    }
}

/// What the building blocks are made with: whom they are about, who fills the form in and for which organisation, when it was
/// discussed by the `form`, and what was agreed before by what was gathered.
///
/// # Errors
/// When what is stored is not JSON; that is our fault.
pub fn about(
    visit: &Visit,
    form: &Fields,
    gathered: &Gathered,
    (patient, writer, organisation): (Value, Value, Option<Value>),
    role: Option<Value>,
) -> Result<About, Error> {
    let (day, now) = (form.get(&field(acp::DATE, 0)).to_owned(), format_instant(visit.now));
    let moment = if day == words::today(visit.now).to_string() { now.clone() } else { day.clone() };
    let claims = visit.app.config.profiles.claimed == Claimed::Accept;
    Ok(About { patient, writer, role, organisation, day, moment, now, before: agreed_before(gathered)?, claims })
}

/// What was filled in, with its building blocks, as one transaction.
pub fn entries(visit: &Visit, asked: &Asked, response: Value, about: &About) -> Vec<Entry> {
    let mut uuid = || visit.app.random.uuid();
    let blocks = acp::blocks(response, &asked.form.canonical, about, &mut uuid);
    blocks.into_iter().enumerate().map(|(at, block)| entry(at, block)).collect()
}

fn entry(at: usize, Block { url, body }: Block) -> Entry {
    let rtype = body["resourceType"].as_str().unwrap_or_default().to_owned();
    Entry { at, full_url: Some(url), interaction: Interaction::Create { rtype, body, if_none_exist: None } }
}
