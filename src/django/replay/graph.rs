//! The order in which migrations run, as Django's loader finds it: dependencies between and within apps, squashed migrations in the place of
//! what they replace, and what is wrong with the graph.

use std::collections::{BTreeMap, BTreeSet};

use crate::django::migrations::Source;

/// App and name.
type Key = (String, String);

#[derive(Debug, PartialEq, Eq)]
pub enum Problem {
    /// An app with more than one migration that nothing of the app depends on.
    Leaves { app: String, names: Vec<String> },
    /// A migration needs one that does not exist.
    Missing { source: usize, needs: Key },
    /// Migrations that wait for each other.
    Cycle { sources: Vec<usize> },
}

pub struct Order {
    /// Indices of sources, first things first.
    pub plan: Vec<usize>,
    pub problems: Vec<Problem>,
}

#[derive(Default)]
struct Node {
    /// None for a migration that is named and not there.
    source: Option<usize>,
    parents: BTreeSet<Key>,
    children: BTreeSet<Key>,
}

struct Graph {
    nodes: BTreeMap<Key, Node>,
    problems: Vec<Problem>,
}

/// The plan for everything; `ours` tells of an app, by its label, whether its migrations are among these.
pub fn order(sources: &[Source], ours: impl Fn(&str) -> bool) -> Order {
    let mut graph = Graph { nodes: BTreeMap::new(), problems: Vec::new() };
    let used = || sources.iter().enumerate().filter(|(_, s)| s.installed);
    for (index, source) in used() {
        graph.nodes.insert(key_of(source), Node { source: Some(index), ..Node::default() });
    }
    for (_, source) in used() {
        for needed in source.needs.iter().filter(|(app, name)| *app == source.app && name != "__first__") {
            graph.link(key_of(source), needed.clone());
        }
    }
    for (_, source) in used() {
        for needed in source.needs.iter().filter(|(app, _)| *app != source.app) {
            if let Some(parent) = graph.target(needed, &ours) {
                graph.link(key_of(source), parent);
            }
        }
        for before in source.run_before.iter().filter(|(app, name)| *app != source.app || name != "__first__") {
            if let Some(child) = graph.target(before, &ours) {
                graph.link(child, key_of(source));
            }
        }
    }
    for (_, source) in used().filter(|(_, s)| !s.replaces.is_empty()) {
        graph.replace(&key_of(source), &source.replaces);
    }
    graph.drop_missing();
    graph.conflicts();
    graph.cycles();
    Order { plan: graph.plan(), problems: graph.problems }
}

fn key_of(source: &Source) -> Key {
    (source.app.clone(), source.name.clone())
}

impl Graph {
    fn link(&mut self, child: Key, parent: Key) {
        self.nodes.entry(parent.clone()).or_default().children.insert(child.clone());
        self.nodes.entry(child).or_default().parents.insert(parent);
    }

    /// The migration that a dependency on another app means, where that is one of these.
    fn target(&mut self, (app, name): &Key, ours: &impl Fn(&str) -> bool) -> Option<Key> {
        let named = (app.clone(), name.clone());
        let end = matches!(name.as_str(), "__first__" | "__latest__");
        if !end || self.nodes.contains_key(&named) {
            return ours(app).then_some(named);
        }
        let of_app = |keys: &BTreeSet<Key>| keys.iter().all(|(other, _)| other != app);
        let mut ends = self
            .nodes
            .iter()
            .filter(|((other, _), node)| other == app && of_app(if name == "__first__" { &node.parents } else { &node.children }));
        ends.next().map(|(key, _)| key.clone())
    }

