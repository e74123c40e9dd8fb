//! From words to an expression. Weakest first: `or`, `and`, `=`, `|`, `is`/`as`, path.

use super::PathError;
use super::ast::{Expr, Start, Step};
use super::lex::{Word, words};

/// How many expressions may stand inside each other.
const DEEPEST: usize = 32;

/// The expression that `text` writes.
pub(super) fn parse(text: &str) -> Result<Expr, PathError> {
    let words = words(text)?;
    let mut parser = Parser { words: &words, at: 0, depth: 0 };
    let expr = parser.or()?;
    match parser.words.get(parser.at) {
        None => Ok(expr),
        Some(word) => Err(PathError::Unexpected(format!("{word:?}"))),
    }
}

struct Parser<'a> {
    words: &'a [Word<'a>],
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn next(&mut self) -> Result<&'a Word<'a>, PathError> {
        let word = self.words.get(self.at).ok_or(PathError::End)?;
        self.at += 1;
        Ok(word)
    }

    fn take(&mut self, wanted: &Word<'_>) -> bool {
        let found = self.words.get(self.at) == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn sign(&mut self, sign: &'static str) -> bool {
        self.take(&Word::Sign(sign))
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), PathError> {
        if self.sign(sign) { Ok(()) } else { Err(PathError::Missing(sign)) }
    }

    /// A whole expression; every nesting passes here.
    fn or(&mut self) -> Result<Expr, PathError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(PathError::Deep);
        }
        let mut left = self.and()?;
        while self.take(&Word::Name("or")) {
            left = Expr::Or(Box::new(left), Box::new(self.and()?));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn and(&mut self) -> Result<Expr, PathError> {
        let mut left = self.equality()?;
        while self.take(&Word::Name("and")) {
            left = Expr::And(Box::new(left), Box::new(self.equality()?));
        }
        Ok(left)
    }

    fn equality(&mut self) -> Result<Expr, PathError> {
        let left = self.union()?;
        for (sign, equal) in [("=", true), ("!=", false)] {
            if self.sign(sign) {
                return Ok(Expr::Equal(Box::new(left), Box::new(self.union()?), equal));
            }
        }
        Ok(left)
    }

    fn union(&mut self) -> Result<Expr, PathError> {
        let first = self.typed()?;
        let mut all = vec![first];
        while self.sign("|") {
            all.push(self.typed()?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Expr::Union(all) })
    }

    fn typed(&mut self) -> Result<Expr, PathError> {
        let mut left = self.path()?;
        loop {
            if self.take(&Word::Name("as")) {
                left = Expr::As(Box::new(left), self.type_name()?);
            } else if self.take(&Word::Name("is")) {
                left = Expr::Is(Box::new(left), self.type_name()?);
            } else {
                return Ok(left);
            }
        }
    }

    fn path(&mut self) -> Result<Expr, PathError> {
        let (start, mut steps) = match self.next()? {
            Word::Sign("(") => {
                let inner = self.or()?;
                self.expect(")")?;
                (Start::Group(Box::new(inner)), Vec::new())
            }
            Word::Text(text) => return Ok(Expr::Text(text.clone())),
            Word::Number(number) => return Ok(Expr::Text((*number).to_owned())),
            Word::Name("true") => return Ok(Expr::Bool(true)),
            Word::Name("false") => return Ok(Expr::Bool(false)),
            Word::Name("$this") => (Start::This, Vec::new()),
            Word::Name("%resource" | "%context") => (Start::Resource, Vec::new()),
            Word::Name(name) if name.starts_with(|c: char| c.is_ascii_uppercase()) => {
                (Start::Type((*name).to_owned()), Vec::new())
            }
            Word::Name(name) => (Start::This, vec![self.step(name)?]),
            word @ Word::Sign(_) => return Err(PathError::Unexpected(format!("{word:?}"))),
        };
        loop {
            if self.sign(".") {
                let Word::Name(name) = self.next()? else { return Err(PathError::Missing("name")) };
                steps.push(self.step(name)?);
            } else if self.sign("[") {
                steps.push(Step::Index(self.number()?));
                self.expect("]")?;
            } else {
                return Ok(Expr::Path(start, steps));
            }
        }
    }

    /// A field, or a call if a parenthesis follows.
    fn step(&mut self, name: &str) -> Result<Step, PathError> {
        if !self.sign("(") {
            return Ok(Step::Field(name.to_owned()));
        }
        let step = match name {
            "where" => Step::Where(self.or()?),
            "exists" if self.words.get(self.at) == Some(&Word::Sign(")")) => Step::Exists(None),
            "exists" => Step::Exists(Some(self.or()?)),
            "as" | "ofType" => Step::OfType(self.type_name()?),
            "is" => Step::Is(self.type_name()?),
            "extension" => match self.next()? {
                Word::Text(url) => Step::Extension(url.clone()),
                _ => return Err(PathError::Missing("url")),
            },
            "resolve" => Step::Resolve,
            "first" => Step::Index(0),
            "empty" => Step::Empty,
            "not" => Step::Not,
            _ => return Err(PathError::Function(name.to_owned())),
        };
        self.expect(")")?;
        Ok(step)
    }

    /// A type, with or without its name space in front.
    fn type_name(&mut self) -> Result<String, PathError> {
        let &Word::Name(mut name) = self.next()? else { return Err(PathError::Missing("type")) };
        if self.sign(".") {
            let Word::Name(inner) = self.next()? else { return Err(PathError::Missing("type")) };
            name = inner;
        }
        Ok(name.to_owned())
    }

    fn number(&mut self) -> Result<usize, PathError> {
        match self.next()? {
            Word::Number(number) => number.parse().map_err(|_| PathError::Missing("number")),
            _ => Err(PathError::Missing("number")),
        }
    }
}
