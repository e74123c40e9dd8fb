//! Searches a text: all ways at the same time, one character after the other.

use super::{Pattern, Step};

/// Places in the text, for the whole match and each group.
type Slots = Vec<Option<usize>>;

/// The ways that are open at one place of the text, the preferred first.
struct Ways {
    list: Vec<(usize, Slots)>,
    seen: Vec<bool>,
}

impl Ways {
    fn new(size: usize) -> Self {
        Self { list: Vec::new(), seen: vec![false; size] }
    }

    fn clear(&mut self) {
        self.list.clear();
        self.seen.fill(false);
    }
}

/// The text around a place.
#[derive(Clone, Copy)]
struct Around {
    at: usize,
    before: Option<char>,
    after: Option<char>,
}

impl Around {
    fn border(self) -> bool {
        let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        word(self.before) != word(self.after)
    }
}

impl Pattern {
    /// Is there a match somewhere in the text?
    pub(in crate::path) fn is_in(&self, text: &str) -> bool {
        self.find(text, 0, 0).is_some()
    }

    /// Does the whole text match?
    pub(in crate::path) fn is_all(&self, text: &str) -> bool {
        // The preferred match may be shorter than another one, so an end is put behind it.
        let mut whole = self.clone();
        let end = whole.steps.len() - 2;
        whole.steps.insert(end, Step::End);
        whole.find(text, 0, 2).is_some_and(|slots| slots[0] == Some(0) && slots[1] == Some(text.len()))
    }

    /// The text with each match replaced; `$1` stands for a group, `$$` for the sign itself.
    pub(in crate::path) fn replace(&self, text: &str, by: &str) -> String {
        let mut out = String::new();
        let mut copied = 0;
        let mut from = 0;
        while let Some(slots) = self.find(text, from, self.slots) {
            let (Some(start), Some(end)) = (slots[0], slots[1]) else { break };
            out.push_str(&text[copied..start]);
            self.substitute(text, by, &slots, &mut out);
            copied = end;
            from = if end > start { end } else { end + text[end..].chars().next().map_or(1, char::len_utf8) };
            if from > text.len() {
                break;
            }
        }
        out.push_str(&text[copied..]);
        out
    }

    fn substitute(&self, text: &str, by: &str, slots: &Slots, out: &mut String) {
        let mut rest = by.chars().peekable();
        while let Some(next) = rest.next() {
            let group = rest.peek().and_then(|next| next.to_digit(10)).map(|digit| digit as usize);
            match (next, group) {
                ('$', Some(group)) if 2 * group < self.slots => {
                    rest.next();
                    if let (Some(start), Some(end)) = (slots[2 * group], slots[2 * group + 1]) {
                        out.push_str(&text[start..end]);
                    }
                }
                ('$', None) if rest.peek() == Some(&'$') => {
                    rest.next();
                    out.push('$');
                }
                _ => out.push(next),
            }
        }
    }

    /// The first match from a place on, with as many places remembered as asked.
    fn find(&self, text: &str, from: usize, slots: usize) -> Option<Slots> {
        let (mut now, mut then) = (Ways::new(self.steps.len()), Ways::new(self.steps.len()));
        let mut found: Option<Slots> = None;
        let mut around = Around { at: from, before: text[..from].chars().next_back(), after: None };
        let mut chars = text[from..].chars();
        loop {
            around.after = chars.next();
            if found.is_none() {
                self.enter(0, vec![None; slots], around, &mut now);
            }
            if now.list.is_empty() && found.is_some() {
                return found;
            }
            let next_at = around.at + around.after.map_or(0, char::len_utf8);
            let peek = Around { at: next_at, before: around.after, after: chars.clone().next() };
            for (place, slots) in now.list.drain(..) {
                match &self.steps[place] {
                    Step::Match => {
                        found = Some(slots);
                        break;
                    }
                    Step::One(class) if around.after.is_some_and(|c| class.has(c)) => {
                        self.enter(place + 1, slots, peek, &mut then);
                    }
                    _ => {}
                }
            }
            std::mem::swap(&mut now, &mut then);
            then.clear();
            if around.after.is_none() {
                return found;
            }
            (around.at, around.before) = (next_at, around.after);
        }
    }

    /// Follows the steps that take no character, and notes where one is needed.
    fn enter(&self, start: usize, slots: Slots, around: Around, ways: &mut Ways) {
        let mut open = vec![(start, slots)];
        while let Some((place, mut slots)) = open.pop() {
            if std::mem::replace(&mut ways.seen[place], true) {
                continue;
            }
            match &self.steps[place] {
                Step::Jump(to) => open.push((*to, slots)),
                Step::Split(first, second) => {
                    open.push((*second, slots.clone()));
                    open.push((*first, slots));
                }
                Step::Save(slot) => {
                    if let Some(kept) = slots.get_mut(*slot) {
                        *kept = Some(around.at);
                    }
                    open.push((place + 1, slots));
                }
                Step::Start if around.before.is_none() => open.push((place + 1, slots)),
                Step::End if around.after.is_none() => open.push((place + 1, slots)),
                Step::Border(wanted) if around.border() == *wanted => open.push((place + 1, slots)),
                Step::One(_) | Step::Match => ways.list.push((place, slots)),
                _ => {}
            }
        }
    }
}
