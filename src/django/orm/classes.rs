//! First-party classes by what they are to the framework: views, admins, serializers, forms, managers, querysets. Their heirs, their models,
//! and which models use which manager.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::base::Sym;
use crate::django::inventory::Inventory;
use crate::django::world::{MODEL, World};
use crate::eval::{Base, ClassRef, Flavour, FuncObj, Value};
use crate::facts::{ClassId, ExprKind, Scope};

use super::catalogue::{Catalogue, ModelId};
use super::types::FuncKey;

pub type Roles = u16;
pub const VIEW: Roles = 1;
pub const ADMIN: Roles = 2;
pub const SERIALIZER: Roles = 4;
pub const FORM: Roles = 8;
pub const FORMSET: Roles = 16;
pub const FILTERSET: Roles = 32;
pub const MANAGER: Roles = 64;
pub const QUERYSET: Roles = 128;
pub const MODEL_CLASS: Roles = 256;
pub const FILTER: Roles = 512;
pub const EXPRESSION: Roles = 1024;
/// Of a list of things: a serializer with `many=True`.
pub const LIST: Roles = 2048;

/// Heirs of a class that are asked for what the class itself does not say.
const HEIRS: usize = 64;

/// A method or property as a class has it.
#[derive(Clone, Debug)]
pub enum Member {
    Func(FuncKey, Flavour),
    Value(Value),
}

#[derive(Debug, Default)]
pub struct Classes {
    defs: FxHashMap<(u32, ClassId), ClassRef>,
    heirs: FxHashMap<ClassRef, Vec<ClassRef>>,
    roles: FxHashMap<ClassRef, Roles>,
    /// Models that use a manager or queryset class.
    owners: FxHashMap<ClassRef, Vec<ModelId>>,
    /// The queryset class that a manager class makes.
    querysets: FxHashMap<ClassRef, SmallVec<[ClassRef; 2]>>,
    /// What a registration, a `Meta` or a view says a class is about.
    models: FxHashMap<ClassRef, Vec<ModelId>>,
    members: FxHashMap<(ClassRef, Sym), Option<Member>>,
}

impl Classes {
    pub fn build(world: &mut World, catalogue: &mut Catalogue, found: &Inventory) -> Classes {
        let mut out = Classes::default();
        let mut dotted: FxHashMap<String, ClassRef> = FxHashMap::default();
        for class in world.class_refs() {
            let object = world.interp.class(class);
            if let Some(def) = object.def {
                out.defs.entry((object.file, def)).or_insert(class);
            }
            dotted.entry(object.dotted()).or_insert(class);
            for base in object.mro.iter().skip(1) {
                if let Base::First(base) = base {
                    out.heirs.entry(*base).or_default().push(class);
                }
            }
        }
        for class in world.class_refs() {
            let own = own_roles(world, class);
            out.roles.insert(class, own);
        }
        // A plain mixin is what all or most of its heirs are.
        for class in world.class_refs() {
            if out.roles.get(&class) != Some(&0) {
                continue;
            }
            let heirs: Vec<Roles> = out
                .heirs
                .get(&class)
                .into_iter()
                .flatten()
                .take(HEIRS)
                .filter_map(|h| out.roles.get(h).copied())
                .filter(|r| *r != 0)
                .collect();
            let all = heirs.iter().copied().reduce(|a, b| a & b).unwrap_or(0);
            let any = heirs.iter().copied().reduce(|a, b| a | b).unwrap_or(0) & (VIEW | ADMIN | SERIALIZER | FORM | FORMSET | FILTERSET);
            out.roles.insert(class, all | any);
        }
        out.about(world, catalogue, found, &dotted);
        out.managers(world, catalogue);
        out
    }

    fn about(&mut self, world: &mut World, catalogue: &mut Catalogue, found: &Inventory, dotted: &FxHashMap<String, ClassRef>) {
        let rows = found
            .admin
            .iter()
            .map(|a| (&a.admin, &a.model))
            .chain(found.serializers.iter().map(|s| (&s.qualname, &s.model)))
            .chain(found.forms.iter().map(|f| (&f.qualname, &f.model)))
            .chain(found.views.iter().map(|v| (&v.qualname, &v.queryset_model)));
        for (name, model) in rows {
            if let (Some(class), Some(model)) = (dotted.get(name), model) {
                let id = catalogue.label(world, model);
                let list = self.models.entry(*class).or_default();
                if !list.contains(&id) {
                    list.push(id);
                }
            }
        }
        for class in world.class_refs() {
            if self.models.contains_key(&class) {
                continue;
            }
            let roles = self.roles(class);
            let model = if roles & (ADMIN | FORMSET) != 0 {
                world.interp.find_first_party(class, "model").map(|(v, _)| v)
            } else if roles & FILTERSET != 0 {
                match world.interp.find_first_party(class, "Meta") {
                    Some((Value::Class(meta), _)) => world.interp.find_first_party(meta, "model").map(|(v, _)| v),
                    _ => None,
                }
            } else {
                None
            };
            if let Some(label) = model.and_then(|m| world.model_label(&m, None)) {
                let id = catalogue.label(world, &label);
                self.models.insert(class, vec![id]);
            }
        }
    }

