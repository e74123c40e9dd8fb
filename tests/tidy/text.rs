//! Documents as a machine reads them.

/// The links of a Markdown text that lead to files: not to the web, not inside code.
pub(super) fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if !fenced {
            let prose: String = line.split('`').step_by(2).collect();
            links.extend(inline(&prose));
            links.extend(definition(line));
        }
    }
    links.retain(|link| !link.contains("://") && !link.starts_with("mailto:"));
    links
}

/// The targets of `[text](target)`.
fn inline(line: &str) -> Vec<String> {
    let targets = line.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    let targets = targets.map(|(target, _)| target.split(' ').next().unwrap_or_default());
    targets.filter(|target| !target.is_empty()).map(ToOwned::to_owned).collect()
}

/// The target of `[name]: target`.
fn definition(line: &str) -> Option<String> {
    let (name, target) = line.strip_prefix('[')?.split_once("]: ")?;
    (!name.contains(']')).then(|| target.split(' ').next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::links;

    #[test]
    fn links_are_found_in_prose_and_not_in_code() {
        let text = "see [a](b.md#c) and `[x](y)`, [`d`](e/f.md)\n```\n[g](h)\n```\n[i]: j.md\n[k](https://l.nl)";
        assert_eq!(links(text), ["b.md#c", "e/f.md", "j.md"]);
    }
}
