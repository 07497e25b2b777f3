//! What an expression can be worth when nothing is run: values, the objects behind them, and the reasons for not knowing.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::base::{Loc, Sym};
use crate::facts::FuncId;

pub use super::vars::Vars;

/// Stands for an unknown part of a text.
pub const HOLE: char = '\u{fffc}';

/// Comparisons of elements within one of values.
const COMPARISONS: u32 = 10_000;
thread_local! {
    /// Comparisons that nobody has paid for yet.
    static COMPARED: Cell<u64> = const { Cell::new(0) };
}

/// How many comparisons there were since the last time.
pub fn compared() -> u64 {
    COMPARED.replace(0)
}

/// Parts of one key.
const KEY_PARTS: u32 = 10_000;

/// Why a value is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhyCode {
    /// A name that nothing in view binds.
    UndefinedName,
    /// An attribute that no class in view defines.
    UndefinedAttribute,
    /// What an external function returns.
    ExternalResult,
    /// A variable of the environment without a default.
    Environment,
    /// A construct outside the closed list of idioms.
    NotModelled,
    /// Work, depth or size ran out.
    Budget,
    /// A name that is still being computed when it is needed.
    Cycle,
    /// A key or index that a known container does not have.
    MissingKey,
    /// A parameter of a function that nobody calls in view.
    Parameter,
    /// A module of the repository that does not exist.
    MissingModule,
}

