//! A `Questionnaire` as far as it can be asked on a page (<https://hl7.org/fhir/R4/questionnaire.html>). What is not understood is
//! refused: a question that is left out would change what the answers mean.

use std::collections::HashSet;

use serde_json::Value;

use crate::documents::Text;

/// Most items of a form, and how deep they lie.
const MOST: usize = 1_000;
const DEEPEST: usize = 12;
/// A text in another language (<https://hl7.org/fhir/R4/extension-translation.html>).
const TRANSLATION: &str = "http://hl7.org/fhir/StructureDefinition/translation";

/// A form.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// Its canonical, with the version when it has one: what a response says that it answers.
    pub canonical: String,
    /// Its title.
    pub title: Text,
    /// The questions.
    pub items: Vec<Item>,
}

/// What kind of answer a question wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// None: it holds other questions.
    Group,
    /// None: it tells something.
    Display,
    /// A line.
    String,
    /// Several lines.
    Text,
    /// Yes or no.
    Boolean,
    /// A whole number.
    Integer,
    /// A day.
    Date,
    /// A day that is answered as `dateTime`.
    DateTime,
    /// One of the options.
    Choice,
}

/// An option of a choice.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The `Coding` that answers.
    pub coding: Value,
    /// How it reads.
    pub label: Text,
}

/// When a question is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct When {
    /// `linkId` of the other question.
    pub question: String,
    /// What is said of its answer.
    pub test: Test,
}

/// How many conditions must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// All.
    All,
    /// One.
    Any,
}

/// What is said of another answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// There is one, or none.
    Exists(bool),
    /// It is this `Coding` (system and code), or is not.
    Is(Value, bool),
}

/// A question.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its `linkId`.
    pub link: String,
    /// The question.
    pub text: Text,
    /// What kind of answer it wants.
    pub kind: Kind,
    /// Whether it must be answered.
    pub required: bool,
    /// Whether it can be answered several times.
    pub repeats: bool,
    /// Whether its only option stands fixed.
    pub read_only: bool,
    /// Most characters of an answer.
    pub longest: usize,
    /// The options of a choice.
    pub options: Vec<Answer>,
    /// When it is asked; always when there is none.
    pub when: Vec<When>,
    /// How many of these must hold.
    pub behaviour: Behaviour,
    /// The questions under it.
    pub items: Vec<Item>,
}

/// What of a `Questionnaire` is not understood, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strange {
    /// `linkId` of the item; empty when it is the whole.
    pub link: String,
    /// What.
    pub what: String,
}

impl Item {
    /// Every question under it, each before those under it.
    pub fn below(&self) -> impl Iterator<Item = &Item> {
        every(&self.items)
    }
}

impl Form {
    /// Reads a `Questionnaire`.
    ///
    /// # Errors
    /// What of it cannot be asked.
    pub fn read(questionnaire: &Value) -> Result<Self, Strange> {
        let strange = |what: &str| Strange { link: String::new(), what: what.to_owned() };
        if questionnaire["resourceType"] != "Questionnaire" {
            return Err(strange("it is no Questionnaire"));
        }
        if !questionnaire["modifierExtension"].is_null() || !questionnaire["implicitRules"].is_null() {
            return Err(strange("something in it changes what the rest means"));
        }
        let url = questionnaire["url"].as_str().ok_or_else(|| strange("it has no `url`"))?;
        let version = questionnaire["version"].as_str().map_or_else(String::new, |version| format!("|{version}"));
        let mut links = HashSet::new();
        let items = read_items(&questionnaire["item"], &mut links, 0, false)?;
        let all = |when: &When| links.contains(&when.question);
        if let Some(item) = every(&items).find(|item| !item.when.iter().all(all)) {
            return Err(Strange { link: item.link.clone(), what: "`enableWhen` names no question".to_owned() });
        }
        Ok(Self { canonical: format!("{url}{version}"), title: text(questionnaire, "title"), items })
    }

    /// The way to a question: what it is under, from the top, and itself last; nothing when there is no such question.
    pub fn path(&self, link: &str) -> Vec<&Item> {
        fn find<'f>(items: &'f [Item], link: &str, path: &mut Vec<&'f Item>) -> bool {
            items.iter().any(|item| {
                path.push(item);
                let found = item.link == link || find(&item.items, link, path);
                if !found {
                    path.pop();
                }
                found
            })
        }
        let mut path = Vec::new();
        find(&self.items, link, &mut path);
        path
    }

    /// Every question, each before those under it.
    pub fn every(&self) -> impl Iterator<Item = &Item> {
        every(&self.items)
    }
}

/// Every question of some and of what is under them.
fn every(items: &[Item]) -> Box<dyn Iterator<Item = &Item> + '_> {
    Box::new(items.iter().flat_map(|item| std::iter::once(item).chain(every(&item.items))))
}

fn read_items(items: &Value, links: &mut HashSet<String>, depth: usize, many: bool) -> Result<Vec<Item>, Strange> {
    items.as_array().into_iter().flatten().map(|item| read_item(item, links, depth, many)).collect()
}

