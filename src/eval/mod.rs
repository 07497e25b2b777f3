//! The static evaluator: executes module and class bodies, and small first-party functions, on values that may be unknown.
//!
//! Nothing of the scanned project is run: this is a bounded interpreter of the file facts. What is external stays a name, and every call of
//! something external is recorded with its arguments, so that the layer above reads registrations (`admin.site.register`,
//! `post_save.connect`, `router.register`, …) off that record wherever and however the code made them.
//!
//! | idiom | where |
//! |---|---|
//! | statements, branches that cannot be decided (both run, guarded), loops, `try` | `exec` |
//! | operators, literals, comprehensions, f-strings | `expr` |
//! | attributes through modules, classes (C3), instances, `super()` | `attr` |
//! | calls, argument binding, instances, decorators | `call` |
//! | attributes of DRF routers that code changes in place | `objects` |
//! | methods of `str`, `list`, `dict`, `set` | `methods` |
//! | builtins, the standard library and the few library functions that return values | `library` |

mod attr;
mod budget;
mod call;
mod environment;
mod exec;
mod expr;
mod library;
mod methods;
mod objects;
mod serializers;
pub mod show;
mod user;
pub mod value;
mod vars;
mod view_sets;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Loc, Sym, sym};
use crate::facts::{self, Ast, ClassId, ExprId};
use crate::project::Project;

pub use attr::{included, setting_default, with_names};
pub use library::package_text;
pub use objects::{RESOURCE, RESOURCE_API};
pub use value::*;

/// What every model derives from.
pub const MODEL: &str = "django.db.models.base.Model";

/// Steps that the execution of one module may take, nested calls included.
const MODULE_STEPS: u64 = 6_000_000;
/// Steps of one statement of a module or class body: one that loops for ever must not take the rest of its module with it.
const STATEMENT_STEPS: u64 = 1_600_000;
/// Nested conditions that could not be decided: beyond them neither side runs, or every level would double the work.
const GUARD_DEPTH: usize = 8;
/// Steps of one constructor: objects that class bodies make by the hundred (panels, columns, buttons) are not worth more.
const INIT_STEPS: u64 = 1_500;
/// Steps of the whole evaluation.
const TOTAL_STEPS: u64 = 60_000_000;
/// Nested first-party calls.
const CALL_DEPTH: u32 = 48;
/// Nested module executions: an import chain longer than this is cut.
const IMPORT_DEPTH: u32 = 400;
/// Elements that a loop, a comprehension or a container may have.
const MAX_ITEMS: usize = 50_000;

/// A condition that could not be decided, around what is executed. What it says is only written out where somebody asks.
#[derive(Clone, Debug)]
pub struct Guard {
    condition: ExprId,
    side: Side,
    pub at: Loc,
    pub outer: Option<u32>,
    /// The other side of an `if` that another one follows: an `elif` chain is as deep as its first `if`.
    chained: bool,
}

#[derive(Clone, Copy, Debug)]
enum Side {
    Then,
    Otherwise,
    /// The body of a loop over something that is not known.
    Loop,
}

/// One step in a class's linearisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Base {
    First(ClassRef),
    Ext(Sym),
}

#[derive(Debug)]
pub struct ClassObj {
    pub name: Sym,
    /// `Outer.Inner` as Python's `__qualname__`.
    pub qualname: Sym,
    pub module: Sym,
    pub file: u32,
    pub line: u32,
    pub def: Option<ClassId>,
    pub bases: Vec<Value>,
    /// The linearisation, itself first; external classes as far as the package tables know them.
    pub mro: Vec<Base>,
    /// A base could not be resolved.
    pub open: bool,
    /// A base was still being executed when the class was made.
    pub late: bool,
    pub frame: Rc<Frame>,
    pub keywords: Vec<(Sym, Value)>,
    pub decorators: RefCell<Vec<Value>>,
    /// Made at run time: by `type()`, or inside a function.
    pub dynamic: bool,
    pub guard: Option<u32>,
}

impl ClassObj {
    /// `package.module.Outer.Inner`
    pub fn dotted(&self) -> String {
        format!("{}.{}", self.module, self.qualname)
    }

    pub fn own(&self, name: &str) -> Option<Value> {
        self.frame.vars.borrow().get(&sym(name)).cloned()
    }

