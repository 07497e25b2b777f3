//! What is known across functions: what they return, what they are called with, what methods hang on `self`.
//!
//! The bodies are read in rounds. Reading one notes which entries it asked for; a body is read again only when one of them has changed.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::Sym;
use crate::eval::ClassRef;

use super::types::{FuncKey, Type};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    Return(FuncKey),
    Param(FuncKey, u32),
    Attr(ClassRef, Sym),
    /// What middleware, decorators and declarations hang on a request.
    Request(Sym),
}

#[derive(Debug, Default)]
pub struct Tables {
    types: FxHashMap<Key, Type>,
    changed: FxHashSet<Key>,
}

impl Tables {
    pub fn get(&self, key: Key) -> Option<&Type> {
        self.types.get(&key)
    }

    /// One more thing that the entry can be. What says nothing is no contribution.
    pub fn add(&mut self, key: Key, found: &Type) {
        let returned = matches!(key, Key::Return(_));
        let tells = found.carries() || matches!(found, Type::Parts(_)) || (returned && matches!(found, Type::Param(_)));
        if !tells {
            return;
        }
        let found = if returned { found.returned() } else { found.detached() };
        match self.types.get(&key) {
            Some(old) => {
                let joined = old.clone().join(found);
                if !joined.same(old) {
                    self.types.insert(key, joined);
                    self.changed.insert(key);
                }
            }
            None => {
                self.types.insert(key, found);
                self.changed.insert(key);
            }
        }
    }

    pub fn changes(&mut self) -> FxHashSet<Key> {
        std::mem::take(&mut self.changed)
    }
}
