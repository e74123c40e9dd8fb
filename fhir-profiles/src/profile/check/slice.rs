//! Slicing (<https://hl7.org/fhir/R4/profiling.html#slicing>): which items of a list belong to which slice.

use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use super::Check;
use super::reference;
use super::target::{self, Target};
use super::value::{contains, equals, member_of};
use crate::path::navigate::field;
use crate::path::{Datum, Node, Path};
use crate::profile::structure::{Discriminator, Kind, Openness, Rule, Slicing, Structure};
use crate::validate::Severity;

/// How extensions are told apart where the profile does not say.
static BY_URL: LazyLock<Option<Slicing>> = LazyLock::new(|| open(Kind::Value, "url"));
/// How the types of a choice are told apart where the profile does not say.
static BY_TYPE: LazyLock<Option<Slicing>> = LazyLock::new(|| open(Kind::Type, "$this"));

fn open(kind: Kind, text: &str) -> Option<Slicing> {
    let path = Arc::new(Path::parse(text).ok()?);
    let discriminators = vec![Discriminator { kind, text: text.to_owned(), path }];
    Some(Slicing { discriminators, rules: Openness::Open, ordered: false })
}

/// How the items of this rule are told apart.
pub(super) fn slicing(rule: &Rule) -> Option<&Slicing> {
    match &rule.slicing {
        Some(slicing) if !slicing.discriminators.is_empty() || rule.slices.is_empty() => Some(slicing),
        _ if matches!(&*rule.name, "extension" | "modifierExtension") => BY_URL.as_ref(),
        None if rule.types.len() > 1 || rule.slices.iter().any(|slice| of_choice(rule, slice)) => BY_TYPE.as_ref(),
        _ => None,
    }
}

/// Is the slice named as an element of a choice is, after its type: `valueQuantity`?
fn of_choice(rule: &Rule, slice: &Rule) -> bool {
    let ending = slice.slice_name.as_deref().and_then(|name| name.strip_prefix(&*rule.name));
    ending.is_some_and(|ending| slice.types.iter().any(|kind| kind.code.eq_ignore_ascii_case(ending)))
}

/// The slice of what belongs to no other (<https://hl7.org/fhir/R4/profiling.html#default>).
const DEFAULT: &str = "@default";

fn is_default(slice: &Rule) -> bool {
    slice.slice_name.as_deref().is_some_and(|name| name.rsplit('/').next() == Some(DEFAULT))
}

