//! A query site while its function is being read, and the record that it becomes.

use smallvec::SmallVec;

use crate::base::{Sym, sym};
use crate::django::inventory::{Certainty, Place, Query, QueryAccess, QueryClass};
use crate::django::names;
use crate::django::world::World;
use crate::facts::{Scope, StmtId};

use super::catalogue::{Catalogue, ModelId};
use super::methods::Level;
use super::types::Who;

/// Methods of one chain that are kept; a loop that goes on filtering adds nothing after that.
const MAX_CHAIN: usize = 40;

/// What the first method was called on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Manager,
    QuerySet,
    Related,
    Instance,
    Form,
    Serializer,
    /// `get_object_or_404(Model, …)` and its like.
    Function,
}

impl On {
    pub fn text(self) -> &'static str {
        match self {
            On::Manager => "manager",
            On::QuerySet => "queryset",
            On::Related => "related",
            On::Instance => "instance",
            On::Form => "form",
            On::Serializer => "serializer",
            On::Function => "function",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Site {
    pub scope: Scope,
    pub file: u32,
    pub line: u32,
    /// The statement that started it: what it goes on with later does not move its line.
    pub stmt: StmtId,
    pub who: Who,
    pub on: On,
    pub touches: SmallVec<[ModelId; 4]>,
    pub methods: Vec<Sym>,
    pub level: Level,
    pub write: bool,
    pub lock: bool,
    pub database: Option<Sym>,
    pub is_async: bool,
    pub manager: Option<Sym>,
}

impl Site {
    pub fn add(&mut self, method: Sym, level: Level, write: bool, is_async: bool) {
        if self.methods.len() < MAX_CHAIN {
            self.methods.push(method);
        }
        self.level = self.level.max(level);
        self.write |= write;
        self.is_async |= is_async;
        self.lock |= method == sym("select_for_update");
    }

    pub fn touch(&mut self, model: ModelId) {
        if !self.touches.contains(&model) {
            self.touches.push(model);
        }
    }

    pub fn chain(&self) -> String {
        self.methods.iter().map(|m| m.as_str()).collect::<Vec<_>>().join(".")
    }

    pub fn query(&self, world: &World, catalogue: &Catalogue) -> Query {
        let module = world.interp.module_name(self.file);
        let mut touches: Vec<String> = self
            .touches
            .iter()
            .copied()
            .chain(if self.who.id.is_none() { self.who.ids() } else { SmallVec::new() })
            // An abstract model has no rows: those of its heirs are meant.
            .chain(self.who.id.and_then(|id| catalogue.get(id)).filter(|m| m.is_abstract).map(|m| m.heirs.clone()).unwrap_or_default())
            .filter(|m| Some(*m) != self.who.id)
            .filter_map(|m| catalogue.get(m))
            .filter(|m| m.own && !m.is_abstract)
            .map(|m| m.label.clone())
            .collect();
        touches.sort();
        touches.dedup();
        Query {
            scope: names::scope_name(world, self.file, self.scope),
            app: world.app_label_of(&module),
            place: Place { file: world.interp.project.path(self.file).to_string(), line: self.line },
            model: self.who.id.map(|m| catalogue.name(m).to_string()),
            touches,
            access: if self.write {
                QueryAccess::Write
            } else if self.lock {
                QueryAccess::Lock
            } else {
                QueryAccess::Read
            },
            class: match self.level {
                Level::Simple => QueryClass::Simple,
                Level::Moderate => QueryClass::Moderate,
                Level::Complex => QueryClass::Complex,
            },
            chain: self.methods.iter().map(|m| m.to_string()).collect(),
            on: self.on.text().to_string(),
            database: self.database.map(|d| d.to_string()),
            is_async: self.is_async,
            manager: self.manager.map(|m| m.to_string()),
            certainty: if self.who.sure { Certainty::Certain } else { Certainty::Likely },
        }
    }
}
