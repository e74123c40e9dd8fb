//! Reads the tables of `cases/*.md`. `cases/README.md` explains the notation to those who write them.

use spil_consent::{Content, Directive, Effect, Holder, OrgNo, Rule, Target, User};

/// The rules of one section, and the questions asked of them.
pub struct Case {
    pub title: String,
    pub directives: Vec<Directive>,
    /// Rows of six cells.
    pub questions: Vec<String>,
}

/// All cases of a page: a `##` heading starts one.
pub fn read(page: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in page.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            cases.push(Case { title: title.to_owned(), directives: Vec::new(), questions: Vec::new() });
        }
        let Some(case) = cases.last_mut() else {
            continue;
        };
        let cells = cells(line);
        let is_row = line.starts_with('|') && !line.starts_with("|-") && !["consent", "asks"].contains(&cells[0]);
        match cells.len() {
            7 if is_row => add_rule(&mut case.directives, &cells),
            6 if is_row => case.questions.push(line.to_owned()),
            _ => assert!(!is_row, "a row has 7 cells (rule) or 6 (question): {line}"),
        }
    }
    cases
}

/// The cells of a row.
pub fn cells(line: &str) -> Vec<&str> {
    line.trim().trim_matches('|').split('|').map(str::trim).collect()
}

/// Columns: consent, effect, who, whose data, purpose, when, which data.
fn add_rule(directives: &mut Vec<Directive>, cells: &[&str]) {
    if cells[1] == "unreadable" {
        let content = Content::Unreadable(cells[6].to_owned());
        directives.push(Directive { consent: cells[0].to_owned(), version: 1, content });
        return;
    }
    let rule = Rule {
        effect: match cells[1] {
            "permit" => Effect::Permit,
            "deny" => Effect::Deny,
            other => panic!("not an effect: {other}"),
        },
        users: list(cells[2]).map(user).collect(),
        holders: list(cells[3]).map(holder).collect(),
        purposes: list(cells[4]).filter(|purpose| *purpose != "any").map(str::to_owned).collect(),
        period: Some(cells[5]).filter(|cell| !["", "always"].contains(cell)).map(period),
        target: target(cells[6]),
        exceptions: Vec::new(),
    };
    if cells[0] == "except" {
        let base = directives.last_mut().map(|directive| &mut directive.content);
        let Some(Content::Rule(base)) = base else { panic!("an exception needs a rule above it") };
        base.exceptions.push(rule);
    } else {
        directives.push(Directive { consent: cells[0].to_owned(), version: 1, content: Content::Rule(rule) });
    }
}

fn target(cell: &str) -> Target {
    let mut target = Target::default();
    for part in cell.split(';').map(str::trim).filter(|part| !["", "everything"].contains(part)) {
        let (kind, values) = part.split_once(' ').expect("a kind and values");
        match kind {
            "code" => {
                list(values).for_each(|code| assert!(target.add_code(code), "not a code: {code}"));
            }
            "class" => target.classes.extend(list(values).map(str::to_owned)),
            "instance" => target.instances.extend(list(values).map(|reference| {
                let (class, id) = reference.split_once('/').expect("Type/id");
                (class.to_owned(), id.to_owned())
            })),
            "data" => target.data_period = Some(period(values)),
            other => panic!("not a restriction: {other}"),
        }
    }
    target
}

fn user(word: &str) -> User {
    match word.split_once(' ') {
        Some(("person", id)) => User::Person(id.to_owned()),
        Some(("every", kind)) => User::Kind(kind.to_owned()),
        _ if word == "all" => User::All,
        _ => User::Organisation(party(word).0),
    }
}

fn holder(word: &str) -> Holder {
    match word.split_once(' ') {
        Some(("every", kind)) => Holder::Kind(kind.to_owned()),
        _ if word == "all" => Holder::All,
        _ => Holder::Organisation(party(word).0),
    }
}

/// The cast of all cases.
pub fn party(name: &str) -> (OrgNo, &'static str) {
    match name {
        "hub" => (0, ""),
        "patient" => (1, ""),
        "Hospital" => (10, "hospital"),
        "Gp" => (11, "gp"),
        "Post" => (12, "gp_post"),
        "Home" => (13, "vvt"),
        "Pharmacy" => (14, "pharmacy"),
        "Clinic" => (15, "mental_health"),
        "OtherHospital" => (16, "hospital"),
        other => panic!("not in the cast: {other}"),
    }
}

fn list(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(',').map(str::trim).filter(|word| !word.is_empty())
}

pub fn period(cell: &str) -> (i64, i64) {
    let (start, end) = cell.split_once("..").expect("start..end");
    let open = |text: &str, limit: i64| {
        if text.is_empty() { limit } else { instant(text) }
    };
    (open(start, i64::MIN), open(end, i64::MAX))
}

/// `2026-03-01` or `2026-03-01T12:00:00.000`, UTC, as milliseconds since 1970.
pub fn instant(text: &str) -> i64 {
    let numbers: Vec<i64> =
        text.split(['-', 'T', ':', '.']).map(|part| part.parse().expect("a number in a time")).collect();
    let [year, month, day, clock @ ..] = numbers.as_slice() else { panic!("not a time: {text}") };
    let leap = |year: i64| i64::from(year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
    let mut days = (1970..*year).map(|year| 365 + leap(year)).sum::<i64>() + day - 1;
    let months = [31, 28 + leap(*year), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    days += months.iter().zip(1..*month).map(|(days, _)| days).sum::<i64>();
    let unit = [3_600_000, 60_000, 1_000, 1];
    days * 86_400_000 + clock.iter().zip(unit).map(|(value, unit)| value * unit).sum::<i64>()
}
