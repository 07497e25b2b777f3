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
    /// Empty where one was removed while there was a table: to move the others up each time would make a module of nothing but `del` cost the
    /// square of its length.
    items: Vec<Option<(Sym, Value)>>,
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
            None => self.items.iter().position(|item| matches!(item, Some((known, _)) if *known == name)),
        }
    }

    /// Close the gaps, and number what is left if it is many.
    fn number(&mut self) {
        self.items.retain(Option::is_some);
        let places = |vars: &Vars| Box::new(vars.keys().enumerate().map(|(at, name)| (address(*name), at)).collect());
        self.places = (self.items.len() > FEW).then(|| places(self));
    }

    pub fn get(&self, name: &Sym) -> Option<&Value> {
        self.items.get(self.place(*name)?)?.as_ref().map(|(_, value)| value)
    }

    pub fn contains_key(&self, name: &Sym) -> bool {
        self.place(*name).is_some()
    }

    pub fn insert(&mut self, name: Sym, value: Value) {
        if let Some(Some((_, known))) = self.place(name).and_then(|at| self.items.get_mut(at)) {
            *known = value;
            return;
        }
        self.items.push(Some((name, value)));
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

    /// The others keep their order.
    pub fn remove(&mut self, name: &Sym) -> Option<Value> {
        let at = self.place(*name)?;
        let (_, value) = self.items.get_mut(at)?.take()?;
        if let Some(places) = &mut self.places {
            places.remove(&address(*name));
        }
        if self.len() <= self.items.len() / 2 || self.places.is_none() {
            self.number();
        }
        Some(value)
    }

    pub fn len(&self) -> usize {
        self.places.as_ref().map_or(self.items.len(), |places| places.len())
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Sym, &Value)> {
        self.items.iter().flatten().map(|(name, value)| (name, value))
    }

    pub fn keys(&self) -> impl Iterator<Item = &Sym> {
        self.iter().map(|(name, _)| name)
    }

    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.iter().map(|(_, value)| value)
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
    type IntoIter = std::iter::Flatten<std::vec::IntoIter<Option<(Sym, Value)>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter().flatten()
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
                    prop_assert_eq!(ours.remove(&name).and_then(|v| v.as_int()), removed);
                } else {
                    ours.insert(name, Value::Int(value));
                    theirs.insert(name, value);
                }
                prop_assert_eq!(ours.get(&name).and_then(Value::as_int), theirs.get(&name).copied());
                prop_assert_eq!(ours.len(), theirs.len());
            }
            let held: Vec<_> = ours.iter().map(|(n, v)| (*n, v.as_int())).collect();
            let wanted: Vec<_> = theirs.iter().map(|(n, v)| (*n, Some(*v))).collect();
            prop_assert_eq!(&held, &wanted);
            let moved: Vec<_> = ours.into_iter().map(|(n, v)| (n, v.as_int())).collect();
            prop_assert_eq!(moved, wanted);
        }
    }
}