    /// The classes of packages that it derives from, nearest first.
    pub fn externals(&self) -> impl Iterator<Item = Sym> + '_ {
        self.mro.iter().filter_map(|base| match base {
            Base::Ext(name) => Some(*name),
            Base::First(_) => None,
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Running,
    Done,
}

struct ModuleState {
    frame: Rc<Frame>,
    state: Cell<State>,
}

/// An installed application as far as the evaluator needs it (to answer `get_model`).
#[derive(Clone, Debug)]
pub struct AppRef {
    pub label: Sym,
    pub module: Sym,
}

pub struct Interp<'p> {
    pub project: &'p Project,
    modules: Vec<ModuleState>,
    pub classes: Vec<Rc<ClassObj>>,
    /// Every call of something external, in the order of execution.
    pub calls: Vec<Rc<CallObj>>,
    pub instances: Vec<Rc<InstObj>>,
    pub guards: Vec<Guard>,
    guard: Option<u32>,
    steps: u64,
    limit: u64,
    total: u64,
    depth: u32,
    import_depth: u32,
    /// Late names that are being looked up: one that comes again leads back to itself.
    forcing: Vec<(u32, Sym)>,
    /// Functions that are running: which, and their variables.
    active: Vec<((u32, u32), Rc<Frame>)>,
    /// The value of `django.conf.settings`, by name.
    pub settings: Option<Rc<Frame>>,
    pub apps: Vec<AppRef>,
    /// Instances of config classes, by label.
    pub app_configs: Vec<(Sym, Value)>,
    pub user_model: Sym,
    /// Whether all models have run.
    pub models_ready: bool,
    /// The other ends of relations, from when somebody asked.
    reverse: Option<Rc<Vec<attr::Reverse>>>,
    model_cache: FxHashMap<(Sym, Sym), Value>,
    pending_returns: Vec<Vec<Value>>,
    yields: Vec<Vec<Value>>,
    /// Enclosing `try` statements, and the exception that an expression raised.
    tries: u32,
    /// What first-party code set on classes from outside, by class.
    patched: FxHashMap<Sym, Vars>,
    /// DRF's route table, once somebody asked for it.
    router_tables: FxHashMap<Sym, Value>,
    /// Modules of packages whose registrations were made.
    registering: FxHashSet<Sym>,
    raised: Option<Sym>,
    /// While a module runs that nothing imports: how many instances there were before, which it may not change.
    idle: Option<u32>,
    /// Models that the migrations of a package make, for the packages that somebody asked for.
    migrated: FxHashMap<Sym, FxHashSet<Sym>>,
    /// Calls of class factories that classes have for a base.
    pub factories: FxHashMap<ClassRef, Rc<CallObj>>,
    /// What one model has of fields of an abstract one, once code asked it for them by name.
    field_copies: FxHashMap<(ClassRef, Sym), Value>,
    /// How many classes were made at run time.
    made: u32,
    /// Modules whose execution ended in an error of our own.
    pub broken: Vec<u32>,
    /// Places where a budget ran out.
    pub exhausted: Vec<Loc>,
    /// `from .lost import *` of modules that are not there, where nothing catches the error and no condition decides; until somebody takes them.
    pub lost: Option<Vec<(Loc, Sym)>>,
    pub environment: environment::Environment,
}

impl<'p> Interp<'p> {
    pub fn new(project: &'p Project) -> Self {
        let modules = (0..project.files.len())
            .map(|file| ModuleState { frame: new_frame(FrameKind::Module, file as u32, None), state: Cell::new(State::New) })
            .collect();
        Interp {
            project,
            modules,
            classes: Vec::new(),
            calls: Vec::new(),
            instances: Vec::new(),
            guards: Vec::new(),
            guard: None,
            steps: 0,
            limit: MODULE_STEPS,
            total: 0,
            depth: 0,
            import_depth: 0,
            forcing: Vec::new(),
            active: Vec::new(),
            settings: None,
            apps: Vec::new(),
            app_configs: Vec::new(),
            user_model: sym("auth.User"),
            models_ready: false,
            reverse: None,
            model_cache: FxHashMap::default(),
            pending_returns: Vec::new(),
            yields: Vec::new(),
            tries: 0,
            patched: FxHashMap::default(),
            router_tables: FxHashMap::default(),
            registering: FxHashSet::default(),
            raised: None,
            idle: None,
            migrated: FxHashMap::default(),
            factories: FxHashMap::default(),
            field_copies: FxHashMap::default(),
            made: 0,
            broken: Vec::new(),
            exhausted: Vec::new(),
            lost: Some(Vec::new()),
            environment: environment::Environment::default(),
        }
    }