    /// A squash takes the place of what it replaces: no database is looked at, so nothing of it is applied.
    fn replace(&mut self, squash: &Key, replaced: &[Key]) {
        for old in replaced {
            if old == squash {
                continue;
            }
            let Some(node) = self.nodes.remove(old) else { continue };
            for child in node.children {
                if let Some(child_node) = self.nodes.get_mut(&child) {
                    child_node.parents.remove(old);
                }
                if !replaced.contains(&child) && child != *squash {
                    self.link(child, squash.clone());
                }
            }
            for parent in node.parents {
                if let Some(parent_node) = self.nodes.get_mut(&parent) {
                    parent_node.children.remove(old);
                }
                if !replaced.contains(&parent) && parent != *squash {
                    self.link(squash.clone(), parent);
                }
            }
        }
    }

    /// What is named and not there goes, with a word about who named it.
    fn drop_missing(&mut self) {
        let missing: Vec<Key> = self.nodes.iter().filter(|(_, node)| node.source.is_none()).map(|(key, _)| key.clone()).collect();
        for key in missing {
            let Some(node) = self.nodes.remove(&key) else { continue };
            for child in &node.children {
                let Some(child) = self.nodes.get_mut(child) else { continue };
                child.parents.remove(&key);
                if let Some(source) = child.source {
                    self.problems.push(Problem::Missing { source, needs: key.clone() });
                }
            }
            for parent in &node.parents {
                if let Some(parent) = self.nodes.get_mut(parent) {
                    parent.children.remove(&key);
                }
            }
        }
    }

    fn leaves(&self) -> Vec<&Key> {
        self.nodes.iter().filter(|(key, node)| node.children.iter().all(|child| child.0 != key.0)).map(|(key, _)| key).collect()
    }

    fn conflicts(&mut self) {
        let mut by_app: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (app, name) in self.leaves() {
            by_app.entry(app.clone()).or_default().push(name.clone());
        }
        let several = by_app.into_iter().filter(|(_, names)| names.len() > 1);
        self.problems.extend(several.map(|(app, names)| Problem::Leaves { app, names }));
    }

    /// What remains when everything whose parents are done has been taken away, and nothing of that remainder leads elsewhere.
    fn cycles(&mut self) {
        let mut left: BTreeMap<&Key, BTreeSet<&Key>> = self.nodes.iter().map(|(key, node)| (key, node.parents.iter().collect())).collect();
        let mut ends: Vec<&Key> = left.iter().filter(|(_, parents)| parents.is_empty()).map(|(key, _)| *key).collect();
        while let Some(done) = ends.pop() {
            left.remove(done);
            for child in self.nodes.get(done).into_iter().flat_map(|node| &node.children) {
                if let Some(parents) = left.get_mut(child) {
                    parents.remove(done);
                    if parents.is_empty() {
                        ends.push(child);
                    }
                }
            }
        }
        // Those that only wait for the cycle have no children left in it.
        loop {
            let idle: Vec<&Key> = left
                .keys()
                .filter(|key| self.nodes.get(**key).is_none_or(|node| node.children.iter().all(|child| !left.contains_key(child))))
                .copied()
                .collect();
            if idle.is_empty() {
                break;
            }
            for key in idle {
                left.remove(key);
            }
        }
        let sources: Vec<usize> = left.keys().filter_map(|key| self.nodes.get(*key)?.source).collect();
        if !sources.is_empty() {
            self.problems.push(Problem::Cycle { sources });
        }
    }

    fn plan(&self) -> Vec<usize> {
        let mut seen: BTreeSet<&Key> = BTreeSet::new();
        let mut out = Vec::new();
        let mut starts = self.leaves();
        // In a cycle nothing is a leaf.
        starts.extend(self.nodes.keys());
        for start in starts {
            let mut opened: BTreeSet<&Key> = BTreeSet::new();
            let mut stack = vec![(start, false)];
            while let Some((key, done)) = stack.pop() {
                if seen.contains(key) {
                    continue;
                }
                let Some(node) = self.nodes.get(key) else { continue };
                if done {
                    seen.insert(key);
                    out.extend(node.source);
                } else if opened.insert(key) {
                    stack.push((key, true));
                    stack.extend(node.parents.iter().map(|parent| (parent, false)));
                }
            }
        }
        out
    }
}
