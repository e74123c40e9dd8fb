//! Why, in words that a patient reads.

use std::fmt::Write as _;

use crate::{Category, Labels, Specificity};

/// The part of a Consent that decided or yielded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// The id of the Consent.
    pub consent: String,
    /// Its version.
    pub version: u32,
    /// Which of its exceptions, counted from 1; `None` for the rule itself.
    pub exception: Option<usize>,
    /// How specific it is here.
    pub specificity: Specificity,
}

/// One reason of a decision. It is text only when it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The organisation that asks wrote it.
    Own,
    /// It is nobody's data.
    Directory,
    /// It is a privacy consent, for the patient only.
    PatientOnly,
    /// A Consent cannot be evaluated.
    Unreadable {
        /// The id of the Consent.
        consent: String,
        /// Its version.
        version: u32,
        /// What is wrong with it.
        why: String,
    },
    /// An identity is seen because data of this category may be.
    With(Category),
    /// A running handoff names it; the reasons that follow are those of nursing data.
    Handoff,
    /// Emergency access.
    Emergency,
    /// A permission decided.
    Permitted(Citation),
    /// An objection matched, and a more specific permission decided.
    ObjectionYielded(Citation),
    /// An objection decided.
    Objected(Citation),
    /// A permission matched, and an objection decided.
    PermissionYielded(Citation),
    /// A permission would have matched, but is over.
    Ended {
        /// The id of the Consent.
        consent: String,
        /// Its version.
        version: u32,
        /// The instant at which it ended, in milliseconds.
        at: i64,
    },
    /// A permission would have matched, but has not begun.
    NotBegun {
        /// The id of the Consent.
        consent: String,
        /// Its version.
        version: u32,
        /// The instant at which it begins, in milliseconds.
        at: i64,
    },
    /// A permission would have matched, but does not name these labels.
    Sensitive {
        /// The id of the Consent.
        consent: String,
        /// Its version.
        version: u32,
        /// The labels that keep it closed.
        labels: Labels,
    },
    /// No rule matched.
    NoRule,
}

impl Reason {
    /// In plain Dutch.
    pub fn dutch(&self) -> String {
        match self {
            Self::Own => "Deze organisatie heeft dit zelf vastgelegd.".into(),
            Self::Directory => "Dit is algemene informatie. Het gaat niet over een persoon.".into(),
            Self::PatientOnly => "Uw toestemmingen zijn alleen voor uzelf te zien.".into(),
            Self::Unreadable { consent, version, why } => format!(
                "Toestemming {consent} (versie {version}) is niet te begrijpen. Daarom blijft alles dicht. Wat er mis is: {why}."
            ),
            Self::With(category) => {
                format!("Wie iets van u mag zien, mag ook zien wie u bent. Het gaat hier om: {}.", category.dutch())
            }
            Self::Handoff => "Dit hoort bij een lopende overdracht aan deze organisatie. Voor een overdracht telt \
                              uw keuze voor verpleging en dagelijks functioneren."
                .into(),
            Self::Emergency => "Er is spoed. U hebt tegen inzien bij spoed geen bezwaar gemaakt.".into(),
            Self::Permitted(cited) => format!("U geeft toestemming: {}.", cited.dutch()),
            Self::ObjectionYielded(cited) => {
                format!("Uw bezwaar telt hier niet, want uw toestemming is preciezer. Bezwaar: {}.", cited.dutch())
            }
            Self::Objected(cited) => format!("U hebt bezwaar gemaakt: {}.", cited.dutch()),
            Self::PermissionYielded(cited) => {
                format!("Uw toestemming telt hier niet, want uw bezwaar gaat voor. Toestemming: {}.", cited.dutch())
            }
            Self::Ended { consent, version, at } => {
                format!("Uw toestemming {consent} (versie {version}) is gestopt op {}.", instant(*at))
            }
            Self::NotBegun { consent, version, at } => {
                format!("Uw toestemming {consent} (versie {version}) begint pas op {}.", instant(*at))
            }
            Self::Sensitive { consent, version, labels } => format!(
                "Dit is extra gevoelig ({}). Uw toestemming {consent} (versie {version}) noemt dat niet.",
                list(*labels, Labels::dutch)
            ),
            Self::NoRule => "U hebt hiervoor geen toestemming gegeven.".into(),
        }
    }

