//! What is around every page: language, who is signed in, navigation and the token that guards forms.

use super::paths;

/// The language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// Dutch, the first language.
    #[default]
    Nl,
    /// English.
    En,
}

impl Lang {
    /// The code for the `lang` attribute.
    pub fn code(self) -> &'static str {
        self.t("nl", "en")
    }

    /// The other language.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Nl => Self::En,
            Self::En => Self::Nl,
        }
    }

    /// The text in this language.
    pub fn t<'a>(self, dutch: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::Nl => dutch,
            Self::En => english,
        }
    }

    /// The language that a code names; Dutch when it names none.
    pub fn from_code(code: &str) -> Self {
        if code.starts_with("en") { Self::En } else { Self::Nl }
    }
}

/// The part of the site that a page belongs to; it is marked in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Section {
    /// None of the entries of the navigation.
    #[default]
    None,
    /// Overview of the patient.
    Overview,
    /// Data of the patient and documents.
    Data,
    /// Who may see what.
    Permissions,
    /// Who looked.
    Looked,
    /// Who acts for whom.
    Representatives,
    /// Search of the professional.
    Search,
    /// Handoffs of the professional.
    Inbox,
    /// Emergency opening by the professional.
    Emergency,
    /// Emergencies that the privacy officer reviews.
    Reviews,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignedIn {
    /// A patient, or somebody who acts for one.
    Patient {
        /// The name of the person who signed in.
        name: String,
        /// The name of the person for whom they act, if it is not themselves.
        acting_for: Option<String>,
    },
    /// A professional.
    Professional {
        /// The name of the professional.
        name: String,
        /// The organisation they work for.
        organisation: String,
        /// Whether it is the privacy officer, who treats nobody.
        officer: bool,
    },
}

/// One entry of the navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavItem {
    /// Address.
    pub href: &'static str,
    /// Label in the language of the page.
    pub label: &'static str,
    /// Whether the page belongs to this entry.
    pub current: bool,
}

/// Around every page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frame {
    /// Language of the page.
    pub lang: Lang,
    /// Address of the same page in the other language.
    pub switch_href: String,
    /// Who is signed in, if anybody.
    pub person: Option<SignedIn>,
    /// Part of the site.
    pub section: Section,
    /// Token for the hidden field `csrf` of every form that posts.
    pub csrf: String,
}

impl Frame {
    /// The text in the language of the page.
    pub fn t<'a>(&self, dutch: &'a str, english: &'a str) -> &'a str {
        self.lang.t(dutch, english)
    }

    /// The name of the person for whom somebody else is signed in.
    pub fn acting_for(&self) -> Option<&str> {
        match &self.person {
            Some(SignedIn::Patient { acting_for, .. }) => acting_for.as_deref(),
            _ => None,
        }
    }

    /// Whether a professional is signed in.
    pub fn professional(&self) -> bool {
        matches!(self.person, Some(SignedIn::Professional { .. }))
    }

    /// The entries of the navigation for who is signed in.
    pub fn nav(&self) -> Vec<NavItem> {
        let entries: &[(&'static str, &'static str, &'static str, Section)] = match &self.person {
            None => &[],
            Some(SignedIn::Patient { .. }) => &[
                (paths::OVERVIEW, "Overzicht", "Overview", Section::Overview),
                (paths::DATA, "Mijn gegevens", "My data", Section::Data),
                (paths::PERMISSIONS, "Wie mag wat zien", "Who may see what", Section::Permissions),
                (paths::LOOKED, "Wie heeft gekeken", "Who looked", Section::Looked),
                (paths::REPRESENTATIVES, "Machtigingen", "Acting for others", Section::Representatives),
            ],
            Some(SignedIn::Professional { officer: true, .. }) => {
                &[(paths::CARE_REVIEWS, "Inzage bij spoed", "Emergency access", Section::Reviews)]
            }
            Some(SignedIn::Professional { .. }) => &[
                (paths::CARE_SEARCH, "Patiënt zoeken", "Find a patient", Section::Search),
                (paths::CARE_INBOX, "Overdrachten", "Handoffs", Section::Inbox),
                (paths::CARE_EMERGENCY, "Openen bij spoed", "Emergency access", Section::Emergency),
            ],
        };
        let item = |&(href, dutch, english, section)| NavItem {
            href,
            label: self.lang.t(dutch, english),
            current: section == self.section,
        };
        entries.iter().map(item).collect()
    }
}
