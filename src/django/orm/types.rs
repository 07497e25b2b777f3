//! What an expression in a function body can be, as far as queries are concerned: a model, an instance, a manager, a queryset, and the few
//! containers and objects through which those travel.

use std::rc::Rc;

use smallvec::SmallVec;

use crate::base::Sym;
use crate::eval::{ClassRef, Value};
use crate::facts::FuncId;

use super::catalogue::ModelId;

/// More alternatives than this are not kept apart.
const SEVERAL: usize = 12;
const KINDS: usize = 3;
/// Containers within containers, and elements of a tuple.
const DEPTH: u32 = 4;
const WIDTH: usize = 12;
const KEYS: usize = 48;

/// Why the model of something is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    #[default]
    Class,
    Several,
    Queryset,
    Package,
    Generic,
}

impl Why {
    pub fn text(self) -> &'static str {
        match self {
            Why::Class => "class whose manager is used is not known",
            Why::Several => "one of several models",
            Why::Queryset => "queryset comes from a caller that is not in view",
            Why::Package => "model of a package that no table describes",
            Why::Generic => "target of a generic relation",
        }
    }
}

/// The model of a class, instance, manager or queryset.
#[derive(Clone, Debug, PartialEq)]
pub struct Who {
    pub id: Option<ModelId>,
    pub sure: bool,
    pub why: Why,
    /// Where it is one of several: which.
    pub several: Option<Rc<Vec<ModelId>>>,
    /// The parameter of the function being read that decides it.
    pub from: Option<u32>,
}

impl Who {
    pub fn of(id: ModelId) -> Who {
        Who { id: Some(id), sure: true, why: Why::Class, several: None, from: None }
    }

    pub fn unknown(why: Why) -> Who {
        Who { id: None, sure: true, why, several: None, from: None }
    }

    pub fn one_of(mut ids: Vec<ModelId>, sure: bool) -> Who {
        ids.sort_unstable();
        ids.dedup();
        match ids.as_slice() {
            [] => Who::unknown(Why::Several),
            [one] => Who { sure, ..Who::of(*one) },
            more => Who { id: None, sure, why: Why::Several, several: (more.len() <= SEVERAL).then(|| Rc::new(ids)), from: None },
        }
    }

    pub fn unsure(self) -> Who {
        Who { sure: false, ..self }
    }

    /// All that it may be; empty where nothing is known.
    pub fn ids(&self) -> SmallVec<[ModelId; 2]> {
        match (&self.id, &self.several) {
            (Some(id), _) => SmallVec::from_slice(&[*id]),
            (None, Some(several)) => SmallVec::from_slice(several),
            (None, None) => SmallVec::new(),
        }
    }

    pub fn is_known(&self) -> bool {
        self.id.is_some() || self.several.is_some()
    }

    pub fn join(&self, other: &Who) -> Who {
        let sure = self.sure && other.sure;
        let from = if self.from == other.from { self.from } else { None };
        if self.id == other.id && self.several == other.several {
            return Who { sure, from, ..self.clone() };
        }
        let joined = match (self.is_known(), other.is_known()) {
            (true, false) => self.clone().unsure(),
            (false, true) => other.clone().unsure(),
            _ => Who::one_of(self.ids().into_iter().chain(other.ids()).collect(), sure),
        };
        Who { from, ..joined }
    }
}

/// How a related manager hangs on its instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Related {
    pub owner: Who,
    /// The table between the two, if there is one.
    pub link: Option<ModelId>,
    /// Whose rows `add`, `remove`, `set` and `clear` write: those of an explicit table between, of the model that declares the field, or of
    /// the other side's foreign key.
    pub rows: Who,
}

/// A manager or queryset: what it is of, and the sites that it continues.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    pub who: Who,
    /// Sites of the function being read; empty where no method was called yet, or where it comes from elsewhere.
    pub sites: SmallVec<[u32; 2]>,
    /// The manager's name where it is not the default one.
    pub manager: Option<Sym>,
    /// First-party manager and queryset classes whose methods it has.
    pub classes: SmallVec<[ClassRef; 2]>,
    pub related: Option<Related>,
    /// Rows instead of instances: `values()` and its like.
    pub rows: bool,
    /// `select_for_update` is in it, also where another function called that.
    pub locked: bool,
    /// Only taken for a queryset, because a method that nothing in view defines returned it.
    pub maybe: bool,
}

impl Chain {
    pub fn new(who: Who) -> Chain {
        Chain {
            who,
            sites: SmallVec::new(),
            manager: None,
            classes: SmallVec::new(),
            related: None,
            rows: false,
            locked: false,
            maybe: false,
        }
    }
}

