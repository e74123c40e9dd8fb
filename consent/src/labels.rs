//! Sensitive labels: marks that a writer puts on a resource, and that an ordinary permission does not reach.

/// A set of sensitive labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Labels(pub u8);

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
    pub const ALL: Self = Self(u8::MAX);
    /// The labels with a name.
    pub const NAMED: [Self; 5] = [Self::PSYCHIATRY, Self::SEXUAL_HEALTH, Self::GENETICS, Self::VIOLENCE, Self::HIV];

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
        (0..8).map(|bit| Self(1 << bit)).filter(move |label| label.within(self))
    }

    /// The code of a single label.
    pub const fn code(self) -> &'static str {
        self.names().0
    }

    /// The label with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::NAMED.into_iter().find(|label| label.code() == code)
    }

    /// The Dutch name of a single label.
    pub const fn dutch(self) -> &'static str {
        self.names().1
    }

    /// The English name of a single label.
    pub const fn english(self) -> &'static str {
        self.names().2
    }

    const fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::PSYCHIATRY => ("psychiatry", "psychiatrie", "psychiatry"),
            Self::SEXUAL_HEALTH => ("sexual-health", "seksuele gezondheid", "sexual health"),
            Self::GENETICS => ("genetics", "erfelijkheid", "genetics"),
            Self::VIOLENCE => ("violence", "geweld", "violence"),
            Self::HIV => ("hiv", "hiv", "HIV"),
            _ => ("sensitive", "gevoelig", "sensitive"),
        }
    }
}