    /// In plain English.
    pub fn english(&self) -> String {
        match self {
            Self::Own => "This organisation recorded it itself.".into(),
            Self::Directory => "This is general information. It is not about a person.".into(),
            Self::PatientOnly => "Only you can see your consents.".into(),
            Self::Unreadable { consent, version, why } => format!(
                "Consent {consent} (version {version}) cannot be understood, so everything stays closed. What is wrong: {why}."
            ),
            Self::With(category) => {
                format!("Who may see something of you may see who you are. Here that is: {}.", category.english())
            }
            Self::Handoff => "It is part of a running handoff to this organisation. For a handoff your choice for \
                              nursing and daily functioning counts."
                .into(),
            Self::Emergency => "It is an emergency, and you did not object to being seen in an emergency.".into(),
            Self::Permitted(cited) => format!("You permit it: {}.", cited.english()),
            Self::ObjectionYielded(cited) => format!(
                "Your objection does not count here, because your permission is more precise. Objection: {}.",
                cited.english()
            ),
            Self::Objected(cited) => format!("You object: {}.", cited.english()),
            Self::PermissionYielded(cited) => format!(
                "Your permission does not count here, because your objection goes first. Permission: {}.",
                cited.english()
            ),
            Self::Ended { consent, version, at } => {
                format!("Your permission {consent} (version {version}) ended on {}.", instant(*at))
            }
            Self::NotBegun { consent, version, at } => {
                format!("Your permission {consent} (version {version}) begins on {}.", instant(*at))
            }
            Self::Sensitive { consent, version, labels } => format!(
                "This is extra sensitive ({}). Your permission {consent} (version {version}) does not name that.",
                list(*labels, Labels::english)
            ),
            Self::NoRule => "You gave no permission for this.".into(),
        }
    }

    /// The id and version of the Consent that it names, if it names one.
    pub fn consent(&self) -> Option<(&str, u32)> {
        match self {
            Self::Permitted(cited)
            | Self::ObjectionYielded(cited)
            | Self::Objected(cited)
            | Self::PermissionYielded(cited) => Some((&cited.consent, cited.version)),
            Self::Unreadable { consent, version, .. }
            | Self::Ended { consent, version, .. }
            | Self::NotBegun { consent, version, .. }
            | Self::Sensitive { consent, version, .. } => Some((consent, *version)),
            Self::Own
            | Self::Directory
            | Self::PatientOnly
            | Self::With(_)
            | Self::Handoff
            | Self::Emergency
            | Self::NoRule => None,
        }
    }
}

impl Citation {
    fn dutch(&self) -> String {
        let mut text = format!("toestemming {} (versie {}", self.consent, self.version);
        if let Some(number) = self.exception {
            let _ = write!(text, ", uitzondering {number}");
        }
        let Specificity { holder, user, context, resource } = self.specificity;
        let user = ["iedereen", "een soort organisatie", "deze organisatie", "deze persoon"][usize::from(user.min(3))];
        let holder = ["alle bronnen", "een soort bron", "deze bron"][usize::from(holder.min(2))];
        let context = ["elk doel", "dit doel"][usize::from(context.min(1))];
        let resource = ["alle gegevens", "dit soort gegevens", "precies dit gegeven"][usize::from(resource.min(2))];
        let _ = write!(text, "), voor {user}, {holder}, {context}, {resource}");
        text
    }

    fn english(&self) -> String {
        let mut text = format!("consent {} (version {}", self.consent, self.version);
        if let Some(number) = self.exception {
            let _ = write!(text, ", exception {number}");
        }
        let Specificity { holder, user, context, resource } = self.specificity;
        let user = ["everyone", "a kind of organisation", "this organisation", "this person"][usize::from(user.min(3))];
        let holder = ["all sources", "a kind of source", "this source"][usize::from(holder.min(2))];
        let context = ["any purpose", "this purpose"][usize::from(context.min(1))];
        let resource = ["all data", "this kind of data", "exactly this"][usize::from(resource.min(2))];
        let _ = write!(text, "), for {user}, {holder}, {context}, {resource}");
        text
    }
}

fn list(labels: Labels, name: fn(Labels) -> &'static str) -> String {
    labels.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// An instant as date and time in UTC. Whoever shows it in a time zone has the milliseconds in the reason itself.
fn instant(at: i64) -> String {
    const DAY: i64 = 86_400_000;
    let (year, month, day) = date(at.div_euclid(DAY));
    let minute = at.rem_euclid(DAY) / 60_000;
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02} UTC", minute / 60, minute % 60)
}

/// The date of a day counted from 1970-01-01, in the Gregorian calendar: years are counted from March, so that the
/// day that is sometimes there comes last.
fn date(days: i64) -> (i64, i64, i64) {
    let since_march_0000 = days + 719_468;
    let era = since_march_0000.div_euclid(146_097);
    let day_of_era = since_march_0000.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::instant;

    #[test]
    fn an_instant_is_a_date_and_a_time() {
        assert_eq!(instant(0), "1970-01-01 00:00 UTC");
        assert_eq!(instant(951_782_400_000), "2000-02-29 00:00 UTC");
        assert_eq!(instant(1_772_323_199_999), "2026-02-28 23:59 UTC");
        assert_eq!(instant(-1), "1969-12-31 23:59 UTC");
    }
}
