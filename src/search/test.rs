//! What the values of a resource are compared with.

use super::Prefix;

/// A test of one indexed value; the alternatives are joined by *or*.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// Text.
    String(StringMatch, Vec<String>),
    /// Codes and identifiers.
    Token(Vec<TokenTest>),
    /// The text beside a code (`:text`), in lower case.
    TokenText(Vec<String>),
    /// Identifiers with their type (`:of-type`).
    OfType(Vec<OfTypeTest>),
    /// References.
    Reference(Vec<ReferenceTest>),
    /// Moments and periods.
    Date(Vec<DateTest>),
    /// Numbers.
    Number(Vec<NumberTest>),
    /// Numbers with a unit.
    Quantity(Vec<QuantityTest>),
    /// Addresses.
    Uri(UriMatch, Vec<String>),
    /// The text that people read for a reference (`:text`), normalised.
    DisplayText(Vec<String>),
    /// The value does not pass.
    Unequal(Box<Test>),
    /// Values of one element together; each alternative has a part for every component.
    Composite(Vec<Vec<Part>>),
}

/// One part of a composite.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Number of the component.
    pub param: u16,
    /// What it must pass.
    pub test: Test,
}

/// How text is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StringMatch {
    /// The normalised text starts with the normalised value.
    Starts,
    /// The normalised text contains the normalised value.
    Contains,
    /// Equal, accents and case included.
    Exact,
    /// The normalised texts are equal.
    Equal,
    /// The normalised text ends with the normalised value.
    Ends,
}

/// What a token's system must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SystemTest {
    /// Anything, or nothing.
    Any,
    /// No system.
    None,
    /// This one.
    Is(String),
}

/// `[system|]code`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenTest {
    /// The system.
    pub system: SystemTest,
    /// The code; none for any code of the system.
    pub code: Option<String>,
}

/// An identifier with the type of identifier it is (`:of-type`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfTypeTest {
    /// System of the type.
    pub system: String,
    /// Code of the type.
    pub code: String,
    /// The identifier's value.
    pub value: String,
}

/// What a reference must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReferenceTest {
    /// A resource on this server.
    Local {
        /// Number of its type; none for any type.
        rtype: Option<u16>,
        /// Its id.
        id: String,
    },
    /// An absolute or canonical address; without a version any version is good.
    Address(String),
    /// An identifier (`:identifier`).
    Identifier(TokenTest),
}

/// A moment or period `[low, high)` in milliseconds since 1970 UTC; for [`Prefix::Approximately`] already widened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTest {
    /// How to compare.
    pub prefix: Prefix,
    /// First millisecond.
    pub low: i64,
    /// First millisecond after.
    pub high: i64,
}

/// A number: `[low, high)` is its implicit range, for [`Prefix::Approximately`] ten per cent to either side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NumberTest {
    /// How to compare.
    pub prefix: Prefix,
    /// The number as written.
    pub value: f64,
    /// Lower bound, included.
    pub low: f64,
    /// Upper bound, not included.
    pub high: f64,
}

/// A number with a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantityTest {
    /// The number.
    pub number: NumberTest,
    /// System of the unit, if it matters.
    pub system: Option<String>,
    /// Code of the unit; without a system also the unit as people read it.
    pub code: Option<String>,
    /// The same in base units, if the unit is one of UCUM that can be converted.
    pub canonical: Option<(String, NumberTest)>,
}

/// What is asked of the words of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WordTest {
    /// These words, one after the other; of the last only the start if it is open.
    Phrase {
        /// The words; at least one.
        words: Vec<String>,
        /// True if more letters may follow.
        open: bool,
    },
    /// All of these.
    All(Vec<WordTest>),
    /// One of these.
    Any(Vec<WordTest>),
    /// The first and not the second.
    Except(Box<WordTest>, Box<WordTest>),
}

/// The places within a distance of a point.
#[derive(Debug, Clone, PartialEq)]
pub struct Circle {
    /// The middle, on a ball of radius 1.
    pub point: [f64; 3],
    /// The square of the longest straight line from the middle.
    pub chord: f64,
    /// Degrees north, from and to.
    pub latitudes: (f64, f64),
}

/// How addresses are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UriMatch {
    /// Equal.
    Exact,
    /// The stored address lies at or under the value.
    Below,
    /// The stored address lies at or above the value.
    Above,
    /// The stored address starts with the value.
    Starts,
    /// The stored address contains the value.
    Contains,
    /// The stored address ends with the value.
    Ends,
}
