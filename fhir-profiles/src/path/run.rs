//! Evaluates an expression (<http://hl7.org/fhirpath/N1/>). Elements are borrowed, never copied.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::ast::{Expr, Op, TypeName, Typed};
use super::compare::{self, equal, equivalent};
use super::datum::{Datum, Node, UCUM};
use super::functions::Call;
use super::pattern::Pattern;
use super::quantity::Quantity;
use super::scope::{Answer, Fault, Scope};
use super::{arithmetic, navigate};

/// One evaluation.
pub(super) struct Run<'a, 's> {
    pub(super) scope: &'s Scope<'a>,
    allowed: u64,
    left: Cell<u64>,
    patterns: RefCell<HashMap<String, Rc<Pattern>>>,
}

/// What `$this`, `$index` and `$total` are.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a, 'f> {
    pub(super) this: &'f [Datum<'a>],
    pub(super) index: Option<i64>,
    pub(super) total: Option<&'f [Datum<'a>]>,
}

impl<'a, 's> Run<'a, 's> {
    pub(super) fn new(scope: &'s Scope<'a>) -> Self {
        let allowed = scope.meter.map_or(scope.budget, |meter| meter.get().min(scope.budget));
        Self { scope, allowed, left: Cell::new(allowed), patterns: RefCell::default() }
    }

    /// Takes from what the evaluation may do.
    pub(super) fn spend(&self, cost: usize) -> Result<(), Fault> {
        let left = self.left.get().checked_sub(cost as u64 + 1).ok_or(Fault::Budget)?;
        self.left.set(left);
        Ok(())
    }

    /// A regular expression, read once for each evaluation.
    pub(super) fn pattern(&self, text: &str) -> Result<Rc<Pattern>, Fault> {
        if let Some(known) = self.patterns.borrow().get(text) {
            return Ok(Rc::clone(known));
        }
        self.spend(text.len())?;
        let pattern = Rc::new(Pattern::parse(text).map_err(Fault::Pattern)?);
        self.patterns.borrow_mut().insert(text.to_owned(), Rc::clone(&pattern));
        Ok(pattern)
    }

    /// What the expression finds. A long chain of steps or operators is gone through without a stack of its length.
    pub(super) fn eval(&self, expr: &'a Expr, frame: &Frame<'a, '_>) -> Answer<'a> {
        let (mut start, mut chain) = (expr, Vec::new());
        while let Some(left) = left(start) {
            chain.push(start);
            start = left;
        }
        let mut found = self.start(start, frame)?;
        for step in chain.into_iter().rev() {
            self.spend(0)?;
            found = self.step(step, found, frame)?;
        }
        Ok(found)
    }

    /// An expression that nothing stands before.
    fn start(&self, expr: &'a Expr, frame: &Frame<'a, '_>) -> Answer<'a> {
        self.spend(0)?;
        Ok(match expr {
            Expr::Empty => Vec::new(),
            Expr::Bool(answer) => vec![Datum::Bool(*answer)],
            Expr::Integer(number) => vec![Datum::Integer(*number)],
            Expr::Decimal(number) => vec![Datum::Decimal(*number)],
            Expr::Text(text) => vec![Datum::Text(Cow::Borrowed(text))],
            Expr::Moment(moment) => vec![Datum::Moment(*moment)],
            Expr::Quantity(value, unit) => vec![Datum::Quantity(Quantity::new(*value, unit))],
            Expr::This => frame.this.to_vec(),
            Expr::Index => frame.index.map(Datum::Integer).into_iter().collect(),
            Expr::Total => frame.total.map(<[_]>::to_vec).unwrap_or_default(),
            Expr::External(name) => self.external(name)?,
            Expr::Member(_, name) => self.first(name, frame)?,
            Expr::Negative(inner) => arithmetic::negative(&self.eval(inner, frame)?)?,
            Expr::Positive(inner) => {
                let found = self.eval(inner, frame)?;
                arithmetic::negative(&found)?;
                found
            }
            other => self.step(other, frame.this.to_vec(), frame)?,
        })
    }

    /// A step or operator on what stands before it.
    fn step(&self, expr: &'a Expr, input: Vec<Datum<'a>>, frame: &Frame<'a, '_>) -> Answer<'a> {
        match expr {
            Expr::Member(_, name) => self.members(&input, name),
            Expr::Call(_, function, args) => {
                self.spend(input.len())?;
                (function.run)(&Call { run: self, frame, input, args, name: function.name })
            }
            Expr::Typed(_, what, wanted) => typed(input, *what, wanted),
            Expr::At(_, index) => self.at(input, index, frame),
            Expr::Binary(op, _, right) => self.binary(*op, input, right, frame),
            _ => Ok(input),
        }
    }

    fn at(&self, list: Vec<Datum<'a>>, index: &'a Expr, frame: &Frame<'a, '_>) -> Answer<'a> {
        let index = self.eval(index, frame)?;
        let at = match one(&index, "[]")?.and_then(Datum::system) {
            Some(Datum::Integer(at)) => usize::try_from(at).ok(),
            Some(_) => return Err(Fault::Kind("[]")),
            None => None,
        };
        Ok(at.and_then(|at| list.into_iter().nth(at)).into_iter().collect())
    }