    /// Which models use which manager and queryset class, ancestors of those included.
    fn managers(&mut self, world: &mut World, catalogue: &Catalogue) {
        for class in world.class_refs() {
            if self.roles(class) & MANAGER != 0 {
                let made = made_by(world, class);
                self.querysets.insert(class, made);
            }
        }
        for class in world.class_refs() {
            let Some(id) = catalogue.of_class(class) else { continue };
            let object = world.interp.class(class);
            let values: Vec<Value> = object.frame.vars.borrow().values().filter(|v| world.interp.is_manager(v)).cloned().collect();
            for value in values {
                for used in self.manager_classes(world, &value) {
                    for base in world.interp.class(used).mro.clone() {
                        if let Base::First(base) = base {
                            let list = self.owners.entry(base).or_default();
                            if !list.contains(&catalogue.concrete(id)) {
                                list.push(catalogue.concrete(id));
                            }
                        }
                    }
                }
            }
        }
    }

    /// The first-party classes behind a manager: its own, and that of its querysets.
    pub fn manager_classes(&self, world: &World, value: &Value) -> SmallVec<[ClassRef; 2]> {
        let mut out: SmallVec<[ClassRef; 2]> = SmallVec::new();
        match value {
            Value::Instance(made) => out.push(made.class),
            Value::Call(call) => match &call.callee {
                Value::Attr(parts) => out.extend(class_of(&parts.0)),
                Value::Call(inner) => from_queryset(inner, &mut out),
                _ => {}
            },
            _ => {}
        }
        for at in 0..out.len() {
            if let Some(class) = out.get(at).copied() {
                for base in world.interp.class(class).mro.iter() {
                    if let Base::First(base) = base {
                        out.extend(self.querysets.get(base).into_iter().flatten().copied());
                    }
                }
            }
        }
        out
    }

    pub fn of_def(&self, file: u32, id: ClassId) -> Option<ClassRef> {
        self.defs.get(&(file, id)).copied()
    }

    pub fn roles(&self, class: ClassRef) -> Roles {
        self.roles.get(&class).copied().unwrap_or(0)
    }

    pub fn heirs(&self, class: ClassRef) -> &[ClassRef] {
        self.heirs.get(&class).map_or(&[], |h| h.get(..h.len().min(HEIRS)).unwrap_or(h))
    }

    pub fn owners(&self, class: ClassRef) -> &[ModelId] {
        self.owners.get(&class).map_or(&[], Vec::as_slice)
    }

    pub fn querysets(&self, class: ClassRef) -> &[ClassRef] {
        self.querysets.get(&class).map_or(&[], SmallVec::as_slice)
    }

