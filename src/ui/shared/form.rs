//! The parts of which forms are made.

/// A field that was filled in wrongly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The name of the field, which is also the `id` that the summary links to.
    pub field: String,
    /// What is wrong and how to put it right, in plain words.
    pub text: String,
}

/// The faults of one form: shown in a summary at the top and next to each field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Errors(pub Vec<FieldError>);

impl Errors {
    /// Adds a fault.
    #[must_use]
    pub fn with(mut self, field: &str, text: &str) -> Self {
        self.0.push(FieldError { field: field.to_owned(), text: text.to_owned() });
        self
    }

    /// The fault of a field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|error| error.field == field).map(|error| error.text.as_str())
    }

    /// Whether the form has a fault.
    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }
}

/// One radio button, checkbox or option.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A line of explanation; may be empty.
    pub hint: String,
    /// Whether it is chosen.
    pub checked: bool,
}

/// A field that is sent along unseen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hidden {
    /// Name of the field.
    pub name: String,
    /// Value of the field.
    pub value: String,
}

impl Hidden {
    /// A hidden field.
    pub fn new(name: &str, value: &str) -> Self {
        Self { name: name.to_owned(), value: value.to_owned() }
    }
}

/// A label with a value, as one row of details.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// The value.
    pub value: String,
}

impl Fact {
    /// A row of details.
    pub fn new(label: &str, value: &str) -> Self {
        Self { label: label.to_owned(), value: value.to_owned() }
    }
}

/// A link with its text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Link {
    /// Address.
    pub href: String,
    /// Text.
    pub label: String,
}

impl Link {
    /// A link.
    pub fn new(href: &str, label: &str) -> Self {
        Self { href: href.to_owned(), label: label.to_owned() }
    }
}
