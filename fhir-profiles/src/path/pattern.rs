//! Regular expressions for `matches` and `replaceMatches`, in time that grows with the text only: no input makes them
//! run away. Known are classes, groups, alternatives, anchors, word borders and all quantifiers; looking around and
//! references back are refused.

mod read;
mod search;

/// The most steps that a program may have.
const LARGEST: usize = 20_000;

/// One step of the program that looks for a match.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    /// One character of the class.
    One(Class),
    /// Go on at both places, the first one preferred.
    Split(usize, usize),
    /// Go on there.
    Jump(usize),
    /// Remember the place in the text.
    Save(usize),
    /// The start of the text.
    Start,
    /// The end of the text.
    End,
    /// A border between a letter of a word and something else, or no border if false.
    Border(bool),
    /// Found.
    Match,
}

/// A set of characters.
#[derive(Debug, Clone, PartialEq, Default)]
struct Class {
    ranges: Vec<(char, char)>,
    negated: bool,
}

impl Class {
    fn has(&self, c: char) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&c)) != self.negated
    }
}

/// A regular expression, ready to search.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pattern {
    steps: Vec<Step>,
    /// Two for the whole match and two for each group.
    slots: usize,
}

impl Pattern {
    /// Reads an expression.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        read::pattern(text)
    }

    /// How many steps it has: what one character of text costs at most.
    pub(super) fn cost(&self) -> usize {
        self.steps.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_finds_what_it_says() {
        let table = [
            ("a", "cat", true),
            ("^a", "cat", false),
            ("^c.t$", "cat", true),
            ("^c.t$", "c\nt", true),
            ("^[A-Z]([A-Za-z0-9_]){0,254}$", "Name_1", true),
            ("^[A-Z]([A-Za-z0-9_]){0,3}$", "Name_1", false),
            ("^(ab|cd)+$", "abcdab", true),
            ("^(ab|cd)+$", "abc", false),
            ("^\\d{4}-\\d{2}$", "2024-05", true),
            ("^\\d{2,}$", "1", false),
            ("^\\d{2,}$", "12345", true),
            ("^[^\\s.]+$", "a b", false),
            ("^[^\\s.]+$", "äb", true),
            ("\\bcat\\b", "a cat sat", true),
            ("\\bcat\\b", "concat", false),
            ("^a*?b$", "aaab", true),
            ("^(?:x|y)z?$", "y", true),
            ("^[\\w\\-/]+$", "a-b/c", true),
            ("^[a\\]]+$", "]a", true),
            ("^\\u0041$", "A", true),
            ("^http:\\/\\/x\\.nl", "http://x.nl/a", true),
            ("^$", "", true),
            ("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false),
            ("^[0-9]{8}[a-z]{0}$", "12345678", true),
            ("^{", "{", true),
            ("^a{,2}$", "a{,2}", true),
        ];
        for (pattern, text, found) in table {
            let pattern = Pattern::parse(pattern).expect(pattern);
            assert_eq!(pattern.is_in(text), found, "{pattern:?} {text}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in ["(", ")", "[a", "a{3,2}", "*a", "(?=a)", "a\\", "[z-a]", "\\1", "(a{1000}){1000}", "\\p{L}"] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_replacement_may_name_groups() {
        let table = [
            ("b", "abcb", "x", "axcx"),
            ("(\\d+)-(\\d+)", "12-34", "$2/$1", "34/12"),
            ("\\b(\\w)", "een twee", "<$1>", "<e>en <t>wee"),
            ("x*", "ab", "-", "-a-b-"),
            ("a", "a", "$$", "$"),
            ("a|ab", "ab", "", "b"),
        ];
        for (pattern, text, by, expected) in table {
            assert_eq!(Pattern::parse(pattern).expect(pattern).replace(text, by), expected, "{pattern}");
        }
    }
}
