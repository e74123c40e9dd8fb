//! What somebody filled in, as the items of a `QuestionnaireResponse`
//! (<https://hl7.org/fhir/R4/questionnaireresponse.html#notes>), and back to what stands in the fields.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use serde_json::{Value, json};

use super::definition::{Behaviour, Form, Item, Kind, Test, same};

/// How often something that repeats can be filled in.
pub const MOST_TIMES: usize = 4;
/// What the name of every field of a form begins with.
pub const PREFIX: &str = "q-";

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// It must be filled in.
    Missing,
    /// It holds more than it may, or letters that no text has.
    TooLong,
    /// It is none of the options, or too many of them.
    NoOption,
    /// It is no day, or not one that can be.
    NoDay,
    /// It is no whole number.
    NoNumber,
    /// It is filled in, while the answer that it belongs to was not given.
    Idle,
}

/// What stands in the fields of a form, the fixed answers by `linkId`, and what was wrong.
pub struct Filling<'a> {
    form: &'a Form,
    fields: HashMap<&'a str, Vec<&'a str>>,
    fixed: &'a HashMap<String, Vec<Value>>,
    given: HashMap<(&'a str, usize), Vec<Value>>,
    problems: Vec<(String, Problem)>,
}

/// The name of the field of a question, in the nth of what repeats.
pub fn field(link: &str, nth: usize) -> String {
    if nth == 0 { format!("{PREFIX}{link}") } else { format!("{PREFIX}{link}-{nth}") }
}

impl<'a> Filling<'a> {
    /// Reads the fields. `fixed` answers what is not asked on the page; what a field says of that does not count.
    pub fn new(form: &'a Form, fields: &'a [(String, String)], fixed: &'a HashMap<String, Vec<Value>>) -> Self {
        let mut named: HashMap<&str, Vec<&str>> = HashMap::new();
        for (name, value) in fields.iter().filter(|(_, value)| !value.trim().is_empty()) {
            named.entry(name).or_default().push(value.trim());
        }
        let mut filling = Self { form, fields: named, fixed, given: HashMap::new(), problems: Vec::new() };
        filling.take(&form.items, 0);
        filling
    }

    /// The items, in the order of the form.
    ///
    /// # Errors
    /// Each field that was filled in wrongly; a name without a question is one too.
    pub fn items(mut self) -> Result<Vec<Value>, Vec<(String, Problem)>> {
        let form = self.form;
        let items = self.respond(&form.items, 0, true);
        let mut known = HashSet::new();
        for item in form.every() {
            known.extend((0..MOST_TIMES).map(|nth| field(&item.link, nth)));
        }
        let strange = self.fields.keys().filter(|name| name.starts_with(PREFIX) && !known.contains(**name));
        self.problems.extend(strange.map(|name| ((*name).to_owned(), Problem::NoOption)));
        if self.problems.is_empty() { Ok(items) } else { Err(self.problems) }
    }

    fn take(&mut self, items: &'a [Item], nth: usize) {
        for item in items {
            if let Some(answers) = self.fixed.get(&item.link) {
                self.given.insert((&item.link, nth), answers.clone());
            } else if !item.read_only {
                self.take_one(item, nth);
            }
            let times = if repeats(item) { MOST_TIMES } else { nth + 1 };
            for nth in nth..times {
                self.take(&item.items, nth);
            }
        }
    }

    fn take_one(&mut self, item: &'a Item, nth: usize) {
        let name = field(&item.link, nth);
        let values = self.fields.get(name.as_str()).cloned().unwrap_or_default();
        let mut answers = Vec::new();
        for value in &values {
            match answer(item, value) {
                Ok(answer) if !answers.contains(&answer) => answers.push(answer),
                Ok(_) => {}
                Err(problem) => self.problems.push((name.clone(), problem)),
            }
        }
        if answers.len() > 1 && !item.repeats {
            self.problems.push((name, Problem::NoOption));
        }
        self.given.insert((&item.link, nth), answers);
    }

    fn answers(&self, link: &'a str, nth: usize) -> &[Value] {
        self.given.get(&(link, nth)).map_or(&[], Vec::as_slice)
    }

    /// Whether a question is asked, by the answers to others.
    fn is_asked(&self, item: &'a Item, nth: usize) -> bool {
        let mut tests = item.when.iter().map(|when| {
            let own = self.answers(&when.question, nth);
            let answers = if own.is_empty() { self.answers(&when.question, 0) } else { own };
            match &when.test {
                Test::Exists(is) => answers.is_empty() != *is,
                Test::Is(coding, is) => answers.iter().any(|answer| same(&answer["valueCoding"], coding)) == *is,
            }
        });
        item.when.is_empty()
            || match item.behaviour {
                Behaviour::All => tests.all(|holds| holds),
                Behaviour::Any => tests.any(|holds| holds),
            }
    }

