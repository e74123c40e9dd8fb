//! The rows that a resource leaves in the search index.

/// Everything that the search parameters of one resource find in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct IndexRows {
    /// Codes, identifiers, contact points, booleans.
    pub tokens: Vec<TokenRow>,
    /// Text, names, addresses.
    pub strings: Vec<StringRow>,
    /// References to other resources and canonical addresses.
    pub references: Vec<ReferenceRow>,
    /// Moments and periods.
    pub dates: Vec<DateRow>,
    /// Plain numbers.
    pub numbers: Vec<NumberRow>,
    /// Numbers with a unit.
    pub quantities: Vec<QuantityRow>,
    /// Addresses that are compared as text.
    pub uris: Vec<UriRow>,
    /// Places on the earth.
    pub positions: Vec<PositionRow>,
    /// The words of the resource.
    pub words: Words,
    /// The resources inside it, each with rows of its own.
    pub contained: Vec<Contained>,
}

impl IndexRows {
    /// The number of rows of plain values.
    pub(super) fn values(&self) -> usize {
        self.tokens.len()
            + self.strings.len()
            + self.references.len()
            + self.dates.len()
            + self.numbers.len()
            + self.quantities.len()
            + self.uris.len()
    }

    /// Takes over the rows of plain values.
    pub(super) fn take_values(&mut self, other: Self) {
        self.tokens.extend(other.tokens);
        self.strings.extend(other.strings);
        self.references.extend(other.references);
        self.dates.extend(other.dates);
        self.numbers.extend(other.numbers);
        self.quantities.extend(other.quantities);
        self.uris.extend(other.uris);
    }
}

/// The words of a resource in reading order with a space between them, as `_text` and `_content` compare them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// Of the narrative.
    pub narrative: String,
    /// Of all the rest, contained resources too.
    pub content: String,
}

/// A contained resource (<https://hl7.org/fhir/R4/references.html#contained>).
#[derive(Debug, Clone, PartialEq)]
pub struct Contained {
    /// Number of its type.
    pub rtype: u16,
    /// Its id within the container, with `#`.
    pub id: String,
    /// What it leaves in the index; no words.
    pub rows: IndexRows,
}

/// One place on the earth, as a point on a ball of radius 1.
#[derive(Debug, Clone, PartialEq)]
pub struct PositionRow {
    /// Number of the search parameter.
    pub param: u16,
    /// Degrees north.
    pub latitude: f64,
    /// The point.
    pub point: [f64; 3],
}

/// One code, identifier, contact point or boolean.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenRow {
    /// Number of the search parameter, or of the component of a composite.
    pub param: u16,
    /// 0 for a plain parameter; for a component the 1-based number of the composite's element.
    pub ord: u16,
    /// The code system or namespace; for a contact point its kind (`phone`, `email`, …).
    pub system: Option<String>,
    /// The code or value; empty if there is only a text.
    pub code: String,
    /// Display, text, or the text of the identifier's type, in lower case: what `:text` searches.
    pub text: Option<String>,
    /// System (may be empty) and code of the identifier's type: what `:of-type` searches.
    pub identifier_type: Option<(String, String)>,
}

/// One text, or one part of a name or address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StringRow {
    /// Number of the search parameter, or of the component of a composite.
    pub param: u16,
    /// 0 for a plain parameter; for a component the 1-based number of the composite's element.
    pub ord: u16,
    /// Lower case, without accents, white space folded.
    pub normal: String,
    /// As it was written: what `:exact` searches.
    pub exact: String,
}

/// One reference.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReferenceRow {
    /// Number of the search parameter, or of the component of a composite.
    pub param: u16,
    /// 0 for a plain parameter; for a component the 1-based number of the composite's element.
    pub ord: u16,
    /// Number of the resource type it points at, if that is known.
    pub target_type: Option<u16>,
    /// The id of a relative reference; the whole text of an absolute one or a canonical; empty if there is only an
    /// identifier.
    pub target_id: String,
    /// System and value of `Reference.identifier`.
    pub identifier: Option<(Option<String>, String)>,
    /// `Reference.display` in lower case: what `:text` searches.
    pub text: Option<String>,
}

/// One moment or period as `[low, high)` in milliseconds since 1970 UTC.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DateRow {
    /// Number of the search parameter, or of the component of a composite.
    pub param: u16,
    /// 0 for a plain parameter; for a component the 1-based number of the composite's element.
    pub ord: u16,
    /// First millisecond; `i64::MIN` if the period has no start.
    pub low: i64,
    /// First millisecond after it; `i64::MAX` if the period has no end.
    pub high: i64,
}

/// One number as `[low, high)`, as wide as its last digit.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberRow {
    /// Number of the search parameter, or of the component of a composite.
    pub param: u16,
    /// 0 for a plain parameter; for a component the 1-based number of the composite's element.
    pub ord: u16,
    /// Lower bound, included.
    pub low: f64,
    /// Upper bound, not included.
    pub high: f64,
}

/// One number with a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantityRow {
    /// Number of the search parameter, or of the component of a composite.
    pub param: u16,
    /// 0 for a plain parameter; for a component the 1-based number of the composite's element.
    pub ord: u16,
    /// System of the unit.
    pub system: Option<String>,
    /// Code of the unit.
    pub code: Option<String>,
    /// Unit as people read it.
    pub unit: Option<String>,
    /// Lower bound, included; `-inf` if open.
    pub low: f64,
    /// Upper bound, not included; `+inf` if open.
    pub high: f64,
    /// The same in base units, if the unit is one of UCUM that can be converted.
    pub canonical: Option<CanonicalRow>,
}

/// A quantity in base units: a plain number is a point (`low` is `high`).
#[derive(Debug, Clone, PartialEq)]
pub struct CanonicalRow {
    /// The base unit (`g.m-3`).
    pub unit: String,
    /// Lower bound, included; `-inf` if open.
    pub low: f64,
    /// Upper bound, included for a point; `+inf` if open.
    pub high: f64,
}

/// One address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UriRow {
    /// Number of the search parameter, or of the component of a composite.
    pub param: u16,
    /// 0 for a plain parameter; for a component the 1-based number of the composite's element.
    pub ord: u16,
    /// The address.
    pub uri: String,
}
