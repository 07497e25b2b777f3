//! Where state and database part: operations under `SeparateDatabaseAndState` tell Django one thing and do another. What only one side has is
//! kept until the other catches up (a table that moves to another app is dropped from one state and made in another).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::state::{ModelState, Origin};

/// Table and column; none for the table as a whole.
pub type Part = (String, Option<String>);

/// Tables with their columns.
pub type Stored = BTreeMap<String, BTreeSet<String>>;

#[derive(Clone, Debug)]
pub struct Mark {
    pub origin: Origin,
    /// Hand-written SQL or Python ran beside it: it may well have done the same.
    pub by_hand: bool,
    /// The model as the side that has it sees it.
    pub model: Option<Rc<ModelState>>,
    /// Columns of a whole table.
    pub columns: BTreeSet<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Apart {
    pub state_only: BTreeMap<Part, Mark>,
    pub database_only: BTreeMap<Part, Mark>,
}

impl Apart {
    /// What an operation left in the state and in the database, of the models that it touched.
    pub fn note(&mut self, state: &Stored, database: &Stored, mark: impl Fn(&str, bool) -> Mark) {
        for (table, columns) in state {
            match database.get(table) {
                None => Self::add(
                    &mut self.state_only,
                    &mut self.database_only,
                    (table.clone(), None),
                    Mark { columns: columns.clone(), ..mark(table, true) },
                ),
                Some(others) => {
                    for column in columns.difference(others) {
                        Self::add(&mut self.state_only, &mut self.database_only, (table.clone(), Some(column.clone())), mark(table, true));
                    }
                }
            }
        }
        for (table, columns) in database {
            match state.get(table) {
                None => Self::add(
                    &mut self.database_only,
                    &mut self.state_only,
                    (table.clone(), None),
                    Mark { columns: columns.clone(), ..mark(table, false) },
                ),
                Some(others) => {
                    for column in columns.difference(others) {
                        Self::add(&mut self.database_only, &mut self.state_only, (table.clone(), Some(column.clone())), mark(table, false));
                    }
                }
            }
        }
    }

    /// What the other side has already is no longer apart; of a whole table the columns that only one has remain.
    fn add(here: &mut BTreeMap<Part, Mark>, there: &mut BTreeMap<Part, Mark>, part: Part, mark: Mark) {
        let Some(other) = there.remove(&part) else {
            here.insert(part, mark);
            return;
        };
        if part.1.is_none() {
            for column in mark.columns.difference(&other.columns) {
                here.insert((part.0.clone(), Some(column.clone())), Mark { columns: BTreeSet::new(), ..mark.clone() });
            }
            for column in other.columns.difference(&mark.columns) {
                there.insert((part.0.clone(), Some(column.clone())), Mark { columns: BTreeSet::new(), ..other.clone() });
            }
        }
    }

    /// The columns of a table that only the database has: the table as a whole is noted with them.
    pub fn take_columns(&mut self, table: &str) -> Vec<String> {
        let part_of = |part: &Part| part.0 == table && part.1.is_some();
        self.database_only.extract_if(.., |part, _| part_of(part)).filter_map(|(part, _)| part.1).collect()
    }

    pub fn is_empty(&self) -> bool {
        self.state_only.is_empty() && self.database_only.is_empty()
    }

    /// An ordinary operation turned these tables into those.
    pub fn follow(&mut self, before: &Stored, after: &Stored) {
        let gone: Vec<&String> = before.keys().filter(|table| !after.contains_key(*table)).collect();
        let new: Vec<&String> = after.keys().filter(|table| !before.contains_key(*table)).collect();
        if gone.is_empty() {
            // A model that Django did not manage stands for what the database has had alone.
            for table in &new {
                let (Some(mark), Some(known)) = (self.database_only.remove(&((*table).clone(), None)), after.get(*table)) else { continue };
                for column in mark.columns.difference(known) {
                    let part = ((*table).clone(), Some(column.clone()));
                    self.database_only.insert(part, Mark { columns: BTreeSet::new(), ..mark.clone() });
                }
            }
        }
        for side in [&mut self.state_only, &mut self.database_only] {
            for (position, table) in gone.iter().enumerate() {
                let parts: Vec<Part> = side.keys().filter(|part| part.0 == **table).cloned().collect();
                for part in parts {
                    let Some(mark) = side.remove(&part) else { continue };
                    if gone.len() == new.len()
                        && let Some(renamed) = new.get(position)
                    {
                        side.insert(((*renamed).clone(), part.1), mark);
                    }
                }
            }
            for (table, columns) in before {
                let Some(now) = after.get(table) else { continue };
                let lost: Vec<&String> = columns.difference(now).collect();
                let got: Vec<&String> = now.difference(columns).collect();
                for (position, column) in lost.iter().enumerate() {
                    let Some(mark) = side.remove(&(table.clone(), Some((*column).clone()))) else { continue };
                    if lost.len() == got.len()
                        && let Some(renamed) = got.get(position)
                    {
                        side.insert((table.clone(), Some((*renamed).clone())), mark);
                    }
                }
            }
        }
    }
}
