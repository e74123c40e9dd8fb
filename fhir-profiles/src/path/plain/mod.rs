//! The fast way for the plain expressions that search parameters are made of: no list for each step, nothing copied, and
//! lenient where the standard would refuse, because an index entry too many is better than one too few.

mod ast;
mod compile;
mod eval;

pub(super) use ast::Expr;
pub(super) use compile::compile;
pub(super) use eval::eval;
