//! Just enough of a parser to hold the pages to their promises.

const VOID: [&str; 8] = ["meta", "link", "img", "input", "br", "hr", "source", "wbr"];

/// A start tag.
#[derive(Debug)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// Indexes of the elements around it.
    pub parents: Vec<usize>,
    /// The text inside, of all depths.
    pub text: String,
}

impl Tag {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A page taken apart.
pub struct Page {
    pub tags: Vec<Tag>,
}

impl Page {
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (usize, &'a Tag)> {
        self.tags.iter().enumerate().filter(move |(_, tag)| tag.name == name)
    }

    pub fn by_id(&self, id: &str) -> Option<&Tag> {
        self.tags.iter().find(|tag| tag.attribute("id") == Some(id))
    }

    pub fn inside(&self, outer: usize) -> impl Iterator<Item = &Tag> {
        self.tags.iter().filter(move |tag| tag.parents.contains(&outer))
    }
}

/// Takes a page apart; the error says where it is not well-formed.
pub fn parse(html: &str) -> Result<Page, String> {
    let mut rest = html.strip_prefix("<!DOCTYPE html>").ok_or("no doctype")?;
    let mut tags: Vec<Tag> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    while let Some(start) = rest.find('<') {
        let (text, tail) = rest.split_at(start);
        for &index in &open {
            tags[index].text.push_str(text);
        }
        let end =
            tag_end(tail).ok_or_else(|| format!("unclosed tag at {}", tail.chars().take(40).collect::<String>()))?;
        let inner = &tail[1..end];
        rest = &tail[end + 1..];
        if let Some(name) = inner.strip_prefix('/') {
            let index = open.pop().ok_or_else(|| format!("</{name}> closes nothing"))?;
            if tags[index].name != name.trim() {
                return Err(format!("</{name}> closes <{}>", tags[index].name));
            }
            continue;
        }
        let tag = start_tag(inner, &open)?;
        if !VOID.contains(&tag.name.as_str()) {
            open.push(tags.len());
        }
        tags.push(tag);
    }
    match open.last() {
        None => Ok(Page { tags }),
        Some(&index) => Err(format!("<{}> is never closed", tags[index].name)),
    }
}

fn tag_end(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, character)| {
        quoted ^= character == '"';
        (character == '>' && !quoted).then_some(at)
    })
}

fn start_tag(inner: &str, open: &[usize]) -> Result<Tag, String> {
    let (name, mut rest) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
    let mut attributes = Vec::new();
    rest = rest.trim_start();
    while !rest.is_empty() {
        let key_end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let key = rest[..key_end].to_owned();
        rest = &rest[key_end..];
        let mut value = String::new();
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let end = quoted.find('"').ok_or_else(|| format!("`{key}` is not closed"))?;
            quoted[..end].clone_into(&mut value);
            rest = &quoted[end + 1..];
            if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
                return Err(format!("no space after `{key}` in <{inner}>"));
            }
        } else if rest.starts_with('=') {
            return Err(format!("`{key}` has no quotes in <{inner}>"));
        }
        if attributes.iter().any(|(other, _)| *other == key) {
            return Err(format!("`{key}` is there twice in <{inner}>"));
        }
        attributes.push((key, value));
        rest = rest.trim_start();
    }
    Ok(Tag { name: name.to_owned(), attributes, parents: open.to_vec(), text: String::new() })
}

/// Every fault of a page, in words.
pub fn faults(html: &str, dutch: bool) -> Vec<String> {
    let page = match parse(html) {
        Ok(page) => page,
        Err(fault) => return vec![fault],
    };
    let mut faults = structure(&page, dutch);
    faults.extend(safety(&page));
    faults.extend(labels(&page));
    faults.extend(words(&page, dutch));
    faults
}

fn structure(page: &Page, dutch: bool) -> Vec<String> {
    let mut faults = Vec::new();
    let lang = page.named("html").next().and_then(|(_, tag)| tag.attribute("lang"));
    if lang != Some(if dutch { "nl" } else { "en" }) {
        faults.push(format!("lang is {lang:?}"));
    }
    for (name, wanted) in [("h1", 1), ("main", 1), ("header", 1), ("footer", 1), ("title", 1)] {
        let count = page.named(name).count();
        if count != wanted {
            faults.push(format!("{count} times <{name}>"));
        }
    }
    if page.tags.iter().find(|tag| tag.name == "a").and_then(|tag| tag.attribute("href")) != Some("#main") {
        faults.push("the first link does not skip to the content".to_owned());
    }
    let mut ids: Vec<&str> = page.tags.iter().filter_map(|tag| tag.attribute("id")).collect();
    ids.sort_unstable();
    faults.extend(ids.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| format!("id `{}` twice", pair[0])));
    let mut level = 2;
    for tag in page.tags.iter().filter(|tag| tag.name.len() == 2 && tag.name.starts_with('h')) {
        let Ok(here) = tag.name[1..].parse::<u8>() else {
            continue;
        };
        if here > level + 1 {
            faults.push(format!("<h{here}> after <h{level}>"));
        }
        level = here;
    }
    for tag in page.tags.iter().filter(|tag| ["a", "button", "h1", "h2", "h3", "label"].contains(&tag.name.as_str())) {
        if tag.text.trim().is_empty() {
            faults.push(format!("empty <{}> {:?}", tag.name, tag.attributes));
        }
    }
    faults
}

