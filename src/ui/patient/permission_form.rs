//! The form in which a person chooses who may see what.

use askama::Template;

use super::super::shared::form::{Choice, Errors};
use super::super::shared::frame::{Frame, Lang, SignedIn};
use super::super::shared::paths;

/// The answer to what may be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Everything but the sensitive categories that are not ticked (`all`).
    All,
    /// Medicines, allergies, wishes and limits (`emergency`).
    Emergency,
    /// Nursing, wishes and limits (`nursing`).
    Nursing,
    /// The categories that are ticked (`some`).
    Some,
    /// An objection (`object`).
    Object,
}

impl Preset {
    /// All of them, in the order of the form.
    pub const EVERY: [Self; 5] = [Self::All, Self::Emergency, Self::Nursing, Self::Some, Self::Object];

    /// The value of the field.
    pub fn value(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Emergency => "emergency",
            Self::Nursing => "nursing",
            Self::Some => "some",
            Self::Object => "object",
        }
    }

    /// The answer that a value of the field means.
    pub fn from_value(value: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|preset| preset.value() == value)
    }

    /// The categories it stands for by itself.
    pub fn categories(self) -> &'static [&'static str] {
        match self {
            Self::Emergency => &["medication", "allergies", "wishes"],
            Self::Nursing => &["nursing", "wishes"],
            Self::All | Self::Some | Self::Object => &[],
        }
    }

    fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::All => lang.t("Alles", "Everything"),
            Self::Emergency => lang.t(
                "Spoedset: medicijnen, allergieën, wensen en grenzen",
                "Emergency set: medicines, allergies, wishes and limits",
            ),
            Self::Nursing => lang.t("Verpleegkundige overdracht en wensen", "Nursing handoff and wishes"),
            Self::Some => lang.t("Ik kies zelf welke gegevens", "I choose the data myself"),
            Self::Object => lang.t(
                "Niets: niemand mag dit zien, ook niet bij spoed",
                "Nothing: nobody may see this, not even in an emergency",
            ),
        }
    }

    fn hint(self, lang: Lang) -> &'static str {
        match self {
            Self::All => lang.t(
                "Handig voor uw eigen huisarts. Extra gevoelige gegevens alleen als u die hieronder aankruist.",
                "Useful for your own GP. Extra sensitive data only if you tick them below.",
            ),
            Self::Emergency => lang.t(
                "Handig voor de huisartsenpost. Zij weten dan wat u slikt en waar u niet tegen kunt.",
                "Useful for the out-of-hours GP. They know what you take and what you cannot tolerate.",
            ),
            Self::Nursing => lang.t(
                "Handig voor wijkzorg of verpleeghuis. Zij weten dan welke hulp u nodig heeft.",
                "Useful for home care or a nursing home. They know which help you need.",
            ),
            Self::Some => lang.t("U kruist hieronder aan wat zij mogen zien.", "You tick below what they may see."),
            Self::Object => lang.t(
                "Dit gaat voor op alles wat u aan anderen toestaat. Kruist u hieronder niets aan, dan geldt het voor alles.",
                "This goes before everything you allow. If you tick nothing below, it applies to everything.",
            ),
        }
    }
}

/// The form for a new or changed choice.
///
/// Posts to [`paths::PERMISSION_NEW`]: `csrf`, `id` (empty for a new choice), `organisation` (a value of `organisations`),
/// `choice` (`all`, `emergency`, `nursing`, `some` or `object`), `category` (any number of times; counts with `some` and
/// `object`, and the sensitive ones with `all` as well), `until` (a date as `2026-12-31`, may be empty) and `purpose`.
/// With `object` and no `category` everything is closed.
#[derive(Debug, Clone, Template)]
#[template(path = "patient/permission_form.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// The choice that is changed; empty for a new one.
    pub id: String,
    /// The question of an organisation that it answers; may be empty.
    pub question: String,
    /// The organisations to choose from. A list of more than eight becomes a drop-down.
    pub organisations: Vec<Choice>,
    /// What is chosen.
    pub choice: Option<Preset>,
    /// The ordinary categories, see [`super::super::shared::category::choices`].
    pub categories: Vec<Choice>,
    /// The categories that are shared only when they are named.
    pub sensitive: Vec<Choice>,
    /// The last day as `2026-12-31`; may be empty.
    pub until: String,
    /// The first day that can be chosen, as `2026-12-31`.
    pub today: String,
    /// The code of the purpose that is sent along.
    pub purpose: String,
    /// What was filled in wrongly: fields `organisation`, `choice`, `category` and `until`.
    pub errors: Errors,
}

impl Model {
    fn presets(&self) -> Vec<Choice> {
        let lang = self.frame.lang;
        let choice = |preset: Preset| Choice {
            value: preset.value().to_owned(),
            label: preset.label(lang).to_owned(),
            hint: preset.hint(lang).to_owned(),
            checked: self.choice == Some(preset),
        };
        Preset::EVERY.into_iter().map(choice).collect()
    }
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
