//! From words to an expression, by binding strength (<http://hl7.org/fhirpath/N1/#operator-precedence>).

use super::PathError;
use super::ast::{Expr, Op, TypeName, Typed};
use super::decimal::Decimal;
use super::functions;
use super::lex::{Word, words};
use super::moment::Moment;
use super::quantity;

/// How many parentheses, calls and indexes may stand inside each other.
const DEEPEST: usize = 48;

/// How many operators and steps may follow each other: with [`DEEPEST`] it bounds the stack that an evaluation needs.
const LONGEST: usize = 200;

/// How strongly `is` and `as` bind.
const TYPED: u8 = 8;
/// How strongly a sign before a number binds.
const SIGNED: u8 = 11;

/// The expression that `text` writes.
pub(super) fn parse(text: &str) -> Result<Expr, PathError> {
    let words = words(text)?;
    let mut parser = Parser { words: &words, at: 0, depth: 0, length: 0 };
    let expr = parser.expression(0)?;
    match parser.words.get(parser.at) {
        None => Ok(expr),
        Some(word) => Err(PathError::Unexpected(written(word))),
    }
}

/// A word as it is shown in an error.
fn written(word: &Word<'_>) -> String {
    match word {
        Word::Name(name) | Word::Dollar(name) | Word::Number(name) => (*name).to_owned(),
        Word::Quoted(name) => format!("`{name}`"),
        Word::External(name) => format!("%{name}"),
        Word::Text(text) => format!("'{text}'"),
        Word::Moment(text) => format!("@{text}"),
        Word::Sign(sign) => (*sign).to_owned(),
    }
}

struct Parser<'a> {
    words: &'a [Word<'a>],
    at: usize,
    depth: usize,
    length: usize,
}

impl<'a> Parser<'a> {
    fn next(&mut self) -> Result<&'a Word<'a>, PathError> {
        let word = self.words.get(self.at).ok_or(PathError::End)?;
        self.at += 1;
        Ok(word)
    }

    fn sign(&mut self, sign: &'static str) -> bool {
        let found = self.words.get(self.at) == Some(&Word::Sign(sign));
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), PathError> {
        if self.sign(sign) { Ok(()) } else { Err(PathError::Missing(sign)) }
    }

    fn longer(&mut self) -> Result<(), PathError> {
        self.length += 1;
        if self.length > LONGEST { Err(PathError::Deep) } else { Ok(()) }
    }

