//! From a `StructureDefinition` to a tree of rules. Without a snapshot the differential is laid over the tree of its base
//! (<https://hl7.org/fhir/R4/profiling.html#snapshot>).

mod overlay;

use std::sync::Arc;

use serde_json::Value;

use super::structure::{Context, Rule, Structure};
use super::{CORE, Profiles, facts};

/// A chain of bases or of types within types is not longer than this.
const DEEPEST: usize = 24;

impl Structure {
    /// Reads a definition. `known` gives the base and the types that a differential builds on; without an answer the
    /// tables of R4 are asked.
    pub fn compile(definition: &Value, known: &dyn Profiles) -> Result<Self, String> {
        let text = |name: &str| definition.get(name).and_then(Value::as_str);
        if text("resourceType") != Some("StructureDefinition") {
            return Err("this is no StructureDefinition".to_owned());
        }
        let url = text("url").ok_or("the definition has no `url`")?.to_owned();
        let type_name = text("type").ok_or("the definition has no `type`")?;
        let elements = |form: &str| definition.get(form).and_then(|form| form.get("element")?.as_array());
        let base_url = text("baseDefinition").unwrap_or_default();
        let mut compiler = Compiler { known, differential: false, depth: 0, base: None };
        let (root, elements) = match (elements("snapshot"), elements("differential")) {
            (Some(snapshot), _) if !snapshot.is_empty() => (Rule::default(), snapshot),
            (_, Some(differential)) => {
                let base = find(known, base_url).ok_or_else(|| format!("the base `{base_url}` is not known"))?;
                compiler.differential = true;
                let root = base.root.clone();
                compiler.base = Some(base);
                (root, differential)
            }
            _ => return Err("the definition has neither a snapshot nor a differential".to_owned()),
        };
        let mut root = root;
        type_name.rsplit('/').next().unwrap_or(type_name).clone_into(&mut root.name);
        for element in elements {
            compiler.lay(&mut root, element)?;
        }
        let contexts = definition.get("context").and_then(Value::as_array).into_iter().flatten().map(|context| {
            let text = |name: &str| context.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            Context { kind: text("type"), expression: text("expression") }
        });
        Ok(Self { url, type_name: root.name.clone(), contexts: contexts.collect(), root })
    }

    /// The rules of one of R4's own types as far as the tables tell them.
    pub fn core(url: &str) -> Option<Self> {
        facts::structure(url)
    }
}

/// A definition by its address, with or without a version; of R4's own types at least what the tables tell.
pub(super) fn find(known: &dyn Profiles, url: &str) -> Option<Arc<Structure>> {
    let plain = url.split('|').next().unwrap_or(url);
    known.structure(url).or_else(|| known.structure(plain)).or_else(|| facts::shared(plain))
}

/// One step of the id of an element: `identifier:bsn`.
struct Step<'a> {
    name: &'a str,
    slices: Vec<&'a str>,
}

fn steps(element: &Value) -> Result<Vec<Step<'_>>, String> {
    let text = |name: &str| element.get(name).and_then(Value::as_str);
    let path = text("path").ok_or("an element has no `path`")?;
    let id = text("id").filter(|id| id.split('.').count() == path.split('.').count());
    let mut steps: Vec<_> = id
        .unwrap_or(path)
        .split('.')
        .map(|part| match part.split_once(':') {
            Some((name, slice)) => Step { name, slices: slice.split('/').collect() },
            None => Step { name: part, slices: Vec::new() },
        })
        .collect();
    // Where the id says nothing the name of the slice does.
    if let (Some(slice), Some(last)) = (text("sliceName"), steps.last_mut())
        && last.slices.is_empty()
    {
        last.slices = slice.split('/').collect();
    }
    Ok(steps)
}

struct Compiler<'k> {
    known: &'k dyn Profiles,
    differential: bool,
    depth: usize,
    /// What a differential is laid over.
    base: Option<Arc<Structure>>,
}

impl Compiler<'_> {
    /// Puts one element where it belongs.
    fn lay(&mut self, root: &mut Rule, element: &Value) -> Result<(), String> {
        let steps = steps(element)?;
        if steps.len() > DEEPEST {
            return Err("an element is nested too deep".to_owned());
        }
        self.depth = 0;
        let mut at = root;
        for step in &steps[1..] {
            at = self.child(at, step)?;
            for slice in &step.slices {
                at = self.slice(at, slice);
            }
        }
        overlay::overlay(at, element)
    }

    /// The rule of a child, which is made if it is not there: in a differential from the type of the element.
    fn child<'r>(&mut self, at: &'r mut Rule, step: &Step<'_>) -> Result<&'r mut Rule, String> {
        let name = step.name.trim_end_matches("[x]");
        if self.differential && at.children.is_empty() {
            self.unfold(at);
        }
        let place = at.children.iter().position(|child| child.name == name);
        let place = match place {
            Some(place) => place,
            None if self.differential => return self.typed(at, name),
            None => {
                at.children.push(Rule { name: name.to_owned(), ..Rule::default() });
                at.children.len() - 1
            }
        };
        Ok(&mut at.children[place])
    }

    /// `valueQuantity` instead of `value[x]`: the slice of a choice that has that type.
    fn typed<'r>(&self, at: &'r mut Rule, name: &str) -> Result<&'r mut Rule, String> {
        let found = at.children.iter().position(|child| {
            name.strip_prefix(&*child.name)
                .is_some_and(|ending| child.types.iter().any(|kind| kind.code.eq_ignore_ascii_case(ending)))
        });
        let place = found.ok_or_else(|| format!("`{}` has no element `{name}`", at.name))?;
        Ok(self.slice(&mut at.children[place], name))
    }

    /// The rules of the element's type as its children.
    fn unfold(&mut self, at: &mut Rule) {
        self.depth += 1;
        if let Some(path) = &at.content {
            // What is repeated from elsewhere in the base, such as a section inside a section.
            let elsewhere = self.base.as_ref().and_then(|base| base.root.at(path));
            if let Some(elsewhere) = elsewhere.filter(|_| self.depth < DEEPEST) {
                at.children.clone_from(&elsewhere.children);
                return;
            }
        }
        let Some(kind) = at.types.first().filter(|_| self.depth < DEEPEST) else { return };
        let url = match kind.profiles.first() {
            Some(profile) if at.types.len() == 1 => profile.clone(),
            _ => format!("{CORE}{}", kind.code),
        };
        let found = find(self.known, &url).or_else(|| find(self.known, &format!("{CORE}{}", kind.code)));
        if let Some(found) = found {
            at.children.clone_from(&found.root.children);
        }
    }

    /// The rule of a slice, which is made if it is not there: in a differential as a copy of the whole.
    fn slice<'r>(&self, at: &'r mut Rule, name: &str) -> &'r mut Rule {
        let place = at.slices.iter().position(|slice| slice.slice_name.as_deref() == Some(name));
        let place = place.unwrap_or_else(|| {
            let mut slice = if self.differential {
                Rule { slicing: None, slices: Vec::new(), min: 0, ..at.clone() }
            } else {
                Rule { name: at.name.clone(), ..Rule::default() }
            };
            slice.slice_name = Some(name.to_owned());
            // The name of the slice of a choice tells its type.
            if let Some(ending) = name.strip_prefix(&*at.name).filter(|_| self.differential) {
                let same = slice.types.iter().filter(|kind| kind.code.eq_ignore_ascii_case(ending));
                let same: Vec<_> = same.cloned().collect();
                if !same.is_empty() {
                    slice.types = same;
                }
            }
            at.slices.push(slice);
            at.slices.len() - 1
        });
        &mut at.slices[place]
    }
}
