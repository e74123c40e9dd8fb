//! The functions (<http://hl7.org/fhirpath/N1/#functions>, <https://hl7.org/fhir/R4/fhirpath.html#functions>).

mod boundary;
mod clinical;
mod codec;
mod collection;
mod convert;
mod existence;
mod math;
mod text;
mod tree;

use std::borrow::Cow;

use super::ast::Expr;
use super::datum::Datum;
use super::run::{Frame, Run, alone, one, truth};
use super::scope::{Answer, Fault};

/// A function: its name, how many arguments it takes, and what it does.
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) least: usize,
    pub(super) most: usize,
    pub(super) run: for<'a, 'c> fn(&Call<'a, 'c>) -> Answer<'a>,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

const fn row(
    name: &'static str,
    least: usize,
    most: usize,
    run: for<'a, 'c> fn(&Call<'a, 'c>) -> Answer<'a>,
) -> Function {
    Function { name, least, most, run }
}

/// The function of that name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    let tables = [existence::TABLE, collection::TABLE, convert::TABLE, text::TABLE, math::TABLE];
    let more = [tree::TABLE, clinical::TABLE, codec::TABLE, boundary::TABLE];
    tables.into_iter().chain(more).flatten().find(|function| function.name == name)
}

/// A call of a function.
pub(super) struct Call<'a, 'c> {
    pub(super) run: &'c Run<'a, 'c>,
    pub(super) frame: &'c Frame<'a, 'c>,
    pub(super) input: Vec<Datum<'a>>,
    pub(super) args: &'a [Expr],
    pub(super) name: &'static str,
}

impl<'a> Call<'a, '_> {
    /// An argument, evaluated where the call stands.
    fn arg(&self, place: usize) -> Answer<'a> {
        match self.args.get(place) {
            Some(arg) => self.run.eval(arg, self.frame),
            None => Ok(Vec::new()),
        }
    }

    /// An argument, evaluated for one item of the input.
    fn lambda(&self, place: usize, item: &Datum<'a>, index: usize) -> Answer<'a> {
        let this = std::slice::from_ref(item);
        let index = i64::try_from(index).ok();
        self.run.eval(&self.args[place], &Frame { this, index, total: self.frame.total })
    }

    /// Whether an argument holds for one item.
    fn holds(&self, place: usize, item: &Datum<'a>, index: usize) -> Result<Option<bool>, Fault> {
        truth(&self.lambda(place, item, index)?, self.name)
    }

    /// The only item of the input.
    fn single(&self) -> Result<Option<&Datum<'a>>, Fault> {
        one(&self.input, self.name)
    }

    /// The only item of the input as a value.
    fn value(&self) -> Result<Option<Datum<'a>>, Fault> {
        Ok(self.single()?.and_then(Datum::system))
    }

    /// The only item of the input as text.
    fn text(&self) -> Result<Option<Cow<'a, str>>, Fault> {
        self.as_text(&self.input)
    }

    /// An argument as text.
    fn text_arg(&self, place: usize) -> Result<Option<Cow<'a, str>>, Fault> {
        self.as_text(&self.arg(place)?)
    }

    /// An argument as whole number.
    fn whole_arg(&self, place: usize) -> Result<Option<i64>, Fault> {
        match one(&self.arg(place)?, self.name)?.map(Datum::system) {
            None => Ok(None),
            Some(Some(Datum::Integer(number))) => Ok(Some(number)),
            Some(_) => Err(Fault::Kind(self.name)),
        }
    }

    fn as_text(&self, found: &[Datum<'a>]) -> Result<Option<Cow<'a, str>>, Fault> {
        let Some(item) = one(found, self.name)? else { return Ok(None) };
        if let Some(text) = item.node().and_then(|node| node.value?.as_str()) {
            return Ok(Some(Cow::Borrowed(text)));
        }
        match item.system() {
            Some(Datum::Text(text)) => Ok(Some(text)),
            _ => Err(Fault::Kind(self.name)),
        }
    }

    /// A text as result, paid for.
    fn say(&self, text: String) -> Answer<'a> {
        self.run.spend(text.len() / 8)?;
        Ok(vec![Datum::Text(Cow::Owned(text))])
    }
}

/// A yes or no as result.
#[expect(clippy::unnecessary_wraps, reason = "the form of every answer")]
fn yes<'a>(answer: bool) -> Answer<'a> {
    Ok(vec![Datum::Bool(answer)])
}

/// Nothing, or one item.
#[expect(clippy::unnecessary_wraps, reason = "the form of every answer")]
fn maybe(item: Option<Datum<'_>>) -> Answer<'_> {
    Ok(item.into_iter().collect())
}

/// The element alone, to go on from.
fn from_node(node: super::datum::Node<'_>) -> Vec<Datum<'_>> {
    alone(node).to_vec()
}