    /// The first name of a path: the type of what is looked at, or of the resource, or an element.
    fn first(&self, name: &str, frame: &Frame<'a, '_>) -> Answer<'a> {
        if name.starts_with(|letter: char| letter.is_ascii_uppercase()) {
            let same: Vec<_> = frame.this.iter().filter(|item| is(item, None, name)).cloned().collect();
            if !same.is_empty() {
                return Ok(same);
            }
            if self.scope.resource.is(name) {
                return Ok(vec![Datum::Node(self.scope.resource)]);
            }
        }
        self.members(frame.this, name)
    }

    fn members(&self, items: &[Datum<'a>], name: &str) -> Answer<'a> {
        let mut found = Vec::new();
        for item in items {
            match item {
                Datum::Node(node) => navigate::field(*node, name, &mut |_, child| found.push(Datum::Node(child))),
                Datum::Type(_, own) if name == "name" => found.push(Datum::Text(Cow::Borrowed(own))),
                Datum::Type(space, _) if name == "namespace" => found.push(Datum::Text(Cow::Borrowed(space))),
                _ => {}
            }
        }
        self.spend(items.len() + found.len())?;
        Ok(found)
    }

    fn external(&self, name: &'a str) -> Answer<'a> {
        let text = |text: &'a str| vec![Datum::Text(Cow::Borrowed(text))];
        if let Some((_, value)) = self.scope.variables.iter().find(|(own, _)| *own == name) {
            return Ok(value.clone());
        }
        Ok(match name {
            "resource" => vec![Datum::Node(self.scope.resource)],
            "rootResource" => vec![Datum::Node(self.scope.root)],
            "context" => vec![Datum::Node(self.scope.context)],
            "ucum" => text(UCUM),
            "sct" => text("http://snomed.info/sct"),
            "loinc" => text("http://loinc.org"),
            _ => {
                let address = if let Some(set) = name.strip_prefix("vs-") {
                    format!("http://hl7.org/fhir/ValueSet/{set}")
                } else if let Some(extension) = name.strip_prefix("ext-") {
                    format!("http://hl7.org/fhir/StructureDefinition/{extension}")
                } else {
                    return Err(Fault::Variable(name.to_owned()));
                };
                vec![Datum::Text(Cow::Owned(address))]
            }
        })
    }

    fn binary(&self, op: Op, left: Vec<Datum<'a>>, right: &'a Expr, frame: &Frame<'a, '_>) -> Answer<'a> {
        if matches!(op, Op::And | Op::Or | Op::Implies | Op::Xor) {
            let left = truth(&left, "boolean operator")?;
            // What the left side decides is not asked of the right side.
            match (op, left) {
                (Op::And, Some(false)) => return Ok(vec![Datum::Bool(false)]),
                (Op::Or, Some(true)) | (Op::Implies, Some(false)) => return Ok(vec![Datum::Bool(true)]),
                _ => {}
            }
            let right = truth(&self.eval(right, frame)?, "boolean operator")?;
            return Ok(three_valued(op, left, right).map(Datum::Bool).into_iter().collect());
        }
        let right = self.eval(right, frame)?;
        self.spend(left.len().max(1) * right.len().min(64))?;
        let bool = |answer: Option<bool>| answer.map(Datum::Bool).into_iter().collect();
        Ok(match op {
            Op::Equal => bool(equal(self, &left, &right)?),
            Op::NotEqual => bool(equal(self, &left, &right)?.map(|answer| !answer)),
            Op::Equivalent => bool(Some(equivalent(self, &left, &right)?)),
            Op::NotEquivalent => bool(Some(!equivalent(self, &left, &right)?)),
            Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual => {
                bool(compare::order(self, op, &left, &right)?)
            }
            Op::Union => compare::distinct(self, left.into_iter().chain(right))?,
            Op::In => bool(compare::within(self, &left, &right)?),
            Op::Contains => bool(compare::within(self, &right, &left)?),
            _ => arithmetic::binary(self, op, &left, &right)?,
        })
    }
}

/// What stands before a step or operator.
fn left(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::Member(focus, _) | Expr::Call(focus, ..) | Expr::Typed(focus, ..) => focus.as_deref(),
        Expr::At(list, _) => Some(list),
        Expr::Binary(_, left, _) => Some(left),
        _ => None,
    }
}