impl<'a> Check<'a> {
    /// The slices of a list: how many items each has, and the items by the rules of their slice.
    pub(super) fn slices(&mut self, structure: &Arc<Structure>, rule: &Rule, items: &[(Option<usize>, Node<'a>)]) {
        let Some(slicing) = slicing(rule) else { return };
        if rule.slices.is_empty() && slicing.rules == Openness::Open {
            return;
        }
        let mut members: Vec<Vec<(Option<usize>, Node<'a>)>> = vec![Vec::new(); rule.slices.len()];
        let mut undecided = false;
        let (mut last, mut rest) = (0, false);
        for (index, item) in items {
            let mut place = None;
            let mut unsure = false;
            for (number, slice) in rule.slices.iter().enumerate().filter(|(_, slice)| !is_default(slice)) {
                match self.belongs(structure, slice, slicing, *item) {
                    Some(true) => {
                        place = Some(number);
                        break;
                    }
                    Some(false) => {}
                    None => unsure = true,
                }
            }
            if place.is_none() && !unsure {
                place = rule.slices.iter().position(is_default);
            }
            undecided |= unsure && place.is_none();
            self.at(&rule.name, *index, |check| check.in_order(slicing, place, &mut last, &mut rest, undecided));
            if let Some(place) = place {
                members[place].push((*index, *item));
            }
        }
        for (slice, members) in rule.slices.iter().zip(members) {
            self.slice(structure, slice, &members, undecided);
        }
    }

    /// One slice and the items that belong to it.
    fn slice(
        &mut self,
        structure: &Arc<Structure>,
        slice: &Rule,
        members: &[(Option<usize>, Node<'a>)],
        undecided: bool,
    ) {
        let name = slice.slice_name.as_deref().unwrap_or_default();
        if undecided && u32::try_from(members.len()).is_ok_and(|count| count < slice.min) {
            self.at(&slice.name, None, |check| {
                let text = format!("whether the slice `{name}` is there cannot be told");
                check.tell(Severity::Information, "informational", text);
            });
        } else {
            self.count(slice, members.len(), Some(name));
        }
        for (index, member) in members {
            self.at(&slice.name, *index, |check| check.item(structure, slice, *member));
        }
        if !slice.slices.is_empty() {
            self.slices(structure, slice, members);
        }
    }

    /// Whether an item stands where its slice, or no slice, may stand.
    fn in_order(
        &mut self,
        slicing: &Slicing,
        place: Option<usize>,
        last: &mut usize,
        rest: &mut bool,
        undecided: bool,
    ) {
        match place {
            None => {
                *rest = true;
                if slicing.rules == Openness::Closed && !undecided {
                    self.error("structure", "the item belongs to none of the slices, and no others are allowed");
                }
            }
            Some(place) => {
                if slicing.ordered && place < *last {
                    self.error("structure", "the slices are not in the order of the profile");
                }
                if slicing.rules == Openness::OpenAtEnd && *rest {
                    self.error("structure", "what belongs to no slice may stand at the end only");
                }
                *last = place.max(*last);
            }
        }
    }

    /// Does an item belong to a slice? `None` if that cannot be told.
    pub(super) fn belongs(
        &mut self,
        structure: &Arc<Structure>,
        slice: &Rule,
        slicing: &Slicing,
        item: Node<'a>,
    ) -> Option<bool> {
        if slicing.discriminators.is_empty() {
            return None;
        }
        let mut sure = true;
        for (number, discriminator) in slicing.discriminators.iter().enumerate() {
            let key = (std::ptr::from_ref(slice) as usize, number);
            let target = if let Some(target) = self.targets.get(&key) {
                Rc::clone(target)
            } else {
                let target = Rc::new(target::find(self, structure, slice, &discriminator.text));
                self.targets.insert(key, Rc::clone(&target));
                target
            };
            match self.matches(discriminator, &target, item) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => sure = false,
            }
        }
        sure.then_some(true)
    }

    fn matches(&mut self, discriminator: &Discriminator, target: &Target, item: Node<'a>) -> Option<bool> {
        if matches!(discriminator.kind, Kind::Type | Kind::Profile) && discriminator.text.ends_with("resolve()") {
            return self.resolved(discriminator, target, item);
        }
        let found = discriminator.path.select(&self.scope(item)).ok()?;
        let nodes: Vec<_> = found.iter().filter_map(Datum::node).collect();
        if let Some((holder, _)) = discriminator.text.split_once("resolve()")
            && nodes.is_empty()
            && Self::referred(holder, item)
                .into_iter()
                .any(|one| !matches!(self.target(one), reference::Target::Here(_)))
        {
            return None;
        }
        match discriminator.kind {
            Kind::Exists if target.max == Some(0) => Some(nodes.is_empty()),
            Kind::Exists => (target.min > 0).then_some(!nodes.is_empty()),
            Kind::Type => Some(nodes.iter().any(|node| target.types.iter().any(|code| node.is(code)))),
            Kind::Profile => {
                let context = self.context;
                Some(nodes.iter().any(|node| conforms(context, *node, &target.profiles)))
            }
            Kind::Value => {
                let values = nodes.iter().filter_map(|node| node.value);
                if let Some((wanted, exact)) = &target.value {
                    let mut values = values;
                    return Some(
                        values.any(|value| if *exact { equals(wanted, value) } else { contains(wanted, value) }),
                    );
                }
                if let Some(value_set) = &target.value_set {
                    let answers: Vec<_> = values.map(|value| member_of(self.context, value_set, value)).collect();
                    if answers.contains(&Some(true)) {
                        return Some(true);
                    }
                    return if answers.contains(&None) { None } else { Some(false) };
                }
                if target.max == Some(0) { Some(nodes.is_empty()) } else { None }
            }
        }
    }

    /// The references that a discriminator follows, by what it says before that.
    fn referred(holder: &str, item: Node<'a>) -> Vec<Node<'a>> {
        match holder.trim_end_matches('.') {
            "" | "$this" => vec![item],
            holder => holder.split('.').fold(vec![item], |from, name| {
                let mut found = Vec::new();
                for node in from {
                    field(node, name, &mut |_, child| found.push(child));
                }
                found
            }),
        }
    }

    /// A discriminator that looks at the resource behind a reference, of which perhaps only the type is known.
    fn resolved(&mut self, discriminator: &Discriminator, target: &Target, item: Node<'a>) -> Option<bool> {
        let references = Self::referred(discriminator.text.trim_end_matches("resolve()"), item);
        let mut sure = true;
        for reference in references {
            match self.target(reference) {
                reference::Target::Unknown => sure = false,
                reference::Target::Type(name) => {
                    if target.profiles.iter().any(|profile| self.may_be(profile, &name)) {
                        if discriminator.kind == Kind::Type {
                            return Some(true);
                        }
                        sure = false;
                    }
                }
                reference::Target::Here(resource) => {
                    let name = resource.kind.map_or("", |kind| kind.name);
                    let of_type: Vec<_> =
                        target.profiles.iter().filter(|profile| self.may_be(profile, name)).cloned().collect();
                    let whole = discriminator.kind == Kind::Type && !of_type.is_empty();
                    if whole || conforms(self.context, resource, &of_type) {
                        return Some(true);
                    }
                }
            }
        }
        sure.then_some(false)
    }
}

/// Does an element conform to one of the profiles? Looked at by itself.
fn conforms(context: &dyn crate::profile::Profiles, node: Node<'_>, profiles: &[String]) -> bool {
    profiles.iter().any(|profile| {
        let Some(structure) = crate::profile::compile::find(context, profile) else { return false };
        let asked = super::Asked::new(context);
        let mut check = Check::new(node, &asked);
        node.is(&structure.type_name) && check.quietly(|check| check.structure(&structure, node))
    })
}
