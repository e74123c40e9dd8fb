//! What a search asks, after reading and checking.

use spil_fhir_profiles::parameters::ParamKind;

use super::{Circle, Cursor, DateTest, Problem, Terms, Test, WordTest};

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
    /// The canonical addresses that it names which have other names too ([`spil_fhir_profiles::canonical`]); the answer uses these.
    pub named: Vec<String>,
    /// The same search on other types (`_type`), in one answer; each has its filters, order and person.
    pub also: Vec<Self>,
    /// Whether contained resources are searched.
    pub contained: Contained,
    /// Whether the contained resource is answered instead of its container.
    pub contained_alone: bool,
    /// Whether the latest stop of each treatment is asked beside the period of use (`is-latest-stop`).
    pub latest_stop: Option<bool>,
    /// With [`Query::contained`], the types of the containers that may be answered; none for all.
    pub containers: Option<Vec<u16>>,
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
            named: Vec::new(),
            also: Vec::new(),
            contained: Contained::No,
            contained_alone: false,
            latest_stop: None,
            containers: None,
        }
    }

    /// Restricts the search to the records of one person.
    pub fn bind(&mut self, person: i64) {
        self.person = Some(person);
    }

    /// The types that are searched.
    pub fn types(&self) -> Vec<u16> {
        std::iter::once(self.rtype).chain(self.also.iter().map(|other| other.rtype)).collect()
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

/// `_contained` (<https://hl7.org/fhir/R4/search.html#contained>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contained {
    /// Only resources that are not contained.
    No,
    /// Only contained resources.
    Only,
    /// All of them.
    Both,
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
    /// The filter does not hold.
    Negate(Box<Filter>),
    /// All of these hold.
    All(Vec<Filter>),
    /// Its words are as asked (`_text`, `_content`).
    FullText {
        /// True if only the narrative counts.
        narrative: bool,
        /// What is asked of the words.
        words: WordTest,
    },
    /// It lies in one of these circles (`near`).
    Near {
        /// Number of the parameter.
        param: u16,
        /// The circles.
        circles: Vec<Circle>,
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
    /// It is the latest stop of its kind in its treatment, among those that the caller may see (`is-latest-stop`).
    LatestStop {
        /// Number of the part that names treatment and kind.
        treatment: u16,
        /// Number of the part that tells when it was agreed.
        agreed: u16,
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