fn three_valued(op: Op, left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (op, left, right) {
        (Op::And, Some(true), Some(true)) | (Op::Or | Op::Implies, _, Some(true)) => Some(true),
        (Op::And, _, Some(false)) | (Op::Or, Some(false), Some(false)) | (Op::Implies, Some(true), Some(false)) => {
            Some(false)
        }
        (Op::Xor, Some(left), Some(right)) => Some(left != right),
        _ => None,
    }
}

/// The only item; an error if there are several.
pub(super) fn one<'d, 'a>(found: &'d [Datum<'a>], what: &'static str) -> Result<Option<&'d Datum<'a>>, Fault> {
    match found {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        _ => Err(Fault::Several(what)),
    }
}

/// Whether it holds: a boolean as it is, any other single item as true, nothing as unknown.
pub(super) fn truth(found: &[Datum<'_>], what: &'static str) -> Result<Option<bool>, Fault> {
    Ok(one(found, what)?.map(|item| item.as_bool().unwrap_or(true)))
}

/// Is the item of that type?
pub(super) fn is(item: &Datum<'_>, space: Option<&str>, name: &str) -> bool {
    match item {
        Datum::Node(node) => space != Some("System") && node.is(name),
        Datum::Referred(own) => *own == name || matches!(name, "Resource" | "DomainResource"),
        other => space != Some("FHIR") && other.type_name() == Some(name),
    }
}

fn typed<'a>(found: Vec<Datum<'a>>, what: Typed, wanted: &TypeName) -> Answer<'a> {
    let space = wanted.space.as_deref();
    match what {
        Typed::As => Ok(found.into_iter().filter(|item| is(item, space, &wanted.name)).collect()),
        Typed::Is => {
            Ok(one(&found, "is")?.map(|item| Datum::Bool(is(item, space, &wanted.name))).into_iter().collect())
        }
    }
}

/// What an expression finds in a scope.
pub(super) fn select<'a>(expr: &'a Expr, scope: &Scope<'a>) -> Answer<'a> {
    let this = [Datum::Node(scope.context)];
    let run = Run::new(scope);
    let found = run.eval(expr, &Frame { this: &this, index: None, total: None });
    if let Some(meter) = scope.meter {
        meter.set(meter.get().saturating_sub(run.allowed - run.left.get()));
    }
    found
}

/// The node alone as what is looked at.
pub(super) fn alone(node: Node<'_>) -> [Datum<'_>; 1] {
    [Datum::Node(node)]
}
