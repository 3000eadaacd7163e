//! The tree that grows pair by pair.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Problem;
use super::key::{Key, Step};

/// One level: a map in the order of its keys. An index is a key and reserves nothing.
#[derive(Debug, Default)]
pub(super) struct Branch {
    children: BTreeMap<String, Node>,
    /// The largest integer among the keys, which `[]` appends behind.
    last_index: Option<i64>,
}

/// What stands at a key.
#[derive(Debug)]
enum Node {
    /// Nothing yet; it is filled before the pair that asked for it is done.
    Vacant,
    Text(String),
    Branch(Branch),
}

impl Branch {
    /// Writes `value` at `key`; whatever stood there or in the way is gone. Answers what to report.
    pub(super) fn insert(&mut self, key: &Key<'_>, value: String) -> Option<Problem> {
        let mut node = self.at(key.name);
        let mut is_in_the_way = false;
        for step in &key.steps {
            is_in_the_way |= matches!(node, Node::Text(_));
            // Nothing was replaced so far: a level without a free index stood before this pair.
            let Some(next) = node.branch().step(*step) else {
                return Some(Problem::NoIndexLeft);
            };
            node = next;
        }
        let is_taken = is_in_the_way || !matches!(node, Node::Vacant);
        *node = Node::Text(value);
        is_taken.then_some(Problem::Replaced)
    }

    /// The level as an object, whatever its keys are.
    pub(super) fn into_object(self) -> Value {
        let children = self.children.into_iter();
        let values = children.map(|(key, node)| (key, node.into_value()));
        Value::Object(values.collect())
    }

    /// The level as a list where its keys are exactly `0` to `n-1`, else as an object.
    fn into_value(mut self) -> Value {
        let indexes = (0..self.children.len()).map(|index| index.to_string());
        let mut expected = indexes.clone();
        if !expected.all(|index| self.children.contains_key(&index)) {
            return self.into_object();
        }
        let in_order = indexes.filter_map(|index| self.children.remove(&index));
        Value::Array(in_order.map(Node::into_value).collect())
    }

    /// The place that `step` leads to, unless it appends and no integer is left to do it at.
    fn step(&mut self, step: Step<'_>) -> Option<&mut Node> {
        let index = match (step, self.last_index) {
            (Step::At(index), _) => return Some(self.at(index)),
            (Step::Append, None) => 0,
            (Step::Append, Some(last)) => last.checked_add(1)?,
        };
        Some(self.at(&index.to_string()))
    }

    fn at(&mut self, key: &str) -> &mut Node {
        // `None`, no integer, is less than every integer.
        self.last_index = self.last_index.max(integer(key));
        self.children.entry(key.to_owned()).or_insert(Node::Vacant)
    }
}

impl Node {
    /// The branch at this place, new where there was none.
    fn branch(&mut self) -> &mut Branch {
        if !matches!(self, Self::Branch(_)) {
            *self = Self::Branch(Branch::default());
        }
        match self {
            Self::Branch(branch) => branch,
            Self::Vacant | Self::Text(_) => unreachable!("a branch was put here"),
        }
    }

    /// Recurses as deep as the tree is, which [`Limits::depth`](super::Limits::depth) bounds.
    fn into_value(self) -> Value {
        match self {
            Self::Vacant => Value::Null,
            Self::Text(text) => Value::String(text),
            Self::Branch(branch) => branch.into_value(),
        }
    }
}

/// The integer that `key` is, where PHP would take it for one: `7` and `-7`, not `07`, `+7` or `-0`.
fn integer(key: &str) -> Option<i64> {
    let number: i64 = key.parse().ok()?;
    (number.to_string() == key).then_some(number)
}