    /// An expression whose operators bind more strongly than `least`; every nesting passes here.
    fn expression(&mut self, least: u8) -> Result<Expr, PathError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(PathError::Deep);
        }
        let before = self.length;
        let mut left = self.signed()?;
        while let Some((strength, op)) = self.words.get(self.at).and_then(operator) {
            if strength <= least {
                break;
            }
            self.at += 1;
            self.longer()?;
            left = match op {
                Infix::Typed(what) => Expr::Typed(Some(Box::new(left)), what, self.type_name()?),
                Infix::Op(op) => Expr::Binary(op, Box::new(left), Box::new(self.expression(strength)?)),
            };
        }
        self.length = before;
        self.depth -= 1;
        Ok(left)
    }

    fn signed(&mut self) -> Result<Expr, PathError> {
        if self.sign("-") {
            return Ok(Expr::Negative(Box::new(self.expression(SIGNED)?)));
        }
        if self.sign("+") {
            return Ok(Expr::Positive(Box::new(self.expression(SIGNED)?)));
        }
        let first = self.first()?;
        self.steps(first)
    }

    /// Where a path starts.
    fn first(&mut self) -> Result<Expr, PathError> {
        Ok(match self.next()? {
            Word::Sign("(") => {
                let inner = self.expression(0)?;
                self.expect(")")?;
                inner
            }
            Word::Sign("{") => {
                self.expect("}")?;
                Expr::Empty
            }
            Word::Text(text) => Expr::Text(text.clone()),
            Word::Number(number) => self.number(number)?,
            Word::Moment(text) => {
                Expr::Moment(Moment::literal(text).ok_or_else(|| PathError::Moment((*text).to_owned()))?)
            }
            Word::Name("true") => Expr::Bool(true),
            Word::Name("false") => Expr::Bool(false),
            Word::Dollar("$this") => Expr::This,
            Word::Dollar("$index") => Expr::Index,
            Word::Dollar("$total") => Expr::Total,
            Word::External(name) => Expr::External(name.clone()),
            Word::Quoted(name) => Expr::Member(None, name.clone()),
            Word::Name(name) => self.named(None, name)?,
            word => return Err(PathError::Unexpected(written(word))),
        })
    }

    fn steps(&mut self, mut left: Expr) -> Result<Expr, PathError> {
        loop {
            if self.sign(".") {
                left = match self.next()? {
                    Word::Name(name) => self.named(Some(Box::new(left)), name)?,
                    Word::Quoted(name) => Expr::Member(Some(Box::new(left)), name.clone()),
                    Word::Dollar("$this") => left,
                    _ => return Err(PathError::Missing("name")),
                };
            } else if self.sign("[") {
                left = Expr::At(Box::new(left), Box::new(self.expression(0)?));
                self.expect("]")?;
            } else {
                return Ok(left);
            }
            self.longer()?;
        }
    }

    /// An element, or a call if a parenthesis follows.
    fn named(&mut self, focus: Option<Box<Expr>>, name: &str) -> Result<Expr, PathError> {
        if !self.sign("(") {
            return Ok(Expr::Member(focus, name.to_owned()));
        }
        if let Some(typed) = match name {
            "is" => Some(Typed::Is),
            "as" | "ofType" => Some(Typed::As),
            _ => None,
        } {
            let wanted = self.type_name()?;
            self.expect(")")?;
            return Ok(Expr::Typed(focus, typed, wanted));
        }
        let function = functions::find(name).ok_or_else(|| PathError::Function(name.to_owned()))?;
        let mut args = Vec::new();
        if !self.sign(")") {
            loop {
                args.push(self.argument(name)?);
                if !self.sign(",") {
                    break;
                }
            }
            self.expect(")")?;
        }
        if args.len() < function.least || args.len() > function.most {
            return Err(PathError::Arity { function: function.name, given: args.len() });
        }
        Ok(Expr::Call(focus, function, args))
    }

    /// An argument; for `getReferenceKey` a type is one too.
    fn argument(&mut self, function: &str) -> Result<Expr, PathError> {
        if function == "getReferenceKey" {
            return self.type_name().map(|wanted| Expr::Text(wanted.name));
        }
        self.expression(0)
    }

    /// A number, with a unit if one follows.
    fn number(&mut self, text: &str) -> Result<Expr, PathError> {
        let value = || Decimal::parse(text).ok_or(PathError::Missing("number that fits"));
        let unit = match self.words.get(self.at) {
            Some(Word::Text(unit)) => Some(unit.clone()),
            Some(Word::Name(word)) => quantity::calendar(word).map(ToOwned::to_owned),
            _ => None,
        };
        if let Some(unit) = unit {
            self.at += 1;
            return Ok(Expr::Quantity(value()?, unit));
        }
        if text.contains('.') {
            return value().map(Expr::Decimal);
        }
        text.parse().map(Expr::Integer).map_err(|_| PathError::Missing("number that fits"))
    }

    /// A type, with or without its name space in front.
    fn type_name(&mut self) -> Result<TypeName, PathError> {
        let first = self.word()?;
        if self.sign(".") {
            return Ok(TypeName { space: Some(first), name: self.word()? });
        }
        Ok(TypeName { space: None, name: first })
    }

    fn word(&mut self) -> Result<String, PathError> {
        match self.next()? {
            Word::Name(name) => Ok((*name).to_owned()),
            Word::Quoted(name) => Ok(name.clone()),
            _ => Err(PathError::Missing("type")),
        }
    }
}

enum Infix {
    Op(Op),
    Typed(Typed),
}

/// How strongly a word binds as an operator, if it is one.
fn operator(word: &Word<'_>) -> Option<(u8, Infix)> {
    let (Word::Name(text) | Word::Sign(text)) = word else { return None };
    let (strength, op) = match *text {
        "implies" => (1, Op::Implies),
        "or" => (2, Op::Or),
        "xor" => (2, Op::Xor),
        "and" => (3, Op::And),
        "in" => (4, Op::In),
        "contains" => (4, Op::Contains),
        "=" => (5, Op::Equal),
        "!=" => (5, Op::NotEqual),
        "~" => (5, Op::Equivalent),
        "!~" => (5, Op::NotEquivalent),
        "<" => (6, Op::Less),
        "<=" => (6, Op::LessOrEqual),
        ">" => (6, Op::Greater),
        ">=" => (6, Op::GreaterOrEqual),
        "|" => (7, Op::Union),
        "is" => return Some((TYPED, Infix::Typed(Typed::Is))),
        "as" => return Some((TYPED, Infix::Typed(Typed::As))),
        "+" => (9, Op::Add),
        "-" => (9, Op::Subtract),
        "&" => (9, Op::Join),
        "*" => (10, Op::Multiply),
        "/" => (10, Op::Divide),
        "div" => (10, Op::WholeDivide),
        "mod" => (10, Op::Modulo),
        _ => return None,
    };
    Some((strength, Infix::Op(op)))
}