/// What a database expression (`Q`, `F`, `Count`, …) brings to the query that it is given to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parts {
    pub level: super::methods::Level,
    /// Lookup paths, relative to the model of the query.
    pub paths: Vec<Sym>,
    pub models: Vec<ModelId>,
}

pub type FuncKey = (u32, FuncId);

#[derive(Clone, Debug)]
pub enum Type {
    Unknown,
    None,
    /// The class.
    Model(Who),
    Instance(Who),
    Manager(Rc<Chain>),
    QuerySet(Rc<Chain>),
    /// A method that was not called yet, and the line of its name.
    Bound(Rc<(Type, Sym, u32)>),
    /// A relation's descriptor on the class.
    Field(ModelId, Sym),
    Many(Rc<Type>),
    Map(Rc<Type>),
    Tuple(Rc<[Type]>),
    /// An instance of a first-party class that is no model.
    Object(ClassRef),
    /// `super()` in a method of this class.
    Super(ClassRef),
    /// A form, serializer or form set without a class of its own in view; whether it stands for many.
    Writer(Who, bool),
    Request,
    Parts(Rc<Parts>),
    /// A dictionary with known keys: keywords on their way, a template's context, lookups.
    Record(Rc<Vec<(Sym, Type)>>),
    /// A parameter of which nothing else is known.
    Param(u32),
    Text(Sym),
    /// A function inside a function.
    Func(FuncKey),
    Builtin(Sym),
    Value(Value),
    Alt(Rc<[Type]>),
}

impl Type {
    pub fn queryset(who: Who) -> Type {
        Type::QuerySet(Rc::new(Chain::new(who)))
    }

    pub fn many(of: Type) -> Type {
        if of.depth() < DEPTH { Type::Many(Rc::new(of)) } else { Type::Unknown }
    }

    pub fn map(of: Type) -> Type {
        if of.depth() < DEPTH { Type::Map(Rc::new(of)) } else { Type::Unknown }
    }

    pub fn tuple(parts: Vec<Type>) -> Type {
        if parts.len() <= WIDTH && parts.iter().all(|p| p.depth() < DEPTH) { Type::Tuple(parts.into()) } else { Type::Unknown }
    }

    pub fn record(parts: Vec<(Sym, Type)>) -> Type {
        if parts.len() <= KEYS && parts.iter().all(|(_, p)| p.depth() < DEPTH) { Type::Record(Rc::new(parts)) } else { Type::Unknown }
    }

    /// Containers within containers; bounded, or `x = [x]` in a loop would build a tower.
    fn depth(&self) -> u32 {
        match self {
            Type::Many(inner) | Type::Map(inner) => 1 + inner.depth(),
            Type::Record(parts) => 1 + parts.iter().map(|(_, p)| p.depth()).max().unwrap_or(0),
            Type::Tuple(parts) | Type::Alt(parts) => 1 + parts.iter().map(Type::depth).max().unwrap_or(0),
            _ => 0,
        }
    }

    /// A manager as the queryset that it stands for.
    pub fn into_queryset(self) -> Type {
        match self {
            Type::Manager(chain) => Type::QuerySet(chain),
            other => other,
        }
    }

    pub fn is_unknown(&self) -> bool {
        matches!(self, Type::Unknown | Type::None | Type::Param(_))
    }

    /// Whether it is worth following across functions.
    pub fn carries(&self) -> bool {
        match self {
            Type::Model(_) | Type::Instance(_) | Type::Manager(_) | Type::QuerySet(_) | Type::Object(_) | Type::Writer(..) => true,
            Type::Value(Value::Class(_)) => true,
            Type::Many(inner) | Type::Map(inner) => inner.carries(),
            Type::Tuple(parts) => parts.iter().any(Type::carries),
            Type::Record(parts) => parts.iter().any(|(key, part)| part.carries() || key.contains("__")),
            Type::Alt(options) => options.iter().any(Type::carries),
            _ => false,
        }
    }

    /// The type as another function sees it: without the sites and parameters of the one it comes from.
    pub fn detached(&self) -> Type {
        self.outside(false)
    }

    /// The same for what a function returns: which parameter decides it stays.
    pub fn returned(&self) -> Type {
        self.outside(true)
    }

