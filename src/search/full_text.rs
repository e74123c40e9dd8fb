//! `_text` and `_content` (<https://hl7.org/fhir/R4/search.html#content>): words, `"phrases"`, `prefix*`, `AND` (or nothing
//! between them), `OR`, `NOT` and parentheses. `AND` binds tighter than `OR`.

use spil_fhir_profiles::index;

use super::text::{alternatives, unescape};
use super::{Filter, Problem, WordTest};

/// Most words of one value.
const WORDS: usize = 50;
/// How deep parentheses may go.
const DEPTH: usize = 10;

/// Reads the value; a comma separates alternatives.
pub(super) fn read(narrative: bool, value: &str) -> Result<Filter, Problem> {
    let mut tests = alternatives(value)?.into_iter().map(one).collect::<Result<Vec<_>, _>>()?;
    let words = if tests.len() == 1 { tests.swap_remove(0) } else { WordTest::Any(tests) };
    Ok(Filter::FullText { narrative, words })
}

fn one(part: &str) -> Result<WordTest, Problem> {
    let tokens = tokens(&unescape(part)?)?;
    if tokens.len() > WORDS {
        return Err(Problem::too_much(format!("more than {WORDS} words")));
    }
    let mut reader = Reader { tokens, at: 0 };
    let test = reader.any(0)?;
    if reader.at < reader.tokens.len() {
        return Err(Problem::value("a `)` without its `(`"));
    }
    Ok(test)
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Open,
    Close,
    And,
    Or,
    Not,
    Phrase(Vec<String>, bool),
}

fn tokens(text: &str) -> Result<Vec<Token>, Problem> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '(' | ')' => {
                found.push(if first == '(' { Token::Open } else { Token::Close });
                1
            }
            '"' => {
                let end = rest[1..].find('"').ok_or_else(|| Problem::value("a `\"` without its end"))?;
                found.push(phrase(&rest[1..=end], false)?);
                end + 2
            }
            _ => {
                let stop = |letter: char| letter.is_whitespace() || matches!(letter, '(' | ')' | '"');
                let end = rest.find(stop).unwrap_or(rest.len());
                found.push(match &rest[..end] {
                    "AND" => Token::And,
                    "OR" => Token::Or,
                    "NOT" => Token::Not,
                    word => match word.strip_suffix('*') {
                        Some(start) => phrase(start, true)?,
                        None => phrase(word, false)?,
                    },
                });
                end
            }
        };
        rest = rest[length..].trim_start();
    }
    Ok(found)
}

fn phrase(text: &str, open: bool) -> Result<Token, Problem> {
    let words = index::words(text);
    if words.is_empty() {
        return Err(Problem::value("a text without letters or digits"));
    }
    Ok(Token::Phrase(words, open))
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
}

impl Reader {
    fn next_is(&mut self, token: &Token) -> bool {
        let is = self.tokens.get(self.at) == Some(token);
        self.at += usize::from(is);
        is
    }

    fn any(&mut self, depth: usize) -> Result<WordTest, Problem> {
        if depth > DEPTH {
            return Err(Problem::too_much(format!("more than {DEPTH} parentheses within each other")));
        }
        let mut parts = vec![self.all(depth)?];
        while self.next_is(&Token::Or) {
            parts.push(self.all(depth)?);
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { WordTest::Any(parts) })
    }

    fn all(&mut self, depth: usize) -> Result<WordTest, Problem> {
        let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
        loop {
            let not = self.next_is(&Token::Not);
            let part = match self.tokens.get(self.at).cloned() {
                Some(Token::Open) => {
                    self.at += 1;
                    let inner = self.any(depth + 1)?;
                    if !self.next_is(&Token::Close) {
                        return Err(Problem::value("a `(` without its `)`"));
                    }
                    inner
                }
                Some(Token::Phrase(words, open)) => {
                    self.at += 1;
                    WordTest::Phrase { words, open }
                }
                _ => return Err(Problem::value("a word is missing: before or after `AND`, `OR`, `NOT` or in `()`")),
            };
            if not {
                unwanted.push(part);
            } else {
                wanted.push(part);
            }
            let more = matches!(self.tokens.get(self.at), Some(Token::Open | Token::Not | Token::Phrase(..)));
            if !self.next_is(&Token::And) && !more {
                break;
            }
        }
        if wanted.is_empty() {
            return Err(Problem::value("`NOT` needs a word beside it that must be there"));
        }
        let wanted = if wanted.len() == 1 { wanted.swap_remove(0) } else { WordTest::All(wanted) };
        Ok(match unwanted.len() {
            0 => wanted,
            1 => WordTest::Except(Box::new(wanted), Box::new(unwanted.swap_remove(0))),
            _ => WordTest::Except(Box::new(wanted), Box::new(WordTest::Any(unwanted))),
        })
    }
}
