//! Which items have an example that their reader finds.
//!
//! rustdoc gives a type or a trait a page, with all its methods, and so it does for a free function and
//! a module. An item has an example where a runnable one
//!
//! - stands in its own text, or, for a type or a trait, anywhere on its page; or
//! - uses it, and stands on its page, in the text of its module, or on a page that its text or its
//!   type's links to.
//!
//! Lines that rustdoc hides do not count, nor does what is not run: `ignore`, `no_run`, `text`.

use std::collections::{BTreeMap, HashMap};

use public_api::PublicApi;
use rustdoc_types::{Crate, Id, Item, ItemEnum};

use super::example::{Example, Use};

/// A crate's items and their texts.
#[derive(Debug)]
pub struct Pages<'a> {
    index: &'a HashMap<Id, Item>,
    /// What each item is in. A re-exported one is in each module that offers it.
    parents: BTreeMap<Id, Vec<Id>>,
    children: BTreeMap<Id, Vec<Id>>,
    examples: BTreeMap<Id, Vec<Example>>,
}

/// An item without an example.
#[derive(Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Bare {
    /// Its file and line.
    pub place: String,
    /// How it is named from outside, for example `switchboard_core::Delivery::post`.
    pub path: String,
}

impl<'a> Pages<'a> {
    /// The pages of a crate.
    pub fn new(listing: &PublicApi, crate_: &'a Crate) -> Self {
        let mut pages = Self {
            index: &crate_.index,
            parents: BTreeMap::new(),
            children: BTreeMap::new(),
            examples: BTreeMap::new(),
        };
        for listed in listing.items() {
            if listed
                .parent_id()
                .is_some_and(|parent| pages.only_inherits(parent, listed.id()))
            {
                continue;
            }
            let parents = pages.parents.entry(listed.id()).or_default();
            parents.extend(listed.parent_id());
            if let Some(parent) = listed.parent_id() {
                let children = pages.children.entry(parent).or_default();
                children.push(listed.id());
            }
            let text = pages
                .item(listed.id())
                .and_then(|item| item.docs.as_deref());
            let examples = Example::all(text.unwrap_or_default());
            pages.examples.insert(listed.id(), examples);
        }
        pages
    }

    /// The items that want an example and have none.
    pub fn bare(&self) -> Vec<Bare> {
        let items = self.parents.keys().filter_map(|&id| self.item(id));
        let mut bare: Vec<Bare> = items
            .filter(|item| self.wants_example(item) && !self.has_example(item))
            .map(|item| Bare {
                place: place(item),
                path: self.path(item.id),
            })
            .collect();
        bare.sort();
        bare
    }

    /// How many items want an example.
    pub fn wanting(&self) -> usize {
        let items = self.parents.keys().filter_map(|&id| self.item(id));
        items.filter(|item| self.wants_example(item)).count()
    }

    /// Whether `parent` is an `impl Trait for` that has `child` from the trait.
    fn only_inherits(&self, parent: Id, child: Id) -> bool {
        let parent = self.item(parent).map(|item| &item.inner);
        matches!(parent, Some(ItemEnum::Impl(of)) if !of.items.contains(&child))
    }

    fn item(&self, id: Id) -> Option<&'a Item> {
        self.index.get(&id)
    }

    /// Types, traits, functions, methods, macros, constants, and the crate itself.
    fn wants_example(&self, item: &Item) -> bool {
        match &item.inner {
            ItemEnum::Module(module) => module.is_crate,
            ItemEnum::Function(_) => !self.is_of_foreign_trait(item.id),
            ItemEnum::Constant { .. }
            | ItemEnum::Enum(_)
            | ItemEnum::Macro(_)
            | ItemEnum::Static(_)
            | ItemEnum::Struct(_)
            | ItemEnum::Trait(_)
            | ItemEnum::TypeAlias(_)
            | ItemEnum::Union(_) => true,
            _ => false,
        }
    }

    /// Whether it is what an `impl Trait for` says, which is the trait's to show.
    fn is_of_foreign_trait(&self, id: Id) -> bool {
        self.parents[&id].iter().all(|&parent| {
            let parent = self.item(parent).map(|item| &item.inner);
            matches!(parent, Some(ItemEnum::Impl(of)) if of.trait_.is_some())
        })
    }

    fn has_example(&self, item: &Item) -> bool {
        let home = self.home(item.id);
        let page = self.page(home);
        let own = match home == item.id {
            true => page.clone(),
            false => vec![item.id],
        };
        if own.iter().any(|id| !self.examples(*id).is_empty()) {
            return true;
        }
        let modules = self.parents[&home].iter().copied();
        let texts = [Some(item), self.item(home)].into_iter().flatten();
        let linked = texts.flat_map(|item| item.links.values());
        let linked = linked.filter(|id| self.parents.contains_key(id));
        let linked = linked.flat_map(|&id| self.page(self.home(id)));
        let mut places = page.into_iter().chain(modules).chain(linked);
        let name = item.name.as_deref().unwrap_or_default();
        let way = self.way(item, home);
        places.any(|id| self.examples(id).iter().any(|one| one.uses(name, way)))
    }

    fn examples(&self, id: Id) -> &[Example] {
        self.examples.get(&id).map_or(&[], Vec::as_slice)
    }

    /// How an example uses `item`, whose page is that of `home`.
    fn way(&self, item: &Item, home: Id) -> Use<'a> {
        let home = self.item(home).filter(|home| home.id != item.id);
        match (&item.inner, home.map(|home| (&home.inner, &home.name))) {
            (ItemEnum::Macro(_), _) => Use::Macro,
            (ItemEnum::Function(_), None) => Use::Function,
            (ItemEnum::Function(_), Some((ItemEnum::Trait(_), _))) => Use::Required,
            (ItemEnum::Function(function), Some((_, name))) => {
                let first = function.sig.inputs.first();
                match first.is_some_and(|(name, _)| name == "self") {
                    true => Use::Method,
                    false => Use::Associated(name.as_deref().unwrap_or_default()),
                }
            }
            _ => Use::Named,
        }
    }

    /// The item on whose page `id` stands: what is in a module.
    fn home(&self, id: Id) -> Id {
        let Some(&parent) = self.parents[&id].first() else {
            return id;
        };
        match self.item(parent).map(|item| &item.inner) {
            Some(ItemEnum::Module(_)) | None => id,
            Some(_) => self.home(parent),
        }
    }

    /// All whose texts stand on the page of `home`.
    fn page(&self, home: Id) -> Vec<Id> {
        let mut page = vec![home];
        let is_module = |item: &Item| matches!(item.inner, ItemEnum::Module(_));
        if !self.item(home).is_some_and(is_module) {
            let children = self.children.get(&home).into_iter().flatten();
            page.extend(children.flat_map(|&child| self.page(child)));
        }
        page
    }

    fn path(&self, id: Id) -> String {
        let name = self.item(id).and_then(|item| item.name.as_deref());
        let above = self.parents[&id].first().map(|&parent| self.path(parent));
        match (above, name) {
            (Some(above), Some(name)) => format!("{above}::{name}"),
            (Some(path), None) => path,
            (None, name) => name.unwrap_or_default().to_owned(),
        }
    }
}

fn place(item: &Item) -> String {
    match &item.span {
        Some(span) => format!("{}:{}", span.filename.display(), span.begin.0),
        None => "made by a macro".to_owned(),
    }
}
