//! Reads a regular expression into steps.

use super::{Class, LARGEST, Pattern, Step};

const DEEPEST: usize = 50;

struct Reader<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    groups: usize,
    depth: usize,
}

type Steps = Result<Vec<Step>, String>;

pub(super) fn pattern(text: &str) -> Result<Pattern, String> {
    let mut reader = Reader { rest: text.chars().peekable(), groups: 0, depth: 0 };
    let inner = reader.alternatives()?;
    if reader.rest.next().is_some() {
        return Err("a parenthesis closes that was not open".to_owned());
    }
    let mut steps = vec![Step::Save(0)];
    append(&mut steps, &inner)?;
    steps.extend([Step::Save(1), Step::Match]);
    Ok(Pattern { steps, slots: 2 + 2 * reader.groups })
}

/// Adds steps whose jumps count from their own start.
fn append(steps: &mut Vec<Step>, more: &[Step]) -> Result<(), String> {
    let base = steps.len();
    if base + more.len() > LARGEST {
        return Err("it is too large".to_owned());
    }
    steps.extend(more.iter().map(|step| match step {
        Step::Split(one, two) => Step::Split(one + base, two + base),
        Step::Jump(to) => Step::Jump(to + base),
        other => other.clone(),
    }));
    Ok(())
}

impl Reader<'_> {
    fn take(&mut self, wanted: char) -> bool {
        self.rest.next_if_eq(&wanted).is_some()
    }

    fn alternatives(&mut self) -> Steps {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("it is nested too deep".to_owned());
        }
        let mut steps = self.sequence()?;
        while self.take('|') {
            let other = self.sequence()?;
            let mut both = vec![Step::Split(1, steps.len() + 2)];
            append(&mut both, &steps)?;
            both.push(Step::Jump(steps.len() + 2 + other.len()));
            append(&mut both, &other)?;
            steps = both;
        }
        self.depth -= 1;
        Ok(steps)
    }

    fn sequence(&mut self) -> Steps {
        let mut steps = Vec::new();
        while let Some(next) = self.rest.peek().copied().filter(|next| !matches!(next, '|' | ')')) {
            self.rest.next();
            let one = self.single(next)?;
            let one = self.repeated(one)?;
            append(&mut steps, &one)?;
        }
        Ok(steps)
    }

    fn single(&mut self, first: char) -> Steps {
        Ok(vec![match first {
            '(' => return self.group(),
            '[' => Step::One(self.class()?),
            '.' => Step::One(Class { ranges: Vec::new(), negated: true }),
            '^' => Step::Start,
            '$' => Step::End,
            '*' | '+' | '?' => return Err(format!("nothing stands before `{first}`")),
            '\\' => match self.rest.next() {
                Some('b') => Step::Border(true),
                Some('B') => Step::Border(false),
                Some(escaped) => Step::One(self.escaped(escaped)?),
                None => return Err("it ends with a backslash".to_owned()),
            },
            letter => Step::One(Class { ranges: vec![(letter, letter)], negated: false }),
        }])
    }

    fn group(&mut self) -> Steps {
        let mut number = None;
        if self.take('?') {
            if !self.take(':') {
                return Err("looking around and named groups are not supported".to_owned());
            }
        } else {
            self.groups += 1;
            number = Some(self.groups);
        }
        let inner = self.alternatives()?;
        if !self.take(')') {
            return Err("a parenthesis does not close".to_owned());
        }
        let Some(number) = number else { return Ok(inner) };
        let mut steps = vec![Step::Save(2 * number)];
        append(&mut steps, &inner)?;
        steps.push(Step::Save(2 * number + 1));
        Ok(steps)
    }

    /// The steps as often as the quantifier says.
    fn repeated(&mut self, one: Vec<Step>) -> Steps {
        let (least, most) = if self.take('*') {
            (0, None)
        } else if self.take('+') {
            (1, None)
        } else if self.take('?') {
            (0, Some(1))
        } else if self.rest.peek() == Some(&'{') {
            match self.counted()? {
                Some(counts) => counts,
                None => return Ok(one),
            }
        } else {
            return Ok(one);
        };
        let lazy = self.take('?');
        repeat(&one, least, most, lazy)
    }

    /// `{n}`, `{n,}` or `{n,m}`; a brace that is none of these stands for itself.
    fn counted(&mut self) -> Result<Option<(usize, Option<usize>)>, String> {
        let ahead: String = self.rest.clone().skip(1).take_while(|next| *next != '}').take(12).collect();
        let closes = self.rest.clone().nth(ahead.chars().count() + 1) == Some('}');
        let number = |text: &str| {
            (!text.is_empty() && text.len() < 6 && text.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| text.parse::<usize>().ok())
                .flatten()
        };
        let counts = match ahead.split_once(',') {
            None => number(&ahead).map(|count| (count, Some(count))),
            Some((least, "")) => number(least).map(|least| (least, None)),
            Some((least, most)) => number(least).zip(number(most)).map(|(least, most)| (least, Some(most))),
        };
        let Some((least, most)) = counts.filter(|_| closes) else { return Ok(None) };
        if most.is_some_and(|most| most < least) {
            return Err("a quantifier allows at most less than at least".to_owned());
        }
        self.rest.nth(ahead.chars().count() + 1);
        Ok(Some((least, most)))
    }

    fn class(&mut self) -> Result<Class, String> {
        let mut class = Class { ranges: Vec::new(), negated: self.take('^') };
        let mut first = true;
        loop {
            let next = self.rest.next().ok_or("a bracket does not close")?;
            if next == ']' && !first {
                return Ok(class);
            }
            first = false;
            let start = self.member(next, &mut class)?;
            let Some(start) = start else { continue };
            let mut ahead = self.rest.clone();
            if ahead.next() == Some('-') && ahead.next().is_some_and(|after| after != ']') {
                self.rest.next();
                let next = self.rest.next().ok_or("a bracket does not close")?;
                let last = self.member(next, &mut class)?.ok_or("a range ends in a class")?;
                if last < start {
                    return Err("a range ends before it starts".to_owned());
                }
                class.ranges.push((start, last));
            } else {
                class.ranges.push((start, start));
            }
        }
    }

    /// One character of a class; `None` if it was a class of its own, which is then added.
    fn member(&mut self, next: char, class: &mut Class) -> Result<Option<char>, String> {
        if next != '\\' {
            return Ok(Some(next));
        }
        let escaped = self.rest.next().ok_or("it ends with a backslash")?;
        if escaped == 'b' {
            return Ok(Some('\u{8}'));
        }
        let inner = self.escaped(escaped)?;
        match inner.ranges[..] {
            [(only, last)] if only == last && !inner.negated => Ok(Some(only)),
            _ if inner.negated => {
                class.ranges.extend(others(&inner.ranges));
                Ok(None)
            }
            _ => {
                class.ranges.extend(inner.ranges);
                Ok(None)
            }
        }
    }

    fn escaped(&mut self, letter: char) -> Result<Class, String> {
        let named = |ranges: &[(char, char)], negated| Ok(Class { ranges: ranges.to_vec(), negated });
        let digits = [('0', '9')];
        let word = [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
        let space =
            [('\t', '\r'), (' ', ' '), ('\u{a0}', '\u{a0}'), ('\u{2000}', '\u{200a}'), ('\u{2028}', '\u{2029}')];
        let one = match letter {
            'd' | 'D' => return named(&digits, letter == 'D'),
            'w' | 'W' => return named(&word, letter == 'W'),
            's' | 'S' => return named(&space, letter == 'S'),
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'f' => '\u{c}',
            'v' => '\u{b}',
            'u' | 'x' => {
                let length = if letter == 'u' { 4 } else { 2 };
                let code: String = self.rest.by_ref().take(length).collect();
                let code = u32::from_str_radix(&code, 16).ok().filter(|_| code.len() == length);
                code.and_then(char::from_u32).ok_or("a character code is broken")?
            }
            letter if letter.is_ascii_alphanumeric() => return Err(format!("`\\{letter}` is not supported")),
            sign => sign,
        };
        named(&[(one, one)], false)
    }
}

/// All characters that are in none of the ranges, which are in order.
fn others(ranges: &[(char, char)]) -> Vec<(char, char)> {
    let mut out = Vec::new();
    let mut next = '\0';
    for (first, last) in ranges {
        if let Some(before) = char::from_u32(u32::from(*first).wrapping_sub(1)).filter(|before| *before >= next) {
            out.push((next, before));
        }
        next = char::from_u32(u32::from(*last) + 1).unwrap_or(char::MAX);
    }
    out.push((next, char::MAX));
    out
}

fn repeat(one: &[Step], least: usize, most: Option<usize>, lazy: bool) -> Steps {
    let split = |on: usize, off: usize| if lazy { Step::Split(off, on) } else { Step::Split(on, off) };
    let mut steps = Vec::new();
    for _ in 0..least {
        append(&mut steps, one)?;
    }
    match most {
        None => {
            let mut around = vec![split(1, one.len() + 2)];
            append(&mut around, one)?;
            around.push(Step::Jump(0));
            append(&mut steps, &around)?;
        }
        Some(most) => {
            let mut option = vec![split(1, one.len() + 1)];
            append(&mut option, one)?;
            for _ in least..most {
                append(&mut steps, &option)?;
            }
        }
    }
    Ok(steps)
}
