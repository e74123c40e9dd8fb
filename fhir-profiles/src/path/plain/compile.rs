//! From an expression of the whole language to a plain one, if it is.

use super::ast::{Expr, Start, Step};
use crate::path::ast::{self, Op, Typed};

/// The plain expression that says the same; `None` if it uses more than that.
pub(in crate::path) fn compile(expr: &ast::Expr) -> Option<Expr> {
    Some(match expr {
        ast::Expr::Text(text) => Expr::Text(text.clone()),
        ast::Expr::Integer(number) => Expr::Text(number.to_string()),
        ast::Expr::Bool(answer) => Expr::Bool(*answer),
        ast::Expr::Binary(op, left, right) => {
            let (left, right) = (compile(left)?, compile(right)?);
            match op {
                Op::Union => union(left, right),
                Op::Equal | Op::NotEqual => Expr::Equal(Box::new(left), Box::new(right), *op == Op::Equal),
                Op::And => Expr::And(Box::new(left), Box::new(right)),
                Op::Or => Expr::Or(Box::new(left), Box::new(right)),
                _ => return None,
            }
        }
        other => {
            let (start, steps) = path(other)?;
            Expr::Path(start, steps)
        }
    })
}

fn union(left: Expr, right: Expr) -> Expr {
    let parts = |expr| match expr {
        Expr::Union(parts) => parts,
        other => vec![other],
    };
    let mut all = parts(left);
    all.extend(parts(right));
    Expr::Union(all)
}

/// A start and the steps from there.
fn path(expr: &ast::Expr) -> Option<(Start, Vec<Step>)> {
    Some(match expr {
        ast::Expr::This => (Start::This, Vec::new()),
        ast::Expr::External(name) if name == "resource" || name == "context" => (Start::Resource, Vec::new()),
        ast::Expr::Member(None, name) if name.starts_with(|letter: char| letter.is_ascii_uppercase()) => {
            (Start::Type(name.clone()), Vec::new())
        }
        ast::Expr::Member(focus, name) => after(focus.as_deref(), Step::Field(name.clone()))?,
        ast::Expr::Typed(focus, what, wanted) => {
            let step = match what {
                Typed::Is => Step::Is(wanted.name.clone()),
                Typed::As => Step::OfType(wanted.name.clone()),
            };
            after(focus.as_deref(), step)?
        }
        ast::Expr::At(list, index) => match **index {
            ast::Expr::Integer(at) => after(Some(list), Step::Index(usize::try_from(at).ok()?))?,
            _ => return None,
        },
        ast::Expr::Call(focus, function, args) => {
            let step = match (function.name, &args[..]) {
                ("where", [criterion]) => Step::Where(compile(criterion)?),
                ("exists", []) => Step::Exists(None),
                ("exists", [criterion]) => Step::Exists(Some(compile(criterion)?)),
                ("extension", [ast::Expr::Text(url)]) => Step::Extension(url.clone()),
                ("resolve", []) => Step::Resolve,
                ("first", []) => Step::Index(0),
                ("empty", []) => Step::Empty,
                ("not", []) => Step::Not,
                _ => return None,
            };
            after(focus.as_deref(), step)?
        }
        _ => return None,
    })
}

fn after(focus: Option<&ast::Expr>, step: Step) -> Option<(Start, Vec<Step>)> {
    let (start, mut steps) = match focus {
        None => (Start::This, Vec::new()),
        Some(focus @ (ast::Expr::Binary(..) | ast::Expr::Text(_) | ast::Expr::Bool(_) | ast::Expr::Integer(_))) => {
            (Start::Group(Box::new(compile(focus)?)), Vec::new())
        }
        Some(focus) => path(focus)?,
    };
    steps.push(step);
    Some((start, steps))
}