    pub fn ast(&self, file: u32) -> &'p Ast {
        static EMPTY: std::sync::OnceLock<Ast> = std::sync::OnceLock::new();
        let project: &'p Project = self.project;
        project.files.get(file as usize).map_or_else(|| EMPTY.get_or_init(Ast::default), |f| &f.facts.ast)
    }

    pub fn module_name(&self, file: u32) -> Sym {
        self.project.files.get(file as usize).map_or_else(|| sym(""), |f| f.module)
    }

    pub fn class(&self, class: ClassRef) -> Rc<ClassObj> {
        // A `ClassRef` is only made together with its object.
        match self.classes.get(class.0 as usize) {
            Some(found) => Rc::clone(found),
            None => Rc::new(ClassObj {
                name: sym("?"),
                qualname: sym("?"),
                module: sym("?"),
                file: 0,
                line: 0,
                def: None,
                bases: Vec::new(),
                mro: Vec::new(),
                open: true,
                late: false,
                frame: new_frame(FrameKind::Class, 0, None),
                keywords: Vec::new(),
                decorators: RefCell::default(),
                dynamic: true,
                guard: None,
            }),
        }
    }

    pub fn func_def(&self, func: &FuncObj) -> Option<&'p facts::FuncDef> {
        self.ast(func.file).funcs.get(func.def as usize)
    }

    /// `package.module.Outer.method`
    pub fn func_dotted(&self, func: &FuncObj) -> String {
        let name = self.func_def(func).map_or("?", |d| d.qualname.as_str());
        format!("{}.{name}", self.module_name(func.file))
    }

    /// What code of the repository sets of a class or object from outside.
    pub fn patched(&self, object: &str, name: &str) -> Option<Value> {
        self.patched.get(&sym(object))?.get(&sym(name)).cloned()
    }

    /// Whether the repository puts something in the place of this attribute of an external class.
    pub fn is_patched(&self, class: &str, name: &str) -> bool {
        self.patched.get(&sym(class)).is_some_and(|vars| vars.contains_key(&sym(name)))
    }

    pub fn unknown(&self, code: WhyCode, what: &str, at: Loc) -> Value {
        Value::Unknown(Why { code, at, what: sym(what) })
    }

    /// Execute a module unless that has been done; its variables.
    pub fn module(&mut self, file: u32) -> Rc<Frame> {
        let Some(module) = self.modules.get(file as usize) else { return new_frame(FrameKind::Module, file, None) };
        let frame = Rc::clone(&module.frame);
        if module.state.get() != State::New {
            return frame;
        }
        if self.import_depth >= IMPORT_DEPTH {
            self.exhausted.push(Loc { file, line: 1 });
            return frame;
        }
        module.state.set(State::Running);
        let name = self.module_name(file);
        {
            let mut vars = frame.vars.borrow_mut();
            vars.insert(sym("__name__"), Value::Str(name));
            vars.insert(sym("__file__"), Value::Str(sym(&format!("/{}", self.project.path(file)))));
        }
        let outer = (self.guard.take(), std::mem::replace(&mut self.steps, 0), self.depth, self.limit, std::mem::take(&mut self.active));
        self.depth = 0;
        self.limit = MODULE_STEPS;
        self.import_depth += 1;
        let ast = self.ast(file);
        // A mistake of ours costs one module. What it left half done belongs to that module, or is taken back here.
        let (tries, pending, yields, imports) = (self.tries, self.pending_returns.len(), self.yields.len(), self.import_depth);
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            // For the tests of just this.
            #[cfg(test)]
            assert!(!name.ends_with(".faulty"), "asked for");
            self.body(&ast.body, ast, &frame);
        }));
        if ended.is_err() {
            (self.tries, self.import_depth, self.raised) = (tries, imports, None);
            self.pending_returns.truncate(pending);
            self.yields.truncate(yields);
            self.broken.push(file);
        }
        self.import_depth -= 1;
        self.total += self.steps;
        (self.guard, self.steps, self.depth, self.limit, self.active) = outer;
        if let Some(module) = self.modules.get(file as usize) {
            module.state.set(State::Done);
        }
        frame
    }

    /// Execute a module that nothing imports for what it defines. What it would do to others happens in no boot and is left undone: calls for
    /// their effect, attributes and elements of things that are not its own, registrations.
    pub fn module_idly(&mut self, file: u32) {
        let outer = self.idle.replace(self.instances.len() as u32);
        self.module(file);
        self.idle = outer;
    }

    /// Whether a module has been executed, or is being.
    pub fn has_run(&self, file: u32) -> bool {
        self.modules.get(file as usize).is_some_and(|m| m.state.get() != State::New)
    }

    /// Forget that a module ran, so that it can run again (settings that are read in another role).
    pub fn variables(&self, file: u32) -> Option<Rc<Frame>> {
        self.modules.get(file as usize).map(|m| Rc::clone(&m.frame))
    }

    pub(crate) fn is_running(&self, file: u32) -> bool {
        self.modules.get(file as usize).is_some_and(|m| m.state.get() == State::Running)
    }

    fn tick(&mut self) -> bool {
        self.steps += 1;
        self.steps < self.limit && self.total + self.steps < TOTAL_STEPS
    }

    /// A new budget for the next piece of work that the layer above asks for.
    pub fn restart(&mut self) {
        self.total += self.steps;
        self.steps = 0;
        self.limit = MODULE_STEPS;
    }

    fn exhausted_at(&mut self, at: Loc) -> Value {
        if self.exhausted.last() != Some(&at) && self.exhausted.len() < 1000 {
            self.exhausted.push(at);
        }
        self.unknown(WhyCode::Budget, "", at)
    }

    /// How many undecided conditions enclose what is being run.
    pub(crate) fn guard_depth(&self) -> usize {
        let mut depth = 0;
        let mut at = self.guard;
        while let Some(guard) = at.and_then(|g| self.guards.get(g as usize)) {
            depth += usize::from(!guard.chained);
            at = guard.outer;
        }
        depth
    }

    /// Run something under a condition that could not be decided.
    fn guarded<T>(&mut self, condition: ExprId, side: Side, at: Loc, chained: bool, run: impl FnOnce(&mut Self) -> T) -> T {
        self.guards.push(Guard { condition, side, at, outer: self.guard, chained });
        let outer = self.guard.replace((self.guards.len() - 1) as u32);
        let result = run(self);
        self.guard = outer;
        result
    }

    /// The condition under which something is executed, as it is written.
    pub fn condition(&self, guard: Option<u32>) -> Option<String> {
        let guard = self.guards.get(guard? as usize)?;
        let text = show::expr_text(self.ast(guard.at.file), guard.condition);
        Some(match guard.side {
            Side::Then => text,
            Side::Otherwise => format!("not ({text})"),
            Side::Loop => format!("for … in {text}"),
        })
    }

    /// Whether something is executed only where `settings.DEBUG` holds.
    pub fn in_development(&self, guard: Option<u32>) -> bool {
        let mut at = guard;
        while let Some(guard) = at.and_then(|guard| self.guards.get(guard as usize)) {
            if matches!(guard.side, Side::Then) && exec::debug(self.ast(guard.at.file), guard.condition) {
                return true;
            }
            at = guard.outer;
        }
        false
    }

    /// Whether a class derives from an external class, by canonical name.
    pub fn derives(&self, class: ClassRef, ext: &str) -> bool {
        let ext = sym(ext);
        self.classes.get(class.0 as usize).is_some_and(|c| c.mro.contains(&Base::Ext(ext)))
    }

    /// Find a variable of a module without executing anything anew.
    pub fn lookup_dotted(&mut self, dotted: &str) -> Option<Value> {
        if let Some(file) = self.project.modules.get(dotted) {
            return Some(Value::Module(file));
        }
        let (head, name) = dotted.rsplit_once('.')?;
        let object = self.lookup_dotted(head)?;
        let value = self.attr(&object, sym(name), Loc::default());
        (!value.is_unknown()).then_some(value)
    }

    /// The value of an import path as Django's `import_string` sees it: first-party objects, else the external name.
    pub fn import_string(&mut self, dotted: &str) -> Value {
        if let Some(value) = self.lookup_dotted(dotted) {
            return value;
        }
        let top = dotted.split('.').next().unwrap_or(dotted);
        if self.project.modules.is_first_party(top) {
            let (module, name) = (crate::base::parent_part(dotted), crate::base::last_part(dotted));
            let missing = !self.project.modules.is_unparsed(dotted)
                && match self.lookup_dotted(module) {
                    Some(Value::Module(file)) => {
                        let frame = self.module(file);
                        let vars = frame.vars.borrow();
                        !vars.contains_key(&sym(name)) && !vars.contains_key(&sym("*"))
                    }
                    Some(_) => false,
                    None => !self.project.modules.is_unparsed(module),
                };
            if missing {
                self.raise("ImportError");
            }
            return self.unknown(WhyCode::MissingModule, dotted, Loc::default());
        }
        Value::Ext(self.project.packages.canonical(sym(dotted)))
    }

    /// Linearise anew the classes whose bases were not there yet when they were made (circular imports that this order of execution entered
    /// from another side than Python does), and those that derive from them.
    pub fn relink(&mut self) {
        let mut changed = vec![false; self.classes.len()];
        for index in 0..self.classes.len() {
            let class = self.class(ClassRef(index as u32));
            let inherited = class.bases.iter().any(|b| matches!(b, Value::Class(c) if changed.get(c.0 as usize).copied().unwrap_or(false)));
            if !class.late && !inherited {
                continue;
            }
            let bases: Vec<Value> = class.bases.iter().map(|b| self.force(b.clone())).collect();
            let late = bases.iter().any(|b| matches!(b, Value::Lazy(..)));
            let (mut mro, open) = self.linearise(ClassRef(index as u32), &bases);
            // What its fields said of it stays true.
            let model = Base::Ext(sym(MODEL));
            if class.mro.contains(&model) && !mro.contains(&model) {
                mro.push(model);
            }
            self.replace_class(ClassRef(index as u32), bases, mro, open || late, late);
            if let Some(flag) = changed.get_mut(index) {
                *flag = true;
            }
        }
    }

    /// The same class with other bases, or another order of them.
    fn replace_class(&mut self, class: ClassRef, bases: Vec<Value>, mro: Vec<Base>, open: bool, late: bool) {
        let old = self.class(class);
        let made = ClassObj {
            name: old.name,
            qualname: old.qualname,
            module: old.module,
            file: old.file,
            line: old.line,
            def: old.def,
            bases,
            mro,
            open,
            late,
            frame: Rc::clone(&old.frame),
            keywords: old.keywords.clone(),
            decorators: RefCell::new(old.decorators.borrow().clone()),
            dynamic: old.dynamic,
            guard: old.guard,
        };
        if let Some(slot) = self.classes.get_mut(class.0 as usize) {
            *slot = Rc::new(made);
        }
    }

    pub fn add_class(&mut self, class: ClassObj) -> ClassRef {
        self.classes.push(Rc::new(class));
        ClassRef((self.classes.len() - 1) as u32)
    }

    /// The concrete models below a module, or all, in the order of their definition.
    pub fn models_below(&self, module: Option<&str>) -> Vec<Value> {
        let model = Base::Ext(sym(MODEL));
        let prefix = module.map(|m| format!("{m}."));
        let mut out = Vec::new();
        for (index, class) in self.classes.iter().enumerate() {
            if !class.mro.contains(&model) || class.dynamic {
                continue;
            }
            if let (Some(module), Some(prefix)) = (module, &prefix)
                && class.module.as_str() != module
                && !class.module.starts_with(prefix)
            {
                continue;
            }
            let is_abstract = match class.own("Meta") {
                Some(Value::Class(meta)) => self.class(meta).own("abstract").and_then(|v| v.as_bool()).unwrap_or(false),
                _ => false,
            };
            if !is_abstract {
                out.push(Value::Class(ClassRef(index as u32)));
            }
        }
        out
    }
}

pub fn new_frame(kind: FrameKind, file: u32, parent: Option<Rc<Frame>>) -> Rc<Frame> {
    Rc::new(Frame { vars: RefCell::default(), parent, file, kind, class: None, this: None, globals: RefCell::default() })
}
