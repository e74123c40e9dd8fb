//! Extensions (<https://hl7.org/fhir/R4/extensibility.html>): known, in a place where they may stand, of the right form.

use super::Check;
use crate::canonical;
use crate::definition::TypeDef;
use crate::path::{Datum, Node, Path};
use crate::profile::structure::{Context, Structure};

impl<'a> Check<'a> {
    /// One extension of an element, which is itself the field of that name in that type.
    pub(super) fn extension(
        &mut self,
        holder: Node<'a>,
        field: Option<(&'static TypeDef, &'a str)>,
        modifier: bool,
        node: Node<'a>,
    ) {
        let Some(url) = node.value.and_then(|value| value.get("url")?.as_str()) else { return };
        // A part of an extension has a name that means something only there.
        if !url.contains(':') {
            return;
        }
        let Some(structure) = self.known(url) else {
            if modifier {
                self.error(
                    "extension",
                    format!("the modifier extension `{url}` is not known, so nothing here is sure"),
                );
            } else {
                self.unsure(format!("the extension `{url}` is not known and was not checked"));
            }
            return;
        };
        if structure.type_name != "Extension" {
            return self.error("extension", format!("`{url}` is no extension"));
        }
        if !self.allowed(&structure, holder, field) {
            self.error("extension", format!("the extension `{url}` may not stand here"));
        }
        self.structure(&structure, node);
    }

    fn allowed(&self, structure: &Structure, holder: Node<'a>, field: Option<(&'static TypeDef, &'a str)>) -> bool {
        structure.contexts.is_empty() || structure.contexts.iter().any(|context| self.within(context, holder, field))
    }

    fn within(&self, context: &Context, holder: Node<'a>, field: Option<(&'static TypeDef, &'a str)>) -> bool {
        let expression = context.expression.replace("[x]", "");
        match &*context.kind {
            "extension" => {
                let url = holder.value.and_then(|value| value.get("url")?.as_str());
                url.is_some_and(|url| canonical::same(url, &expression))
            }
            "fhirpath" => self.found(&context.expression, holder),
            // Types, paths, and the two words for any place at all.
            _ => {
                matches!(&*expression, "*" | "Element")
                    || holder.is(&expression)
                    || field.is_some_and(|(owner, name)| stands_at(&expression, owner, name))
            }
        }
    }

    fn found(&self, expression: &str, holder: Node<'a>) -> bool {
        let Ok(path) = Path::parse(expression) else { return false };
        let found = path.select(&self.scope(self.resource)).unwrap_or_default();
        let same = |node: Node<'_>| match (node.value.or(node.sibling), holder.value.or(holder.sibling)) {
            (Some(one), Some(other)) => std::ptr::eq(one, other),
            _ => false,
        };
        found.iter().filter_map(Datum::node).any(same)
    }
}

/// Is the path that of a field of the type, or of a type that this one builds on?
fn stands_at(path: &str, owner: &'static TypeDef, name: &str) -> bool {
    let mut owner = Some(owner);
    while let Some(def) = owner {
        if path.strip_prefix(def.name).and_then(|rest| rest.strip_prefix('.')) == Some(name) {
            return true;
        }
        owner = crate::definition::type_def(def.base);
    }
    false
}
