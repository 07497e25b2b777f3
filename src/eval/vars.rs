//! The variables of a module, class, call or object, in the order in which they were first bound.
//!
//! Most scopes hold a handful, which are searched one after the other: names are equal where their addresses are, so that neither they nor a
//! table of hashes are read. A scope that grows gets a table, by address.

use rustc_hash::FxHashMap;

use crate::base::Sym;

use super::value::Value;

/// Variables that are searched one after the other.
const FEW: usize = 12;

#[derive(Clone, Debug, Default)]
pub struct Vars {
    items: Vec<(Sym, Value)>,
    /// Address of a name → its place, once there are more than a few.
    places: Option<Box<FxHashMap<usize, usize>>>,
}

fn address(name: Sym) -> usize {
    name.as_char_ptr().addr()
}

impl Vars {
    pub fn with_capacity(capacity: usize) -> Vars {
        Vars { items: Vec::with_capacity(capacity), places: None }
    }

    fn place(&self, name: Sym) -> Option<usize> {
        match &self.places {
            Some(places) => places.get(&address(name)).copied(),
            None => self.items.iter().position(|(known, _)| *known == name),
        }
    }

    fn number(&mut self) {
        let places = |items: &[(Sym, Value)]| Box::new(items.iter().enumerate().map(|(at, (name, _))| (address(*name), at)).collect());
        self.places = (self.items.len() > FEW).then(|| places(&self.items));
    }

    pub fn get(&self, name: &Sym) -> Option<&Value> {
        self.items.get(self.place(*name)?).map(|(_, value)| value)
    }

    pub fn contains_key(&self, name: &Sym) -> bool {
        self.place(*name).is_some()
    }

    pub fn insert(&mut self, name: Sym, value: Value) {
        if let Some((_, known)) = self.place(name).and_then(|at| self.items.get_mut(at)) {
            *known = value;
            return;
        }
        self.items.push((name, value));
        match &mut self.places {
            Some(places) => {
                places.insert(address(name), self.items.len() - 1);
            }
            None if self.items.len() > FEW => self.number(),
            None => {}
        }
    }

    /// Bind a name unless it is bound.
    pub fn bind(&mut self, name: Sym, value: impl FnOnce() -> Value) {
        if !self.contains_key(&name) {
            self.insert(name, value());
        }
    }

    pub fn shift_remove(&mut self, name: &Sym) -> Option<Value> {
        let (_, value) = self.items.remove(self.place(*name)?);
        self.number();
        Some(value)
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Sym, &Value)> {
        self.items.iter().map(|(name, value)| (name, value))
    }

    pub fn keys(&self) -> impl Iterator<Item = &Sym> {
        self.items.iter().map(|(name, _)| name)
    }

    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.items.iter().map(|(_, value)| value)
    }
}

impl FromIterator<(Sym, Value)> for Vars {
    fn from_iter<T: IntoIterator<Item = (Sym, Value)>>(pairs: T) -> Self {
        let mut out = Vars::default();
        pairs.into_iter().for_each(|(name, value)| out.insert(name, value));
        out
    }
}

impl IntoIterator for Vars {
    type Item = (Sym, Value);
    type IntoIter = std::vec::IntoIter<(Sym, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::sym;

    proptest! {
        /// What is bound, bound again and removed is what an ordered map of a library holds, few names or many.
        #[test]
        fn holds_what_an_ordered_map_holds(steps in proptest::collection::vec((0u8..3, 0i64..40), 0..200)) {
            let (mut ours, mut theirs) = (Vars::default(), indexmap::IndexMap::new());
            for (number, (step, name)) in steps.into_iter().enumerate() {
                let (name, value) = (sym(&format!("name{name}")), number as i64);
                if step == 0 {
                    let removed = theirs.shift_remove(&name);
                    prop_assert_eq!(ours.shift_remove(&name).and_then(|v| v.as_int()), removed);
                } else {
                    ours.insert(name, Value::Int(value));
                    theirs.insert(name, value);
                }
                prop_assert_eq!(ours.get(&name).and_then(Value::as_int), theirs.get(&name).copied());
            }
            let held: Vec<_> = ours.iter().map(|(n, v)| (*n, v.as_int())).collect();
            let wanted: Vec<_> = theirs.iter().map(|(n, v)| (*n, Some(*v))).collect();
            prop_assert_eq!(held, wanted);
        }
    }
}
