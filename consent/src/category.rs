//! What data is about, in the words in which a patient gives permission. Nowhere else are they kept.

mod words;

/// A category of our code system `data-category`. A permission names categories; every resource has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Category {
    /// Who it is: the `Patient` resource itself. Comes along with every other permission.
    Identity = 0,
    /// Medicines.
    Medication = 1,
    /// Allergies.
    Allergies = 2,
    /// Complaints and diagnoses.
    Problems = 3,
    /// Measurements by professionals.
    Measurements = 4,
    /// Results of laboratory and other investigations.
    Results = 5,
    /// Treatments and operations.
    Procedures = 6,
    /// Admissions and appointments.
    Encounters = 7,
    /// Vaccinations.
    Vaccinations = 8,
    /// Treatment wishes and limits (advance care planning).
    Wishes = 9,
    /// Nursing and daily functioning.
    Nursing = 10,
    /// Documents and letters.
    Documents = 11,
    /// Mental health and social care.
    MentalHealth = 12,
    /// What the patient measured.
    OwnMeasurements = 13,
    /// Person and contacts.
    Contacts = 14,
    /// Nobody's data: directory, definitions. Open to every organisation.
    General = 30,
    /// The privacy consents: for the patient only.
    Consent = 31,
}

impl Category {
    /// Every category, by number.
    pub const ALL: [Self; 17] = [
        Self::Identity,
        Self::Medication,
        Self::Allergies,
        Self::Problems,
        Self::Measurements,
        Self::Results,
        Self::Procedures,
        Self::Encounters,
        Self::Vaccinations,
        Self::Wishes,
        Self::Nursing,
        Self::Documents,
        Self::MentalHealth,
        Self::OwnMeasurements,
        Self::Contacts,
        Self::General,
        Self::Consent,
    ];

    /// The number in storage.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The category with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.number() == number)
    }

    /// The code in the code system.
    pub const fn code(self) -> &'static str {
        self.words().code
    }

    /// The category with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.code() == code)
    }

    /// The name on Dutch screens.
    pub const fn dutch(self) -> &'static str {
        self.words().dutch
    }

    /// The name on English screens.
    pub const fn english(self) -> &'static str {
        self.words().english
    }

    /// What is in it, in one line, on Dutch screens.
    pub const fn dutch_meaning(self) -> &'static str {
        self.words().dutch_meaning
    }

    /// What is in it, in one line, on English screens.
    pub const fn english_meaning(self) -> &'static str {
        self.words().english_meaning
    }
}

/// A set of categories: bit n stands for the category with number n.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct CategorySet(pub u32);

impl CategorySet {
    /// No category.
    pub const EMPTY: Self = Self(0);
    /// The fourteen categories that a permission can be about.
    pub const SUBJECTS: Self = Self(0x7ffe);

    /// The set with one member.
    pub const fn of(category: Category) -> Self {
        Self(1 << category.number())
    }

    /// This set and one member more.
    #[must_use]
    pub const fn with(self, category: Category) -> Self {
        Self(self.0 | Self::of(category).0)
    }

    /// Members of either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Is it a member?
    pub const fn contains(self, category: Category) -> bool {
        self.0 & Self::of(category).0 != 0
    }

    /// Has it no member?
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The members, by number.
    pub fn iter(self) -> impl Iterator<Item = Category> {
        Category::ALL.into_iter().filter(move |category| self.contains(*category))
    }
}

impl FromIterator<Category> for CategorySet {
    fn from_iter<I: IntoIterator<Item = Category>>(categories: I) -> Self {
        categories.into_iter().fold(Self::EMPTY, Self::with)
    }
}
