//! What the files of the repository may say.

use std::path::Path;

/// Folders of one machine, which mean nothing on another.
const MACHINE_FOLDERS: [&str; 3] = [concat!("/", "work/"), concat!("/", "root/"), concat!("/", "home/")];

/// Tools whose names tell how a text came about and not what it says.
const TOOL_NAMES: [&str; 4] =
    [concat!("clau", "de"), concat!("chat", "gpt"), concat!("copi", "lot"), concat!("anth", "ropic")];

#[test]
fn no_file_names_a_folder_of_one_machine() {
    let starts = |text: &str, at: usize| !text[..at].ends_with(|c: char| c.is_alphanumeric() || "._-}~*".contains(c));
    expect_absent(&MACHINE_FOLDERS, &starts);
}

#[test]
fn no_file_names_the_tool_it_was_written_with() {
    let whole_word = |text: &str, at: usize| !text[..at].ends_with(char::is_alphanumeric);
    expect_absent(&TOOL_NAMES, &whole_word);
}

#[test]
fn every_link_in_a_document_leads_to_a_file() {
    let mut faults = Vec::new();
    for path in super::repository_files().iter().filter(|path| path.extension().is_some_and(|it| it == "md")) {
        let text = super::text_of(path).expect("a document is UTF-8");
        let folder = super::root().join(path.parent().unwrap_or(Path::new("")));
        for link in super::text::links(&text) {
            let file = link.split('#').next().unwrap_or_default();
            if !file.is_empty() && !folder.join(file).exists() {
                faults.push(format!("{}: `{link}` leads nowhere", path.display()));
            }
        }
    }
    super::expect_none(&faults);
}

/// Fails for every place where one of the words stands and `counts` says that it does.
#[track_caller]
fn expect_absent(words: &[&str], counts: &dyn Fn(&str, usize) -> bool) {
    let mut faults = Vec::new();
    for path in super::repository_files() {
        let Some(text) = super::text_of(&path) else { continue };
        let text = text.to_lowercase();
        for word in words {
            let found = text.match_indices(word).filter(|(at, _)| counts(&text, *at));
            let lines = found.map(|(at, _)| super::source::line_of(&text, at));
            faults.extend(lines.map(|line| format!("{}:{line}: `{word}`", path.display())));
        }
    }
    super::expect_none(&faults);
}