    fn respond(&mut self, items: &'a [Item], nth: usize, above: bool) -> Vec<Value> {
        let mut responses = Vec::new();
        for item in items {
            let asked = above && self.is_asked(item, nth);
            let times = if repeats(item) { 0..MOST_TIMES } else { nth..nth + 1 };
            for nth in times {
                responses.extend(self.respond_one(item, nth, asked));
            }
        }
        // What stands fixed is said along with what was filled in beside it.
        if !responses.is_empty() {
            for item in items.iter().filter(|item| item.read_only && !self.fixed.contains_key(&item.link)) {
                let answers: Vec<Value> =
                    item.options.iter().map(|option| json!({"valueCoding": option.coding})).collect();
                let at = items.iter().take_while(|other| other.link != item.link);
                let before: HashSet<&str> = at.map(|other| other.link.as_str()).collect();
                let place = responses
                    .iter()
                    .take_while(|one| before.contains(one["linkId"].as_str().unwrap_or_default()))
                    .count();
                responses.insert(place, json!({"linkId": item.link, "text": item.text.nl, "answer": answers}));
            }
        }
        responses
    }

    fn respond_one(&mut self, item: &'a Item, nth: usize, asked: bool) -> Option<Value> {
        let mut answers = if item.read_only { Vec::new() } else { self.answers(&item.link, nth).to_vec() };
        let is_question = !matches!(item.kind, Kind::Group | Kind::Display);
        let under = self.respond(&item.items, nth, asked && (!is_question || !answers.is_empty()));
        let name = field(&item.link, nth);
        if !asked && !answers.is_empty() {
            self.problems.push((name, Problem::Idle));
            return None;
        }
        if asked && item.required && is_question && answers.is_empty() {
            self.problems.push((name, Problem::Missing));
            return None;
        }
        let mut response = json!({"linkId": item.link, "text": item.text.nl});
        if item.text.is_empty() {
            response.as_object_mut()?.remove("text");
        }
        if is_question {
            let place = answers.len().checked_sub(1)?;
            if !under.is_empty() {
                answers[place]["item"] = Value::Array(under);
            }
            response["answer"] = Value::Array(answers);
        } else if under.is_empty() {
            return None;
        } else {
            response["item"] = Value::Array(under);
        }
        Some(response)
    }
}

/// Whether a whole group is asked several times.
pub fn repeats(item: &Item) -> bool {
    item.repeats && item.kind == Kind::Group
}

fn answer(item: &Item, value: &str) -> Result<Value, Problem> {
    let text = value.replace("\r\n", "\n");
    if text.chars().count() > item.longest || text.chars().any(|letter| letter < ' ' && !matches!(letter, '\n' | '\t'))
    {
        return Err(Problem::TooLong);
    }
    let day = || {
        let day = text.parse::<Date>().ok().filter(|day| (1850..2200).contains(&day.year()) && text.len() == 10);
        day.map(|day| day.to_string()).ok_or(Problem::NoDay)
    };
    Ok(match item.kind {
        Kind::Group | Kind::Display => return Err(Problem::NoOption),
        Kind::String | Kind::Text => json!({"valueString": text}),
        Kind::Boolean => match value {
            "1" => json!({"valueBoolean": true}),
            "0" => json!({"valueBoolean": false}),
            _ => return Err(Problem::NoOption),
        },
        Kind::Integer => json!({"valueInteger": text.parse::<i32>().map_err(|_| Problem::NoNumber)?}),
        Kind::Date => json!({"valueDate": day()?}),
        Kind::DateTime => json!({"valueDateTime": day()?}),
        Kind::Choice => {
            let option = text.parse::<usize>().ok().and_then(|at| item.options.get(at)).ok_or(Problem::NoOption)?;
            json!({"valueCoding": option.coding})
        }
    })
}

/// What stands in the fields when a form was filled in like this; what it does not know, or cannot say, is left out.
pub fn fields(form: &Form, items: &Value) -> Vec<(String, String)> {
    let known: HashMap<&str, &Item> = form.every().map(|item| (item.link.as_str(), item)).collect();
    let mut fields = Vec::new();
    put_back(&known, items, 0, 0, &mut fields);
    fields
}

fn put_back(known: &HashMap<&str, &Item>, items: &Value, nth: usize, depth: usize, fields: &mut Vec<(String, String)>) {
    let mut times: HashMap<&str, usize> = HashMap::new();
    for given in items.as_array().into_iter().flatten() {
        let link = given["linkId"].as_str().unwrap_or_default();
        let Some(item) = known.get(link).filter(|_| depth < 16) else { continue };
        let mut nth = nth;
        if repeats(item) {
            let time = times.entry(link).or_default();
            nth = *time;
            *time += 1;
            if nth >= MOST_TIMES {
                continue;
            }
        }
        for answer in given["answer"].as_array().into_iter().flatten() {
            let value = told(item, answer).filter(|_| !item.read_only);
            fields.extend(value.map(|value| (field(link, nth), value)));
            put_back(known, &answer["item"], nth, depth + 1, fields);
        }
        put_back(known, &given["item"], nth, depth + 1, fields);
    }
}

fn told(item: &Item, answer: &Value) -> Option<String> {
    Some(match item.kind {
        Kind::Group | Kind::Display => return None,
        Kind::String | Kind::Text => answer["valueString"].as_str()?.to_owned(),
        Kind::Boolean => if answer["valueBoolean"].as_bool()? { "1" } else { "0" }.to_owned(),
        Kind::Integer => answer["valueInteger"].as_i64()?.to_string(),
        Kind::Date => answer["valueDate"].as_str()?.to_owned(),
        Kind::DateTime => answer["valueDateTime"].as_str()?.get(..10)?.to_owned(),
        Kind::Choice => {
            let coding = &answer["valueCoding"];
            item.options.iter().position(|option| same(&option.coding, coding))?.to_string()
        }
    })
}