    fn outside(&self, params: bool) -> Type {
        let own = |who: &Who| if params || who.from.is_none() { who.clone() } else { Who { from: None, ..who.clone() } };
        let cut = |chain: &Rc<Chain>| {
            if chain.sites.is_empty() && (params || chain.who.from.is_none()) {
                return Rc::clone(chain);
            }
            Rc::new(Chain { sites: SmallVec::new(), who: own(&chain.who), ..(**chain).clone() })
        };
        match self {
            Type::Model(who) => Type::Model(own(who)),
            Type::Instance(who) => Type::Instance(own(who)),
            Type::Param(_) if !params => Type::Unknown,
            Type::Manager(chain) => Type::Manager(cut(chain)),
            Type::QuerySet(chain) => Type::QuerySet(cut(chain)),
            Type::Bound(parts) => Type::Bound(Rc::new((parts.0.outside(params), parts.1, parts.2))),
            Type::Many(inner) => Type::many(inner.outside(params)),
            Type::Map(inner) => Type::map(inner.outside(params)),
            Type::Tuple(parts) => Type::Tuple(parts.iter().map(|p| p.outside(params)).collect()),
            Type::Record(parts) => Type::record(parts.iter().map(|(key, p)| (*key, p.outside(params))).collect()),
            Type::Alt(options) => Type::Alt(options.iter().map(|o| o.outside(params)).collect()),
            other => other.clone(),
        }
    }

    /// The same, not certain.
    pub fn unsure(&self) -> Type {
        let doubt = |chain: &Rc<Chain>| {
            if chain.who.sure { Rc::new(Chain { who: chain.who.clone().unsure(), ..(**chain).clone() }) } else { Rc::clone(chain) }
        };
        match self {
            Type::Model(who) => Type::Model(who.clone().unsure()),
            Type::Instance(who) => Type::Instance(who.clone().unsure()),
            Type::Writer(who, many) => Type::Writer(who.clone().unsure(), *many),
            Type::Manager(chain) => Type::Manager(doubt(chain)),
            Type::QuerySet(chain) => Type::QuerySet(doubt(chain)),
            Type::Many(inner) => Type::many(inner.unsure()),
            Type::Map(inner) => Type::map(inner.unsure()),
            Type::Tuple(parts) => Type::Tuple(parts.iter().map(Type::unsure).collect()),
            Type::Record(parts) => Type::record(parts.iter().map(|(key, p)| (*key, p.unsure())).collect()),
            Type::Alt(options) => Type::Alt(options.iter().map(Type::unsure).collect()),
            other => other.clone(),
        }
    }

    pub fn same(&self, other: &Type) -> bool {
        match (self, other) {
            (Type::Unknown, Type::Unknown) | (Type::None, Type::None) | (Type::Request, Type::Request) => true,
            (Type::Model(a), Type::Model(b)) | (Type::Instance(a), Type::Instance(b)) => a == b,
            (Type::Manager(a), Type::Manager(b)) | (Type::QuerySet(a), Type::QuerySet(b)) => Rc::ptr_eq(a, b) || a == b,
            (Type::Bound(a), Type::Bound(b)) => a.1 == b.1 && a.0.same(&b.0),
            (Type::Field(a, x), Type::Field(b, y)) => a == b && x == y,
            (Type::Many(a), Type::Many(b)) | (Type::Map(a), Type::Map(b)) => a.same(b),
            (Type::Tuple(a), Type::Tuple(b)) | (Type::Alt(a), Type::Alt(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.same(b))
            }
            (Type::Object(a), Type::Object(b)) | (Type::Super(a), Type::Super(b)) => a == b,
            (Type::Writer(a, x), Type::Writer(b, y)) => a == b && x == y,
            (Type::Parts(a), Type::Parts(b)) => a == b,
            (Type::Param(a), Type::Param(b)) => a == b,
            (Type::Record(a), Type::Record(b)) => {
                Rc::ptr_eq(a, b) || (a.len() == b.len() && a.iter().zip(b.iter()).all(|((x, a), (y, b))| x == y && a.same(b)))
            }
            (Type::Text(a), Type::Text(b)) | (Type::Builtin(a), Type::Builtin(b)) => a == b,
            (Type::Func(a), Type::Func(b)) => a == b,
            (Type::Value(a), Type::Value(b)) => a.same(b),
            _ => false,
        }
    }