fn safety(page: &Page) -> Vec<String> {
    let mut faults = Vec::new();
    for tag in &page.tags {
        if ["script", "style", "iframe", "object", "base"].contains(&tag.name.as_str()) {
            faults.push(format!("<{}> on the page", tag.name));
        }
        for (key, value) in &tag.attributes {
            if key == "style" || key.starts_with("on") {
                faults.push(format!("attribute `{key}` in <{}>", tag.name));
            }
            let address = ["href", "src", "action", "formaction"].contains(&key.as_str());
            let inside = value.starts_with(['/', '#', '?']) && !value.starts_with("//");
            let number = value.strip_prefix("tel:").map(|number| number.strip_prefix('+').unwrap_or(number));
            let call = key == "href"
                && number.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|one| one.is_ascii_digit()));
            if address && !inside && !call {
                faults.push(format!("`{key}` leads to `{value}`"));
            }
        }
        if tag.name == "img" && tag.attribute("alt").is_none() {
            faults.push("<img> without alt".to_owned());
        }
    }
    for (index, form) in page.named("form") {
        let guarded = page.inside(index).any(|tag| {
            tag.attribute("name") == Some("csrf") && tag.attribute("value").is_some_and(|value| !value.is_empty())
        });
        if form.attribute("method") == Some("post") && !guarded {
            faults.push(format!("form to {:?} without csrf", form.attribute("action")));
        }
        if form.attribute("method").is_none() || form.attribute("action").is_none() {
            faults.push("form without method or action".to_owned());
        }
    }
    faults
}

fn labels(page: &Page) -> Vec<String> {
    let mut faults = Vec::new();
    let field = |tag: &&Tag| {
        let visible = tag.name == "input" && tag.attribute("type") != Some("hidden");
        visible || tag.name == "select" || tag.name == "textarea"
    };
    for tag in page.tags.iter().filter(field) {
        let labelled = tag
            .attribute("id")
            .is_some_and(|id| page.named("label").any(|(_, label)| label.attribute("for") == Some(id)));
        if !labelled {
            faults.push(format!("no label for {:?}", tag.attributes));
        }
    }
    for tag in &page.tags {
        for key in ["aria-describedby", "aria-labelledby"] {
            for id in tag.attribute(key).unwrap_or_default().split_whitespace() {
                if page.by_id(id).is_none() {
                    faults.push(format!("`{key}` names `{id}`, which is not there"));
                }
            }
        }
        if tag.name == "a"
            && let Some(id) = tag.attribute("href").and_then(|href| href.strip_prefix('#'))
            && page.by_id(id).is_none()
        {
            faults.push(format!("a link to #{id}, which is not there"));
        }
        if tag.name == "fieldset" && !page.tags.iter().any(|inner| inner.name == "legend") {
            faults.push("<fieldset> without <legend>".to_owned());
        }
    }
    faults
}

/// Words of the trade that a person need not know.
const FORBIDDEN: [&str; 20] = [
    "zib",
    "zibs",
    "composition",
    "compositie",
    "encounter",
    "resource",
    "resources",
    "bundle",
    "fhir",
    "provision",
    "query",
    "observation",
    "null",
    "none",
    "token",
    "uuid",
    "payload",
    "endpoint",
    "privacyverklaring",
    "task",
];

/// Words that a Dutch page does not need either.
const FORBIDDEN_DUTCH: [&str; 6] = ["consent", "consents", "provider", "actor", "status", "the"];

fn words(page: &Page, dutch: bool) -> Vec<String> {
    let mut seen: Vec<String> = page.tags.iter().filter(|tag| tag.name == "html").map(|tag| tag.text.clone()).collect();
    let read = ["aria-label", "title", "alt", "placeholder"];
    let spoken = page.tags.iter().flat_map(|tag| &tag.attributes).filter(|(key, _)| read.contains(&key.as_str()));
    seen.extend(spoken.map(|(_, value)| value.clone()));
    let text = seen.join(" ").to_lowercase();
    let mut words = text.split(|character: char| !character.is_alphanumeric());
    let bad = |word: &&str| FORBIDDEN.contains(word) || (dutch && FORBIDDEN_DUTCH.contains(word));
    words.by_ref().filter(bad).map(|word| format!("the word `{word}`")).collect()
}
