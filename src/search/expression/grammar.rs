//! The text of a `_filter` as a tree (<https://hl7.org/fhir/R4/search_filter.html>). What a name or a value means is not
//! known here.

use super::super::Problem;

/// How deep parentheses and brackets may go.
const DEPTH: usize = 10;
/// Most comparisons of one expression.
const TESTS: usize = 50;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// Both hold.
    And(Box<Expression>, Box<Expression>),
    /// One of them holds.
    Or(Box<Expression>, Box<Expression>),
    /// It does not hold.
    Not(Box<Expression>),
    /// A comparison.
    Test {
        /// Names of parameters, each but the last of a reference, with what is asked of the resource it points at.
        path: Vec<(String, Option<Expression>)>,
        /// The operator.
        operator: String,
        /// The value.
        value: String,
    },
}

/// Reads an expression. `and` and `or` bind alike, from left to right; `not` stands before parentheses.
///
/// # Errors
/// When it is not of the grammar.
pub fn read(text: &str) -> Result<Expression, Problem> {
    let mut reader = Reader { text, at: 0, tests: 0 };
    let expression = reader.expression(0)?;
    reader.blank();
    if reader.rest().is_empty() { Ok(expression) } else { Err(reader.wrong("`and`, `or` or the end")) }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    tests: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn blank(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn wrong(&self, expected: &str) -> Problem {
        let at = self.text[..self.at].chars().count() + 1;
        Problem::value(format!("at character {at} of the expression {expected} is expected"))
    }

    /// Takes a sign.
    fn sign(&mut self, sign: char) -> bool {
        let is = self.rest().starts_with(sign);
        self.at += if is { sign.len_utf8() } else { 0 };
        is
    }

    /// Takes a word of letters, digits and the marks that names have.
    fn word(&mut self, marks: &str) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && !marks.contains(letter));
        let word = &rest[..end.unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    fn expression(&mut self, depth: usize) -> Result<Expression, Problem> {
        if depth > DEPTH {
            return Err(Problem::too_much(format!("more than {DEPTH} parentheses within each other")));
        }
        let mut left = self.one(depth)?;
        loop {
            self.blank();
            let before = self.at;
            match self.word("") {
                "and" => left = Expression::And(Box::new(left), Box::new(self.one(depth)?)),
                "or" => left = Expression::Or(Box::new(left), Box::new(self.one(depth)?)),
                _ => {
                    self.at = before;
                    return Ok(left);
                }
            }
        }
    }

    fn one(&mut self, depth: usize) -> Result<Expression, Problem> {
        self.blank();
        let before = self.at;
        let not = self.word("-_:") == "not";
        if not {
            self.blank();
        } else {
            self.at = before;
        }
        if self.sign('(') {
            let inner = self.expression(depth + 1)?;
            self.blank();
            if !self.sign(')') {
                return Err(self.wrong("`)`"));
            }
            return Ok(if not { Expression::Not(Box::new(inner)) } else { inner });
        }
        if not {
            return Err(self.wrong("`(` after `not`"));
        }
        self.test(depth)
    }

    fn test(&mut self, depth: usize) -> Result<Expression, Problem> {
        self.tests += 1;
        if self.tests > TESTS {
            return Err(Problem::too_much(format!("more than {TESTS} comparisons")));
        }
        let mut path = Vec::new();
        loop {
            let name = self.word("-_:");
            if name.is_empty() {
                return Err(self.wrong("the name of a search parameter"));
            }
            let filter = if self.sign('[') {
                let filter = self.expression(depth + 1)?;
                self.blank();
                if !self.sign(']') {
                    return Err(self.wrong("`]`"));
                }
                Some(filter)
            } else {
                None
            };
            let bracketed = filter.is_some();
            path.push((name.to_owned(), filter));
            if self.sign('.') {
                continue;
            }
            if bracketed {
                return Err(self.wrong("`.` after `]`"));
            }
            break;
        }
        self.blank();
        let operator = self.word("").to_owned();
        if operator.is_empty() {
            return Err(self.wrong("an operator"));
        }
        self.blank();
        let value = self.value()?;
        Ok(Expression::Test { path, operator, value })
    }

    /// A JSON string, or everything up to a space, `)` or `]`.
    fn value(&mut self) -> Result<String, Problem> {
        let rest = self.rest();
        if rest.starts_with('"') {
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<String>();
            let Some(Ok(value)) = values.next() else { return Err(self.wrong("a JSON string")) };
            self.at += values.byte_offset();
            return Ok(value);
        }
        let end = rest.find(|letter: char| letter.is_whitespace() || matches!(letter, ')' | ']'));
        let value = &rest[..end.unwrap_or(rest.len())];
        if value.is_empty() {
            return Err(self.wrong("a value"));
        }
        self.at += value.len();
        Ok(value.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree with parentheses everywhere.
    fn shown(expression: &Expression) -> String {
        match expression {
            Expression::And(left, right) => format!("({} & {})", shown(left), shown(right)),
            Expression::Or(left, right) => format!("({} | {})", shown(left), shown(right)),
            Expression::Not(inner) => format!("!{}", shown(inner)),
            Expression::Test { path, operator, value } => {
                let names = path.iter().map(|(name, filter)| match filter {
                    Some(filter) => format!("{name}[{}]", shown(filter)),
                    None => name.clone(),
                });
                format!("{} {operator} {value}", names.collect::<Vec<_>>().join("."))
            }
        }
    }

    #[test]
    fn an_expression_is_read_from_left_to_right() {
        let table = [
            ("a eq 1", "a eq 1"),
            ("a eq 1 or b eq 2 and c eq 3", "((a eq 1 | b eq 2) & c eq 3)"),
            ("a eq 1 or (b eq 2 and c eq 3)", "(a eq 1 | (b eq 2 & c eq 3))"),
            ("not (a eq 1) and b co \"x) \\\"y\"", "(!a eq 1 & b co x) \"y)"),
            ("notes eq not", "notes eq not"),
            ("a[b eq c or d eq e].f.g-h sw \"é\"", "a[(b eq c | d eq e)].f.g-h sw é"),
            (" ( a  eq  u|1,2 ) ", "a eq u|1,2"),
            ("(not(a eq 1)or b pr true)", "(!a eq 1 | b pr true)"),
            ("a re Observation/4", "a re Observation/4"),
        ];
        for (text, expected) in table {
            assert_eq!(read(text).map(|expression| shown(&expression)).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_of_the_grammar_is_refused_where_it_is_wrong() {
        for text in [
            "",
            "a",
            "a eq",
            "a eq 1 b",
            "a eq 1 and",
            "not a eq 1",
            "(a eq 1",
            "a eq 1)",
            "a[b eq 1] eq 1",
            "a[b eq 1.c",
            "a eq \"x",
            "a..b eq 1",
            ". eq 1",
            "a eq 1 xor b eq 1",
            "and",
            "a eq \"\\x\"",
            "[a eq 1].b eq 1",
        ] {
            assert!(read(text).is_err_and(|problem| problem.text.starts_with("at character ")), "{text}");
        }
        let deep = format!("{}a eq 1{}", "(".repeat(20), ")".repeat(20));
        assert!(read(&deep).is_err_and(|problem| problem.code == "too-costly"));
        let long = vec!["a eq 1"; 60].join(" or ");
        assert!(read(&long).is_err_and(|problem| problem.code == "too-costly"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[a-c. \\[\\]()\"\\\\é|]{0,30}( eq | and | or |not )?[a-c()\"]{0,8}") {
            let _ = read(&text);
        }
    }
}