    /// One or the other, as a condition decides.
    pub fn join(self, other: Type) -> Type {
        if self.same(&other) {
            return self;
        }
        match (&self, &other) {
            (Type::Unknown | Type::Param(_), Type::Unknown | Type::Param(_)) => Type::Unknown,
            (Type::None, _) => other,
            (_, Type::None) => self,
            // What is not known on one side leaves the other side likely.
            (Type::Unknown | Type::Param(_), _) => other.unsure(),
            (_, Type::Unknown | Type::Param(_)) => self.unsure(),
            (Type::Record(a), Type::Record(b)) => {
                let mut parts = (**a).clone();
                for (key, found) in b.iter() {
                    match parts.iter_mut().find(|(k, _)| k == key) {
                        Some((_, slot)) => *slot = slot.clone().join(found.clone()),
                        None => parts.push((*key, found.clone())),
                    }
                }
                Type::record(parts)
            }
            (Type::Model(a), Type::Model(b)) => Type::Model(a.join(b)),
            (Type::Instance(a), Type::Instance(b)) => Type::Instance(a.join(b)),
            (Type::Writer(a, x), Type::Writer(b, y)) => Type::Writer(a.join(b), *x || *y),
            (Type::Manager(a), Type::Manager(b)) => Type::Manager(Rc::new(joined(a, b))),
            (Type::QuerySet(a), Type::QuerySet(b)) => Type::QuerySet(Rc::new(joined(a, b))),
            (Type::Manager(a), Type::QuerySet(b)) | (Type::QuerySet(a), Type::Manager(b)) => Type::QuerySet(Rc::new(joined(a, b))),
            (Type::Many(a), Type::Many(b)) => Type::many((**a).clone().join((**b).clone())),
            (Type::Map(a), Type::Map(b)) => Type::map((**a).clone().join((**b).clone())),
            (Type::Parts(a), Type::Parts(b)) => Type::Parts(Rc::new(both(a, b))),
            (Type::Tuple(a), Type::Tuple(b)) if a.len() == b.len() => {
                Type::Tuple(a.iter().zip(b.iter()).map(|(a, b)| a.clone().join(b.clone())).collect())
            }
            _ => {
                let mut options: Vec<Type> = Vec::new();
                for side in [&self, &other] {
                    match side {
                        Type::Alt(inner) => options.extend(inner.iter().cloned()),
                        one => options.push((*one).clone()),
                    }
                }
                let mut kept: Vec<Type> = Vec::new();
                for option in options.into_iter().filter(|o| o.carries() || matches!(o, Type::Value(_) | Type::Func(_))) {
                    match kept.iter_mut().find(|k| k.is_kind_of(&option)) {
                        Some(slot) => *slot = slot.clone().join(option),
                        None => kept.push(option),
                    }
                }
                match kept.len() {
                    0 => Type::Unknown,
                    1 => kept.pop().map_or(Type::Unknown, |t| t.unsure()),
                    n if n <= KINDS => Type::Alt(kept.into()),
                    _ => Type::Unknown,
                }
            }
        }
    }

    fn is_kind_of(&self, other: &Type) -> bool {
        self.same(other)
            || matches!(
                (self, other),
                (Type::Model(_), Type::Model(_))
                    | (Type::Instance(_), Type::Instance(_))
                    | (Type::Manager(_) | Type::QuerySet(_), Type::Manager(_) | Type::QuerySet(_))
                    | (Type::Many(_), Type::Many(_))
                    | (Type::Map(_), Type::Map(_))
            )
    }

    /// What a loop over it gives.
    pub fn element(&self) -> Type {
        match self {
            Type::QuerySet(chain) | Type::Manager(chain) if !chain.rows => Type::Instance(chain.who.clone()),
            Type::Many(inner) => (**inner).clone(),
            Type::Tuple(parts) => parts.iter().cloned().reduce(Type::join).unwrap_or(Type::Unknown),
            Type::Alt(options) => options.iter().map(Type::element).filter(|t| !t.is_unknown()).reduce(Type::join).unwrap_or(Type::Unknown),
            _ => Type::Unknown,
        }
    }
}

fn joined(a: &Chain, b: &Chain) -> Chain {
    let mut sites = a.sites.clone();
    sites.extend(b.sites.iter().copied().filter(|s| !a.sites.contains(s)));
    let mut classes = a.classes.clone();
    classes.extend(b.classes.iter().copied().filter(|c| !a.classes.contains(c)));
    Chain {
        who: a.who.join(&b.who),
        sites,
        manager: if a.manager == b.manager { a.manager } else { None },
        classes,
        related: if a.related == b.related { a.related.clone() } else { None },
        rows: a.rows && b.rows,
        locked: a.locked || b.locked,
        maybe: a.maybe && b.maybe,
    }
}

pub fn both(a: &Parts, b: &Parts) -> Parts {
    let mut out = a.clone();
    out.level = out.level.max(b.level);
    out.paths.extend(b.paths.iter().copied().filter(|p| !a.paths.contains(p)));
    out.models.extend(b.models.iter().copied().filter(|m| !a.models.contains(m)));
    out
}
