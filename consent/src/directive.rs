//! What the patient has laid down: one directive per Consent in force.

use crate::{Category, CategorySet, Labels, OrgNo};

/// May they, or may they not?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// A permission.
    Permit,
    /// An objection.
    Deny,
}

/// Whose data: the party whose system wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Holder {
    /// One organisation.
    Organisation(OrgNo),
    /// Every organisation of a kind.
    Kind(String),
    /// Everybody.
    All,
}

/// For whom: the party that asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum User {
    /// One person, by the id of a `Practitioner` or `PractitionerRole`.
    Person(String),
    /// One organisation.
    Organisation(OrgNo),
    /// Every organisation of a kind.
    Kind(String),
    /// Everybody.
    All,
}

/// Which data. All restrictions that are given must hold; inside one list, one entry is enough.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    /// Categories named. Empty, with `lifts` empty too: not restricted. Empty, with `lifts` given: only what carries
    /// one of those labels.
    pub categories: CategorySet,
    /// Labels named. A permission reaches a labelled item only if it names all labels of the item; an objection also
    /// reaches what carries a label that it names.
    pub lifts: Labels,
    /// R4 resource types named. Empty: not restricted.
    pub classes: Vec<String>,
    /// Resources named, as type and id. Empty: not restricted.
    pub instances: Vec<(String, String)>,
    /// Clinical time, half open, in milliseconds. A permission needs an item's time to be known and inside; an
    /// objection reaches an item whose time overlaps or is unknown.
    pub data_period: Option<(i64, i64)>,
}

impl Target {
    /// Adds what a code of our code system names: a category, or a label only. `mental-health` names the labels
    /// psychiatry and violence as well. False if the code is not one that a permission can be about.
    pub fn add_code(&mut self, code: &str) -> bool {
        if let Some(category) = Category::from_code(code) {
            if !CategorySet::SUBJECTS.contains(category) {
                return false;
            }
            self.categories = self.categories.with(category);
            if category == Category::MentalHealth {
                self.lifts = self.lifts.union(Labels::PSYCHIATRY).union(Labels::VIOLENCE);
            }
            return true;
        }
        let label = Labels::from_code(code)
            .filter(|label| label.within(Labels::SEXUAL_HEALTH.union(Labels::GENETICS).union(Labels::HIV)));
        self.lifts = self.lifts.union(label.unwrap_or_default());
        label.is_some()
    }

    /// Whether a rule can name this code.
    pub fn names(code: &str) -> bool {
        Self::default().add_code(code)
    }

    /// Does it name a category or a label?
    pub(crate) const fn names_codes(&self) -> bool {
        !self.categories.is_empty() || !self.lifts.is_empty()
    }

    /// What an item may carry inside for a permission to open it: of the categories named, or anything if none is.
    pub(crate) const fn opens_inside(&self) -> Labels {
        if self.categories.is_empty() { Labels::CARRIED } else { Labels::carrying(self.categories) }
    }

    /// The labels by which an objection reaches an item.
    pub(crate) const fn objected_labels(&self) -> Labels {
        let named = self.lifts.union(Labels::carrying(self.categories));
        if self.categories.contains(Category::MentalHealth) { named.union(Labels::PSYCHIATRY) } else { named }
    }
}

/// One permission or objection, with its exceptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Permission or objection.
    pub effect: Effect,
    /// For whom; one that fits is enough.
    pub users: Vec<User>,
    /// Whose data; one that fits is enough.
    pub holders: Vec<Holder>,
    /// For which purposes (v3-ActReason). Empty: any.
    pub purposes: Vec<String>,
    /// When it holds, half open, in milliseconds, compared with [`Request::now`](crate::Request::now).
    pub period: Option<(i64, i64)>,
    /// Which data.
    pub target: Target,
    /// Exceptions, one level. What an exception leaves empty it takes from this rule, and it never reaches further
    /// than this rule.
    pub exceptions: Vec<Rule>,
}

/// What one Consent in force says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// The id of the Consent.
    pub consent: String,
    /// Its version.
    pub version: u32,
    /// What it says.
    pub content: Content,
}

/// A rule, or the reason why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Understood.
    Rule(Rule),
    /// Not understood, and why. Refuses everything, because it may be an objection.
    Unreadable(String),
}

impl Directive {
    /// Why this directive cannot be evaluated, if so. A rule that names no user or no holder, or nests deeper than one
    /// level, is as unreadable as a Consent that could not be parsed.
    pub fn unreadable(&self) -> Option<&str> {
        match &self.content {
            Content::Unreadable(why) => Some(why),
            Content::Rule(rule) if rule.users.is_empty() => Some("names no user"),
            Content::Rule(rule) if rule.holders.is_empty() => Some("names no holder"),
            Content::Rule(rule) if rule.exceptions.iter().any(|inner| !inner.exceptions.is_empty()) => {
                Some("nests exceptions more than one level deep")
            }
            Content::Rule(_) => None,
        }
    }

    /// The rule, if it can be evaluated.
    pub(crate) fn rule(&self) -> Option<&Rule> {
        match &self.content {
            Content::Rule(rule) => Some(rule),
            Content::Unreadable(_) => None,
        }
    }
}