/// Reads one; `many` says that it is under one that is asked several times.
fn read_item(item: &Value, links: &mut HashSet<String>, depth: usize, many: bool) -> Result<Item, Strange> {
    let link = item["linkId"].as_str().unwrap_or_default().to_owned();
    let strange = |what: &str| Strange { link: link.clone(), what: what.to_owned() };
    let is_id = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_');
    if link.is_empty() || link.len() > 64 || !link.chars().all(is_id) {
        return Err(strange("`linkId` is missing or holds strange letters"));
    }
    if !links.insert(link.clone()) {
        return Err(strange("`linkId` stands there twice"));
    }
    if links.len() > MOST || depth > DEEPEST {
        return Err(strange("there are too many questions, or they lie too deep"));
    }
    if !item["modifierExtension"].is_null() {
        return Err(strange("`modifierExtension` changes what it means"));
    }
    let kind = match item["type"].as_str().unwrap_or_default() {
        "group" => Kind::Group,
        "display" => Kind::Display,
        "string" => Kind::String,
        "text" => Kind::Text,
        "boolean" => Kind::Boolean,
        "integer" => Kind::Integer,
        "date" => Kind::Date,
        "dateTime" => Kind::DateTime,
        "choice" | "open-choice" => Kind::Choice,
        other => return Err(strange(&format!("questions of the type `{other}` are not asked here"))),
    };
    let repeats = item["repeats"] == true;
    if repeats && (many || !matches!(kind, Kind::Group | Kind::Choice)) {
        return Err(strange("`repeats` is understood of a choice, and of a group in none that repeats"));
    }
    let options = options(item).map_err(|what| strange(&what))?;
    if (kind == Kind::Choice) == options.is_empty() {
        return Err(strange("a choice needs options, and nothing else has them"));
    }
    let open = item["type"] == "open-choice";
    let read_only = item["readOnly"] == true;
    if (read_only || open) && !(read_only && options.len() == 1) {
        return Err(strange("what is read-only or open has one option that stands fixed"));
    }
    let when = conditions(item).map_err(|what| strange(&what))?;
    Ok(Item {
        text: text(item, "text"),
        kind,
        required: item["required"] == true,
        repeats,
        read_only,
        longest: item["maxLength"].as_u64().and_then(|most| usize::try_from(most).ok()).unwrap_or(4_000).min(8_000),
        options,
        when,
        behaviour: if item["enableBehavior"] == "any" { Behaviour::Any } else { Behaviour::All },
        items: read_items(&item["item"], links, depth + 1, many || (repeats && kind == Kind::Group))?,
        link,
    })
}

fn options(item: &Value) -> Result<Vec<Answer>, String> {
    if !item["answerValueSet"].is_null() {
        return Err("options in a value set are not read here; needed is `answerOption`".to_owned());
    }
    let mut answers: Vec<Answer> = Vec::new();
    for option in item["answerOption"].as_array().into_iter().flatten() {
        let coding = &option["valueCoding"];
        let code = coding["code"].as_str().ok_or("an option needs a `valueCoding` with a code")?;
        if answers.iter().any(|other| same(&other.coding, coding)) {
            return Err("an option stands there twice".to_owned());
        }
        let mut label = text(coding, "display");
        if label.nl.is_empty() {
            label = Text::same(code);
        }
        let mut plain = coding.clone();
        plain.as_object_mut().map(|members| members.remove("_display"));
        answers.push(Answer { coding: plain, label });
    }
    Ok(answers)
}

fn conditions(item: &Value) -> Result<Vec<When>, String> {
    let all = item["enableWhen"].as_array().into_iter().flatten();
    all.map(|one| {
        let question = one["question"].as_str().unwrap_or_default().to_owned();
        let test = match (one["operator"].as_str(), &one["answerBoolean"], &one["answerCoding"]) {
            (Some("exists"), Value::Bool(is), _) => Test::Exists(*is),
            (Some("="), _, coding @ Value::Object(_)) => Test::Is(coding.clone(), true),
            (Some("!="), _, coding @ Value::Object(_)) => Test::Is(coding.clone(), false),
            _ => return Err("`enableWhen` is understood with `exists`, and with `=` and `!=` of a coding".to_owned()),
        };
        Ok(When { question, test })
    })
    .collect()
}

/// Whether two codings mean the same.
pub fn same(one: &Value, other: &Value) -> bool {
    one["code"] == other["code"] && one["system"] == other["system"]
}

/// A text with its English translation, when it has one.
fn text(element: &Value, name: &str) -> Text {
    let own = element[name].as_str().unwrap_or_default();
    let translations = element[format!("_{name}")]["extension"].as_array().into_iter().flatten();
    let mut english = translations.filter(|one| one["url"] == TRANSLATION).filter_map(|one| {
        let part = |name: &str| one["extension"].as_array()?.iter().find(|part| part["url"] == name);
        let lang = part("lang")?["valueCode"].as_str()?;
        lang.starts_with("en").then(|| part("content")?["valueString"].as_str()).flatten()
    });
    Text::new(own, english.next().unwrap_or(own))
}
