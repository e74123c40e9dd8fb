//! Licence expressions: `MIT OR (Apache-2.0 AND ISC)`.

/// Whether the licences that `allowed` accepts are enough for the expression. What cannot be read is not enough.
pub(super) fn satisfied(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut parser = Parser { tokens: spaced.split_whitespace().collect(), at: 0, allowed };
    parser.any() == Some(true) && parser.at == parser.tokens.len()
}

struct Parser<'a> {
    tokens: Vec<&'a str>,
    at: usize,
    allowed: &'a dyn Fn(&str) -> bool,
}

impl<'a> Parser<'a> {
    /// `all OR all …`
    fn any(&mut self) -> Option<bool> {
        let mut enough = self.all()?;
        while self.take("OR") {
            enough |= self.all()?;
        }
        Some(enough)
    }

    /// `one AND one …`
    fn all(&mut self) -> Option<bool> {
        let mut enough = self.one()?;
        while self.take("AND") {
            enough &= self.one()?;
        }
        Some(enough)
    }

    /// A licence, with or without an exception, or a group. An exception only adds to what the licence permits.
    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let enough = self.any()?;
            return self.take(")").then_some(enough);
        }
        let name = self.next()?;
        if self.take("WITH") {
            self.next()?;
        }
        (!["OR", "AND", "WITH", ")"].contains(&name)).then(|| (self.allowed)(name))
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.tokens.get(self.at).is_some_and(|next| *next == token);
        self.at += usize::from(found);
        found
    }

    fn next(&mut self) -> Option<&'a str> {
        let token = self.tokens.get(self.at).copied();
        self.at += usize::from(token.is_some());
        token
    }
}

#[cfg(test)]
mod tests {
    use super::satisfied;

    #[test]
    fn an_expression_is_satisfied_by_the_licences_that_are_allowed() {
        let cases = [
            ("MIT", true),
            ("GPL-3.0", false),
            ("MIT/GPL-3.0", true),
            ("MIT AND GPL-3.0", false),
            ("GPL-3.0 OR MIT AND ISC", true),
            ("(GPL-3.0 OR MIT) AND (ISC OR LGPL-2.1)", true),
            ("(MIT OR ISC) AND GPL-3.0", false),
            ("MIT WITH LLVM-exception OR GPL-3.0", true),
            ("MIT OR", false),
            ("MIT ISC", false),
            ("(MIT", false),
            ("", false),
        ];
        for (expression, expected) in cases {
            assert_eq!(satisfied(expression, &|name| ["MIT", "ISC"].contains(&name)), expected, "{expression}");
        }
    }
}