    /// The models that a class is about, by its own words, its bases' or its heirs'.
    pub fn models(&self, world: &World, class: ClassRef) -> Vec<ModelId> {
        if let Some(own) = self.models.get(&class) {
            return own.clone();
        }
        for base in world.interp.class(class).mro.iter().skip(1) {
            if let Base::First(base) = base
                && let Some(found) = self.models.get(base)
            {
                return found.clone();
            }
        }
        let mut out: Vec<ModelId> = self.heirs(class).iter().filter_map(|h| self.models.get(h)).flatten().copied().collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// What first-party code defines under a name on a class or its bases; functions without their decorators.
    pub fn member(&mut self, world: &mut World, class: ClassRef, name: Sym) -> Option<Member> {
        if let Some(found) = self.members.get(&(class, name)) {
            return found.clone();
        }
        let found = world.interp.find_first_party(class, &name).map(|(value, _)| member(value));
        self.members.insert((class, name), found.clone());
        found
    }

    /// The same behind a class in its linearisation: what `super()` sees.
    pub fn member_behind(&mut self, world: &mut World, class: ClassRef, name: Sym) -> Option<Member> {
        let object = world.interp.class(class);
        object.mro.iter().skip(1).find_map(|base| match base {
            Base::First(base) => world.interp.class(*base).own(&name).map(|v| world.interp.force(v)).map(member),
            Base::Ext(_) => None,
        })
    }
}

fn member(value: Value) -> Member {
    match plain(&value) {
        Some(func) => Member::Func((func.file, func.def), func.flavour.get()),
        None => Member::Value(value),
    }
}

/// The function behind decorators.
pub fn plain(value: &Value) -> Option<std::rc::Rc<FuncObj>> {
    let mut at = value.clone();
    let mut flavour = Flavour::Plain;
    for _ in 0..20 {
        at = match &at {
            Value::Func(func) => {
                if flavour == Flavour::Plain {
                    flavour = func.flavour.get();
                }
                let inner = func.wrapped.borrow().clone();
                match inner {
                    Some(inner @ (Value::Func(_) | Value::Method(_))) => inner,
                    _ => return Some(std::rc::Rc::clone(func)),
                }
            }
            Value::Method(parts) => Value::Func(std::rc::Rc::clone(&parts.1)),
            // `shared_task(f)`, `partial(f)`: what was decorated.
            Value::Call(call) => call.args.iter().find(|a| matches!(a, Value::Func(_))).cloned()?,
            _ => return None,
        };
    }
    None
}

fn class_of(value: &Value) -> Option<ClassRef> {
    match value {
        Value::Class(class) => Some(*class),
        _ => None,
    }
}

/// `Base.from_queryset(QuerySet)`
fn from_queryset(call: &crate::eval::CallObj, out: &mut SmallVec<[ClassRef; 2]>) {
    if let Value::Attr(parts) = &call.callee {
        out.extend(class_of(&parts.0));
    }
    out.extend(call.arg(0, "queryset_class").and_then(class_of));
}

/// The queryset classes that a manager class makes: by `from_queryset`, `_queryset_class`, or a call in its `get_queryset`.
fn made_by(world: &mut World, class: ClassRef) -> SmallVec<[ClassRef; 2]> {
    let mut out = SmallVec::new();
    let object = world.interp.class(class);
    for base in &object.bases {
        if let Value::Call(call) = base {
            from_queryset(call, &mut out);
        }
    }
    out.extend(object.own("_queryset_class").as_ref().and_then(class_of));
    let body = ["get_queryset", "get_query_set"].iter().find_map(|name| object.own(name)).and_then(|v| plain(&v));
    if let Some(func) = body {
        let ast = world.interp.ast(func.file);
        let frame = world.interp.variables(func.file);
        for call in ast.calls.iter().filter(|c| c.scope == Scope::Func(func.def)) {
            let ExprKind::Call(callee, _) = ast.expr(call.expr) else { continue };
            let ExprKind::Name(name) = ast.expr(*callee) else { continue };
            let value = frame.as_ref().and_then(|f| f.vars.borrow().get(name).cloned()).map(|v| world.interp.force(v));
            if let Some(Value::Class(made)) = value
                && own_roles(world, made) & QUERYSET != 0
            {
                out.push(made);
            }
        }
    }
    out
}

fn own_roles(world: &World, class: ClassRef) -> Roles {
    let packages = &world.interp.project.packages;
    let object = world.interp.class(class);
    let mut roles = 0;
    let mut seen: FxHashSet<Sym> = FxHashSet::default();
    for name in object.externals() {
        if name.as_str() == MODEL {
            roles |= MODEL_CLASS;
        }
        if name.ends_with(".from_queryset()") {
            roles |= MANAGER;
        }
        if name.starts_with("django.views.generic.") || name.starts_with("rest_framework.mixins.") {
            roles |= VIEW;
        }
        if name.as_str() == "rest_framework.serializers.ListSerializer" {
            roles |= LIST;
        }
        if !seen.insert(name) {
            continue;
        }
        let Some(facts) = packages.class(name) else { continue };
        roles |= match facts.kind.as_str() {
            "view" => VIEW,
            "admin" => ADMIN,
            "serializer" => SERIALIZER,
            "form" => FORM,
            "formset" => FORMSET,
            "filterset" => FILTERSET,
            "filter_backend" => FILTER,
            "manager" => MANAGER,
            "queryset" => QUERYSET,
            "model" => MODEL_CLASS,
            _ if facts.role.as_deref() == Some("expression") => EXPRESSION,
            _ => 0,
        };
    }
    roles
}
