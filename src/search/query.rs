//! What a search asks, after reading and checking.

use spil_fhir_profiles::parameters::ParamKind;

use super::{Cursor, Prefix, Problem, Terms};

/// A checked search on one resource type. The fields are open: the caller may narrow it before it runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Number of the resource type searched.
    pub rtype: u16,
    /// Everything that must hold.
    pub filters: Vec<Filter>,
    /// Order; empty for newest stored first.
    pub sort: Vec<SortKey>,
    /// Most matches on a page; 0 if only the number of matches is asked.
    pub count: u32,
    /// Where the page starts: after this row.
    pub after: Option<Cursor>,
    /// `_include` and `_revinclude`.
    pub includes: Vec<Include>,
    /// Whether the number of matches is asked.
    pub total: Total,
    /// Which part of each resource is asked.
    pub summary: Summary,
    /// The elements asked with `_elements`; empty for all.
    pub elements: Vec<String>,
    /// The one person whose records are searched, once the caller knows; set with [`Query::bind`].
    pub person: Option<i64>,
    /// The state of that person's permissions, where it was read while the person was looked up.
    pub policy: Option<i64>,
    /// The parameters that were used, in canonical form, for the `self` link.
    pub self_pairs: Vec<(String, String)>,
    /// What was not used because the caller is lenient.
    pub ignored: Vec<Problem>,
}

impl Query {
    /// A search for all resources of type `rtype`, `count` a page.
    pub fn new(rtype: u16, count: u32) -> Self {
        Self {
            rtype,
            filters: Vec::new(),
            sort: Vec::new(),
            count,
            after: None,
            includes: Vec::new(),
            total: Total::None,
            summary: Summary::False,
            elements: Vec::new(),
            person: None,
            policy: None,
            self_pairs: Vec::new(),
            ignored: Vec::new(),
        }
    }

    /// Restricts the search to the records of one person.
    pub fn bind(&mut self, person: i64) {
        self.person = Some(person);
    }

    /// True if only the number of matches is asked.
    pub fn only_count(&self) -> bool {
        self.count == 0 || self.summary == Summary::Count
    }

    /// Continues after the row that `text` (from [`Cursor::encode`]) names; false if it does not fit this search.
    #[must_use]
    pub fn continue_after(&mut self, text: &str) -> bool {
        let cursor = Cursor::decode(text).filter(|cursor| cursor.fits(&self.sort));
        let fits = cursor.is_some();
        self.after = cursor;
        fits
    }
}

/// One condition on a resource.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// Holds for no resource.
    Nothing,
    /// The resource has one of these ids.
    Id(Vec<String>),
    /// The moment of the last change.
    Updated(Vec<DateTest>),
    /// A value of the parameter passes one of the tests.
    Value {
        /// Number of the parameter.
        param: u16,
        /// The test.
        test: Test,
    },
    /// No value of the parameter passes any of the tests (`:not`).
    Not {
        /// Number of the parameter.
        param: u16,
        /// The test.
        test: Test,
    },
    /// A value of the parameter is one of the codes that these stand for (`:in`, `:above`, `:below`), or none is (`:not-in`).
    /// Nothing passes until the codes are known.
    Terms {
        /// Number of the parameter.
        param: u16,
        /// What stands for codes.
        terms: Terms,
        /// True if none may be.
        not: bool,
    },
    /// The parameter has no value, or has one (`:missing`).
    Missing {
        /// Number of the parameter, or of the first component of a composite.
        param: u16,
        /// Kind of its values.
        kind: ParamKind,
        /// True if there must be no value.
        missing: bool,
    },
    /// The resource that the reference parameter points at passes the filter (`subject:Patient.name`).
    Chain {
        /// Number of the reference parameter.
        param: u16,
        /// Number of the type it must point at.
        target: u16,
        /// What must hold there.
        filter: Box<Filter>,
    },
    /// A resource of another type that points here passes the filter (`_has`).
    Has {
        /// Number of the other type.
        rtype: u16,
        /// Number of its reference parameter.
        param: u16,
        /// What must hold there.
        filter: Box<Filter>,
    },
    /// At least one of the filters holds.
    Any(Vec<Filter>),
}

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
}

/// One `_include` or `_revinclude`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// True for `_revinclude`.
    pub reverse: bool,
    /// Number of the type that holds the reference; none for every type (`*`).
    pub source: Option<u16>,
    /// Numbers of its reference parameters; empty for all (only with `_include`).
    pub params: Vec<u16>,
    /// Number of the type pointed at, if only one is asked.
    pub target: Option<u16>,
    /// True if it also applies to what was included (`:iterate`).
    pub iterate: bool,
}

/// A key of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortKey {
    /// What to sort by.
    pub by: SortBy,
    /// True for largest first. Resources without a value come last in both directions.
    pub descending: bool,
}

/// What to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    /// `_id`.
    Id,
    /// `_lastUpdated`.
    Updated,
    /// The smallest (ascending) or largest (descending) value of a parameter.
    Param {
        /// Number of the parameter.
        param: u16,
        /// Kind of its values.
        kind: ParamKind,
    },
}

/// `_total`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    /// Not asked.
    None,
    /// An estimate is enough.
    Estimate,
    /// Exact.
    Accurate,
}

/// `_summary`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Summary {
    /// Whole resources.
    False,
    /// The elements marked as summary.
    True,
    /// Text, id, meta and mandatory elements.
    Text,
    /// All but the text.
    Data,
    /// Only the number of matches.
    Count,
}
