//! Paging back and forth: the address carries where each page before began.

use super::form::Fields;

/// Most pages that an address remembers.
const MOST: usize = 60;

/// Where a page begins, and where those before it began.
#[derive(Debug, Clone, Default)]
pub struct Pages(Vec<String>);

impl Pages {
    /// Reads the parameter `blad`.
    pub fn read(query: &Fields) -> Self {
        let starts = query.get("blad").split(',').filter(|start| !start.is_empty());
        let clean = |start: &str| start.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-');
        let starts: Vec<String> = starts.filter(|start| clean(start)).map(str::to_owned).collect();
        Self(starts)
    }

    /// Where this page begins; none for the first.
    pub fn start(&self) -> Option<&str> {
        self.0.last().map(String::as_str)
    }

    /// The number of this page.
    pub fn number(&self) -> usize {
        self.0.len() + 1
    }

    /// The address of the page before, on `address` (which has no `blad`).
    pub fn previous(&self, address: &str) -> Option<String> {
        let (_, before) = self.0.split_last()?;
        Some(if before.is_empty() { address.to_owned() } else { with(address, before) })
    }

    /// The address of the next page.
    pub fn next(&self, address: &str, start: &str) -> String {
        let mut starts = self.0.clone();
        starts.push(start.to_owned());
        let from = starts.len().saturating_sub(MOST);
        with(address, &starts[from..])
    }
}

fn with(address: &str, starts: &[String]) -> String {
    let join = if address.contains('?') { '&' } else { '?' };
    format!("{address}{join}blad={}", starts.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_lead_forth_and_back() {
        let query = |text: &str| Fields(vec![("blad".to_owned(), text.to_owned())]);
        let first = Pages::read(&Fields::default());
        assert_eq!((first.start(), first.previous("/x")), (None, None));
        assert_eq!(first.next("/x?a=1", "9.1"), "/x?a=1&blad=9.1");
        let third = Pages::read(&query("9.1,5.2"));
        assert_eq!((third.start(), third.number()), (Some("5.2"), 3));
        assert_eq!(third.previous("/x").as_deref(), Some("/x?blad=9.1"));
        assert_eq!(Pages::read(&query("9.1")).previous("/x").as_deref(), Some("/x"));
        assert_eq!(Pages::read(&query("<b>,\"")).start(), None);
    }
}
