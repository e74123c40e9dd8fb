//! Labels of an item: sensitive ones, which a writer puts on a resource and an ordinary permission does not reach, and the
//! categories of what it carries inside.

use crate::{Category, CategorySet};

/// Where the labels of what is carried begin.
const CARRIED_FROM: u32 = 8;

/// A set of labels. The lowest eight are the sensitive ones; the others tell by category what is carried inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Labels(pub u32);

impl Labels {
    /// Not sensitive.
    pub const NONE: Self = Self(0);
    /// Psychiatry.
    pub const PSYCHIATRY: Self = Self(1);
    /// Sexual health.
    pub const SEXUAL_HEALTH: Self = Self(2);
    /// Genetics.
    pub const GENETICS: Self = Self(4);
    /// Violence.
    pub const VIOLENCE: Self = Self(8);
    /// HIV.
    pub const HIV: Self = Self(16);
    /// Every label there can be, also those that have no name yet.
    pub const ALL: Self = Self(u32::MAX);
    /// Every category that can be carried.
    pub(crate) const CARRIED: Self = Self::carrying(CategorySet::SUBJECTS);
    /// The labels with a name.
    pub const NAMED: [Self; 5] = [Self::PSYCHIATRY, Self::SEXUAL_HEALTH, Self::GENETICS, Self::VIOLENCE, Self::HIV];

    /// The labels of what carries copies of data of these categories: a `Bundle` of documents, a resource with contained ones.
    pub const fn carrying(categories: CategorySet) -> Self {
        Self((categories.0 & CategorySet::SUBJECTS.0) << CARRIED_FROM)
    }

    /// Labels of either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Labels of this set that the other lacks.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Labels of both.
    #[must_use]
    pub(crate) const fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Is every label of this set in the other?
    pub const fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Have the two a label in common?
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Is there no label?
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The labels one by one, those without a name as well.
    pub fn iter(self) -> impl Iterator<Item = Self> {
        (0..u32::BITS).map(|bit| Self(1 << bit)).filter(move |label| label.within(self))
    }

    /// The code of a single label.
    pub fn code(self) -> &'static str {
        self.names().0
    }

    /// The label with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::NAMED.into_iter().find(|label| label.code() == code)
    }

    /// The Dutch name of a single label.
    pub fn dutch(self) -> &'static str {
        self.names().1
    }

    /// The English name of a single label.
    pub fn english(self) -> &'static str {
        self.names().2
    }

    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            _ if self.within(Self::CARRIED) && !self.is_empty() => self.carried(),
            Self::PSYCHIATRY => ("psychiatry", "psychiatrie", "psychiatry"),
            Self::SEXUAL_HEALTH => ("sexual-health", "seksuele gezondheid", "sexual health"),
            Self::GENETICS => ("genetics", "erfelijkheid", "genetics"),
            Self::VIOLENCE => ("violence", "geweld", "violence"),
            Self::HIV => ("hiv", "hiv", "HIV"),
            _ => ("sensitive", "gevoelig", "sensitive"),
        }
    }

    /// The names of the category that a single label tells of.
    fn carried(self) -> (&'static str, &'static str, &'static str) {
        let number = u8::try_from(self.0.trailing_zeros() - CARRIED_FROM).ok();
        let category = number.and_then(Category::from_number).unwrap_or(Category::Documents);
        (category.code(), category.dutch(), category.english())
    }
}
