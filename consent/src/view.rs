//! Under which name an item is looked at. Most items are looked at as what they are; two are not.

use crate::{Category, CategorySet, Directive, Item, Labels, Rule};

/// How to look at an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lens {
    /// As what it is.
    Itself,
    /// An identity, seen as if it were unlabelled data of this category. It fits whatever class, instance, label or data
    /// period a permission asks for, and no objection that asks for one of these.
    Identity(Category),
    /// Something a handoff names, seen as nursing data with its own sensitive labels, and so is what it carries.
    Handoff,
}

impl Lens {
    /// Seen through this lens, the item is of category `None` (its own) or of these.
    pub(crate) const fn categories(self) -> Option<CategorySet> {
        match self {
            Self::Itself => None,
            Self::Identity(category) => Some(CategorySet::of(Category::Identity).with(category)),
            Self::Handoff => Some(CategorySet::of(Category::Nursing)),
        }
    }

    pub(crate) const fn is_identity(self) -> bool {
        matches!(self, Self::Identity(_))
    }
}

/// An item seen through a lens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) item: &'a Item<'a>,
    pub(crate) lens: Lens,
}

impl View<'_> {
    pub(crate) const fn is_in(&self, categories: CategorySet) -> bool {
        match self.lens.categories() {
            None => categories.contains(self.item.category),
            Some(seen) => categories.0 & seen.0 != 0,
        }
    }

    pub(crate) const fn labels(&self) -> Labels {
        match self.lens {
            Lens::Itself => self.item.labels,
            Lens::Identity(_) => Labels::NONE,
            Lens::Handoff => self.item.labels.minus(Labels::CARRIED),
        }
    }
}

/// Categories as which an identity is looked at: one suffices of all that no rule names.
pub(crate) fn identity_categories(directives: &[Directive]) -> CategorySet {
    let named =
        directives.iter().filter_map(Directive::rule).fold(CategorySet::EMPTY, |set, rule| set.union(named(rule)));
    let unnamed = CategorySet(CategorySet::SUBJECTS.0 & !named.0);
    let representative = CategorySet(unnamed.0 & unnamed.0.wrapping_neg());
    CategorySet(named.0 & CategorySet::SUBJECTS.0).union(representative)
}

fn named(rule: &Rule) -> CategorySet {
    rule.exceptions.iter().fold(rule.target.categories, |set, exception| set.union(exception.target.categories))
}
