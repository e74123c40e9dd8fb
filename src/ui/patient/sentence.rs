//! The sentences that say what a choice means. They are the same on the form, before it takes effect and afterwards.

use super::super::shared::frame::Lang;

/// What a choice is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// All data, except the kinds named.
    Everything {
        /// Names of the kinds that stay closed.
        except: Vec<String>,
    },
    /// The kinds named.
    Kinds(Vec<String>),
}

/// A choice in the words of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The name of the organisation; `None` means everybody.
    pub organisation: Option<String>,
    /// Whether it allows; an objection otherwise.
    pub allows: bool,
    /// Whether it starts now; a choice that applies already is told without `vanaf nu`.
    pub fresh: bool,
    /// What it is about.
    pub what: What,
    /// The last day, as a date; `None` means until the person stops it.
    pub until: Option<String>,
    /// The name of the person whose data it is about, if somebody else chooses for them.
    pub whose: Option<String>,
}

impl Choice {
    /// What the choice does, in one sentence.
    pub fn sentence(&self, lang: Lang) -> String {
        let subject = match (&self.organisation, self.allows) {
            (Some(name), _) => name.as_str(),
            (None, true) => lang.t("Elke zorgverlener", "Every care professional"),
            (None, false) => lang.t("Niemand", "Nobody"),
        };
        let verb = match (self.allows, self.organisation.is_some()) {
            (true, _) if self.fresh => lang.t("mag vanaf nu", "may now see"),
            (false, true) => lang.t("mag", "may not see"),
            (true, _) | (false, false) => lang.t("mag", "may see"),
        };
        let parts: [String; 3] = match lang {
            Lang::Nl => [format!("{subject} {verb} "), self.dutch_object(), self.ending(lang)],
            Lang::En => [format!("{subject} {verb} "), self.english_object(), self.ending(lang)],
        };
        parts.concat()
    }

    /// What follows from the choice, for the person to weigh.
    pub fn consequence(&self, lang: Lang) -> &'static str {
        match (self.allows, lang) {
            (true, Lang::Nl) => {
                "Zij mogen alleen kijken als zij u behandelen. U ziet steeds wie er keek. U kunt elk moment stoppen."
            }
            (true, Lang::En) => {
                "They may look only when they treat you. You always see who looked. You can stop at any moment."
            }
            (false, Lang::Nl) => {
                "Zorgverleners kunnen dit niet lezen, ook niet als u het zelf niet meer kunt vertellen. Wie het opschreef, houdt het wel. U kunt dit elk moment veranderen."
            }
            (false, Lang::En) => {
                "Professionals cannot read this, not even when you cannot tell them yourself. Who wrote it keeps it. You can change this at any moment."
            }
        }
    }

    fn dutch_object(&self) -> String {
        let negation = if self.allows || self.organisation.is_none() { "" } else { "niet " };
        let emergency = if self.allows { "" } else { ", ook niet bij spoed" };
        let owner = self.whose.as_ref().map_or_else(String::new, |name| format!(" van {name}"));
        match &self.what {
            What::Everything { except } => {
                let whose = if owner.is_empty() { "uw gegevens".to_owned() } else { format!("de gegevens{owner}") };
                let all = if self.allows { "al " } else { "" };
                let exception = if except.is_empty() { String::new() } else { format!(", behalve: {}", list(except)) };
                format!("{all}{whose} {negation}zien{emergency}{exception}")
            }
            What::Kinds(kinds) => {
                format!("deze gegevens{owner} {negation}zien{emergency}: {}", list(kinds))
            }
        }
    }

    fn english_object(&self) -> String {
        let emergency = if self.allows { "" } else { ", not even in an emergency" };
        let owner = self.whose.as_ref().map_or_else(String::new, |name| format!(" of {name}"));
        match &self.what {
            What::Everything { except } => {
                let whose = if owner.is_empty() { "your data".to_owned() } else { format!("the data{owner}") };
                let all = if self.allows { "all " } else { "" };
                let exception = if except.is_empty() { String::new() } else { format!(", except: {}", list(except)) };
                format!("{all}{whose}{emergency}{exception}")
            }
            What::Kinds(kinds) => format!("these data{owner}{emergency}: {}", list(kinds)),
        }
    }

    fn ending(&self, lang: Lang) -> String {
        let listed = !matches!(&self.what, What::Everything { except } if except.is_empty());
        match (&self.until, self.allows && !listed) {
            (Some(until), true) => format!(", {} {until}.", lang.t("tot", "until")),
            (Some(until), false) => format!(". {} {until}.", lang.t("Dit geldt tot", "This applies until")),
            (None, true) => format!(", {}.", lang.t("tot u dit stopt", "until you stop it")),
            (None, false) => format!(". {}.", lang.t("Dit geldt tot u dit stopt", "This applies until you stop it")),
        }
    }
}

fn list(names: &[String]) -> String {
    let lowered = |name: &String| match name.chars().next() {
        Some(first) => first.to_lowercase().collect::<String>() + &name[first.len_utf8()..],
        None => String::new(),
    };
    names.iter().map(lowered).collect::<Vec<_>>().join(", ")
}