impl WhyCode {
    pub fn text(self) -> &'static str {
        match self {
            WhyCode::UndefinedName => "name is not defined in view",
            WhyCode::UndefinedAttribute => "attribute is not defined in view",
            WhyCode::ExternalResult => "result of code outside the repository",
            WhyCode::Environment => "comes from the environment",
            WhyCode::NotModelled => "construct is outside the evaluator's list",
            WhyCode::Budget => "evaluation budget exhausted",
            WhyCode::Cycle => "depends on itself",
            WhyCode::MissingKey => "key is missing",
            WhyCode::Parameter => "parameter of a function that nothing in view calls",
            WhyCode::MissingModule => "module does not exist in the repository",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Why {
    pub code: WhyCode,
    pub at: Loc,
    pub what: Sym,
}

/// A value; containers and objects are shared, as in Python.
#[derive(Clone, Debug)]
pub enum Value {
    Unknown(Why),
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(Sym),
    /// Text with holes: each part that is not known is one [`HOLE`].
    Text(Sym),
    Tuple(Rc<[Value]>),
    List(Rc<RefCell<Vec<Value>>>),
    Set(Rc<RefCell<Vec<Value>>>),
    Dict(Rc<DictObj>),
    /// A module of the repository, by file.
    Module(u32),
    /// A package of the repository without `__init__.py`, or anything that is only a dotted prefix.
    Namespace(Sym),
    Class(ClassRef),
    Func(Rc<FuncObj>),
    Method(Rc<(Value, Rc<FuncObj>)>),
    Instance(Rc<InstObj>),
    /// Something defined outside the repository, by canonical dotted name.
    Ext(Sym),
    /// What a call of something external returns; what is done to it is recorded on it.
    Call(Rc<CallObj>),
    /// An attribute of an opaque object.
    Attr(Rc<(Value, Sym)>),
    /// `super()` seen from a class, with the instance or class it is bound to.
    Super(Rc<(ClassRef, Value)>),
    /// One of several, as conditions that are not known decide.
    Alt(Rc<[Value]>),
    /// A name of a module that is still being executed.
    Lazy(u32, Sym),
    /// In a list: all elements of something that is not known element by element.
    Spread(Rc<Value>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClassRef(pub u32);

/// Keys of dictionaries, hashable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    Str(Sym),
    Int(i64),
    None,
    Bool(bool),
    Class(ClassRef),
    Ext(Sym),
    Tuple(Vec<Key>),
    /// An object, by address.
    Object(usize),
}

#[derive(Debug, Default)]
pub struct DictObj {
    pub items: RefCell<IndexMap<Key, (Value, Value), FxBuildHasher>>,
    /// Set when something unknown was merged in: a missing key proves nothing then.
    pub open: std::cell::Cell<bool>,
    /// The factory of a `defaultdict`.
    pub default: RefCell<Option<Value>>,
}

/// The variables of a module, class body or call, and what encloses them.
#[derive(Debug)]
pub struct Frame {
    pub vars: RefCell<Vars>,
    pub parent: Option<Rc<Frame>>,
    pub file: u32,
    pub kind: FrameKind,
    /// The class whose method runs here, for `super()`.
    pub class: Option<ClassRef>,
    pub this: Option<Value>,
    pub globals: RefCell<Vec<Sym>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameKind {
    Module,
    Class,
    Func,
}

#[derive(Debug)]
pub struct FuncObj {
    pub file: u32,
    pub def: FuncId,
    pub closure: Rc<Frame>,
    /// The class in whose body it was defined.
    pub class: std::cell::Cell<Option<ClassRef>>,
    /// External decorators, outermost last, as applied.
    pub decorators: RefCell<Vec<Value>>,
    /// What `functools.wraps`, or the closure of a first-party decorator, says it wraps.
    pub wrapped: RefCell<Option<Value>>,
    pub flavour: std::cell::Cell<Flavour>,
    pub defaults: Vec<Option<Value>>,
    pub attrs: RefCell<Vars>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    Plain,
    Static,
    Class,
    Property,
    /// A property whose value is kept on the instance.
    Cached,
}

impl Flavour {
    pub fn is_property(self) -> bool {
        matches!(self, Flavour::Property | Flavour::Cached)
    }
}

/// A call of something external: where, with what, and what happened to the result.
#[derive(Clone, Debug)]
pub struct CallObj {
    pub id: u32,
    pub callee: Value,
    pub args: Vec<Value>,
    pub kwargs: Vec<(Sym, Value)>,
    /// `*args` or `**kwargs` of unknown content were passed.
    pub open: bool,
    pub loc: Loc,
    pub guard: Option<u32>,
    /// Methods called on the result, in order.
    pub events: RefCell<Vec<Rc<CallObj>>>,
    pub attrs: RefCell<Vars>,
}

/// An instance of a first-party class.
#[derive(Debug)]
pub struct InstObj {
    pub id: u32,
    pub class: ClassRef,
    pub attrs: RefCell<Vars>,
    /// The arguments as written at the call.
    pub args: Vec<Value>,
    pub kwargs: Vec<(Sym, Value)>,
    /// The arguments with which an external base's `__init__` was reached.
    pub base_init: RefCell<Option<Rc<CallObj>>>,
    pub events: RefCell<Vec<Rc<CallObj>>>,
    pub loc: Loc,
    pub guard: Option<u32>,
}

impl InstObj {
    /// The items of a first-party subclass of `dict`.
    pub fn mapping(&self) -> Option<Value> {
        self.attrs.borrow().get(&crate::base::sym("__items__")).cloned()
    }
}

impl Value {
    /// What a call gives that no line of the project makes. It does not stand in the record of calls.
    pub fn made_call(callee: Value, args: Vec<Value>, kwargs: Vec<(Sym, Value)>, open: bool, loc: Loc) -> Value {
        let (events, attrs) = (RefCell::default(), RefCell::default());
        Value::Call(Rc::new(CallObj { id: u32::MAX, callee, args, kwargs, open, loc, guard: None, events, attrs }))
    }

    /// An argument of the call that made it: by name, or at this position. Of an instance, as the constructor of its external base got it.
    pub fn argument(&self, position: Option<usize>, name: &str) -> Option<Value> {
        let pick = |args: &[Value], kwargs: &[(Sym, Value)]| {
            let given = kwargs.iter().find(|(key, _)| key.as_str() == name).map(|(_, value)| value);
            given.or_else(|| args.get(position?)).cloned()
        };
        match self {
            Value::Call(call) => pick(&call.args, &call.kwargs),
            Value::Instance(made) => match made.base_init.borrow().as_ref() {
                Some(init) => pick(&init.args, &init.kwargs),
                None => pick(&made.args, &made.kwargs),
            },
            Value::Alt(options) => options.iter().find_map(|option| option.argument(position, name)),
            _ => None,
        }
    }

    /// The same of a value that is such an instance.
    pub fn mapping(&self) -> Option<Value> {
        match self {
            Value::Instance(instance) => instance.mapping(),
            _ => None,
        }
    }

    pub fn as_str(&self) -> Option<Sym> {
        match self {
            Value::Str(s) => Some(*s),
            _ => None,
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(n) => Some(*n),
            Value::Bool(b) => Some(i64::from(*b)),
            _ => None,
        }
    }

    pub fn is_unknown(&self) -> bool {
        matches!(self, Value::Unknown(_))
    }

    pub fn list(items: Vec<Value>) -> Value {
        Value::List(Rc::new(RefCell::new(items)))
    }

    pub fn tuple(items: Vec<Value>) -> Value {
        Value::Tuple(items.into())
    }

    /// The elements of a list, tuple or set.
    pub fn items(&self) -> Option<Vec<Value>> {
        match self {
            Value::List(list) | Value::Set(list) => Some(list.borrow().clone()),
            Value::Tuple(items) => Some(items.to_vec()),
            _ => None,
        }
    }

    /// The alternatives of a value, or the value itself.
    pub fn options(&self) -> Vec<Value> {
        match self {
            Value::Alt(options) => options.to_vec(),
            other => vec![other.clone()],
        }
    }

    /// Whether two values are the same object or equal constants. Lists can hold themselves or one another many times over: what takes too
    /// long to compare is taken for different.
    pub fn same(&self, other: &Value) -> bool {
        let mut left = COMPARISONS;
        let same = self.same_within(other, &mut left);
        // The first is part of whatever asks.
        COMPARED.set(COMPARED.get() + u64::from(COMPARISONS - left - 1));
        same
    }

    fn same_within(&self, other: &Value, left: &mut u32) -> bool {
        *left = left.saturating_sub(1);
        if *left == 0 {
            return false;
        }
        match (self, other) {
            (Value::None, Value::None) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a == b,
            (Value::Int(a), Value::Float(b)) | (Value::Float(b), Value::Int(a)) => *a as f64 == *b,
            (Value::Bool(a), Value::Int(b)) | (Value::Int(b), Value::Bool(a)) => i64::from(*a) == *b,
            (Value::Str(a), Value::Str(b)) | (Value::Ext(a), Value::Ext(b)) | (Value::Namespace(a), Value::Namespace(b)) => a == b,
            (Value::Class(a), Value::Class(b)) => a == b,
            (Value::Module(a), Value::Module(b)) => a == b,
            (Value::Func(a), Value::Func(b)) => Rc::ptr_eq(a, b),
            (Value::List(a), Value::List(b)) | (Value::Set(a), Value::Set(b)) => {
                // One that is being changed right now is compared with its own elements: it is none of them.
                Rc::ptr_eq(a, b) || a.try_borrow().is_ok_and(|a| b.try_borrow().is_ok_and(|b| same_all(&a, &b, left)))
            }
            (Value::Tuple(a), Value::Tuple(b)) => Rc::ptr_eq(a, b) || same_all(a, b, left),
            (Value::Dict(a), Value::Dict(b)) => Rc::ptr_eq(a, b),
            (Value::Instance(a), Value::Instance(b)) => Rc::ptr_eq(a, b),
            (Value::Call(a), Value::Call(b)) => Rc::ptr_eq(a, b),
            (Value::Method(a), Value::Method(b)) => Rc::ptr_eq(&a.1, &b.1) && a.0.same_within(&b.0, left),
            (Value::Attr(a), Value::Attr(b)) => Rc::ptr_eq(a, b) || a.1 == b.1 && a.0.same_within(&b.0, left),
            _ => false,
        }
    }

    /// Whether `same` answering no is a fact, not a lack of knowledge.
    pub fn is_constant(&self) -> bool {
        matches!(
            self,
            Value::None
                | Value::Bool(_)
                | Value::Int(_)
                | Value::Float(_)
                | Value::Str(_)
                | Value::Tuple(_)
                | Value::List(_)
                | Value::Set(_)
                | Value::Dict(_)
                | Value::Class(_)
                | Value::Func(_)
                | Value::Instance(_)
                | Value::Module(_)
        )
    }

    /// The value as a key; none for what cannot be one, or is a tuple of tuples without end.
    pub fn key(&self) -> Option<Key> {
        let mut left = KEY_PARTS;
        self.key_within(&mut left)
    }

    fn key_within(&self, left: &mut u32) -> Option<Key> {
        *left = left.checked_sub(1)?;
        Some(match self {
            Value::Str(s) => Key::Str(*s),
            Value::Int(n) => Key::Int(*n),
            Value::None => Key::None,
            Value::Bool(b) => Key::Bool(*b),
            Value::Class(c) => Key::Class(*c),
            Value::Ext(e) => Key::Ext(*e),
            Value::Tuple(items) => Key::Tuple(items.iter().map(|item| item.key_within(left)).collect::<Option<_>>()?),
            Value::Func(f) => Key::Object(Rc::as_ptr(f) as usize),
            Value::Instance(i) => Key::Object(Rc::as_ptr(i) as usize),
            Value::Call(c) => Key::Object(Rc::as_ptr(c) as usize),
            Value::Attr(a) => match a.0.key_within(left)? {
                object @ (Key::Class(_) | Key::Ext(_) | Key::Object(_)) => Key::Tuple(vec![object, Key::Str(a.1)]),
                _ => return None,
            },
            _ => return None,
        })
    }
}

fn same_all(a: &[Value], b: &[Value], left: &mut u32) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same_within(b, left))
}

/// How many wrappers are looked behind.
const WRAPPERS: usize = 24;

impl FuncObj {
    /// The function behind the wrappers of decorators.
    pub fn innermost(self: &Rc<Self>) -> Rc<FuncObj> {
        let mut at = Rc::clone(self);
        for _ in 0..WRAPPERS {
            let inner = at.wrapped.borrow().clone();
            match inner {
                Some(Value::Func(inner)) => at = inner,
                _ => break,
            }
        }
        at
    }
}

impl CallObj {
    pub fn kwarg(&self, name: &str) -> Option<&Value> {
        self.kwargs.iter().find(|(key, _)| key.as_str() == name).map(|(_, value)| value)
    }

    /// The argument with this name, or at this position.
    pub fn arg(&self, position: usize, name: &str) -> Option<&Value> {
        self.kwarg(name).or_else(|| self.args.get(position))
    }

    /// The dotted name of the external callee.
    pub fn ext(&self) -> Option<Sym> {
        match &self.callee {
            Value::Ext(name) => Some(*name),
            _ => None,
        }
    }
}

impl DictObj {
    pub fn get(&self, key: &str) -> Option<Value> {
        self.items.borrow().get(&Key::Str(crate::base::sym(key))).map(|(_, value)| value.clone())
    }

    pub fn insert(&self, key: Value, value: Value) {
        match key.key() {
            Some(k) => {
                self.items.borrow_mut().insert(k, (key, value));
            }
            None => self.open.set(true),
        }
    }
}
