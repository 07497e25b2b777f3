//! The local names of the bodies being read, and what a branch did to them.
//!
//! Statements are read in order. A branch is read on its own and taken back; then the names that it bound are joined with what the other
//! branch, or the way around it, left behind. Each binding is touched once a level, so the work stays linear in the size of the body.

use rustc_hash::FxHashMap;

use crate::base::Sym;

use super::types::Type;

#[derive(Debug, Default)]
struct Frame {
    vars: FxHashMap<Sym, Type>,
    /// What was bound, and what had been there, newest last.
    journal: Vec<(Sym, Option<Type>)>,
    /// Names of a class body are not seen from its methods.
    is_class: bool,
}

#[derive(Debug, Default)]
pub struct Env {
    frames: Vec<Frame>,
}

/// The names that a branch bound; none where it does not come out at its end.
pub type Changes = Option<Vec<(Sym, Type)>>;

impl Env {
    pub fn enter(&mut self, is_class: bool) {
        self.frames.push(Frame { is_class, ..Frame::default() });
    }

    pub fn leave(&mut self) {
        self.frames.pop();
    }

    /// A name as the innermost body sees it; those of enclosing functions without their sites.
    pub fn get(&self, name: Sym) -> Option<Type> {
        let mut frames = self.frames.iter().rev();
        if let Some(found) = frames.next().and_then(|f| f.vars.get(&name)) {
            return Some(found.clone());
        }
        frames.filter(|f| !f.is_class).find_map(|f| f.vars.get(&name)).map(Type::detached)
    }

    pub fn set(&mut self, name: Sym, value: Type) {
        if let Some(frame) = self.frames.last_mut() {
            let old = frame.vars.insert(name, value);
            frame.journal.push((name, old));
        }
    }

    /// The state before a branch.
    pub fn mark(&self) -> usize {
        self.frames.last().map_or(0, |f| f.journal.len())
    }

    /// Take back what was bound since `mark`, and say what it was.
    pub fn take(&mut self, mark: usize) -> Vec<(Sym, Type)> {
        let Some(frame) = self.frames.last_mut() else { return Vec::new() };
        let mut out: Vec<(Sym, Type)> = Vec::new();
        let mut seen: FxHashMap<Sym, ()> = FxHashMap::default();
        while frame.journal.len() > mark {
            let Some((name, old)) = frame.journal.pop() else { break };
            let current = match old {
                Some(old) => frame.vars.insert(name, old),
                None => frame.vars.remove(&name),
            };
            // The newest entry holds the final value.
            if seen.insert(name, ()).is_none()
                && let Some(current) = current
            {
                out.push((name, current));
            }
        }
        out.reverse();
        out
    }

    /// Bind what the branches left: one that does not mention a name leaves what was there before.
    pub fn merge(&mut self, branches: &[Changes]) {
        let open: Vec<&Vec<(Sym, Type)>> = branches.iter().flatten().collect();
        let mut done: FxHashMap<Sym, Option<Type>> = FxHashMap::default();
        let mut order: Vec<Sym> = Vec::new();
        let mut times: FxHashMap<Sym, usize> = FxHashMap::default();
        for branch in &open {
            for (name, value) in branch.iter() {
                *times.entry(*name).or_insert(0) += 1;
                let slot = done.entry(*name).or_insert_with(|| {
                    order.push(*name);
                    None
                });
                *slot = Some(match slot.take() {
                    Some(before) => before.join(value.clone()),
                    None => value.clone(),
                });
            }
        }
        for name in order {
            let Some(Some(mut value)) = done.remove(&name) else { continue };
            if times.get(&name).copied().unwrap_or(0) < open.len()
                && let Some(before) = self.frames.last().and_then(|f| f.vars.get(&name)).cloned()
            {
                value = before.join(value);
            }
            self.set(name, value);
        }
    }
}
