//! Models as Django's metaclass builds them: own and inherited fields, Meta with its inheritance, managers, overridden methods.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::eval::{Base, ClassObj, ClassRef, Flavour, Value};

use super::fields;
use super::implied::{added, auto_field, external_field, implied};
use super::inventory::{Certainty, Field, Method, MethodKind, Model};
use super::made;
use super::meta::{effective_meta, meta_of};
use super::own_fields;
use super::tables;
use super::world::{MODEL, World};
use crate::project::packages::ExtClass;

/// Framework hooks whose override is behaviour to carry over.
const HOOKS: &[&str] = &[
    "__init__",
    "__str__",
    "clean",
    "clean_fields",
    "delete",
    "from_db",
    "full_clean",
    "get_absolute_url",
    "natural_key",
    "refresh_from_db",
    "save",
    "save_base",
    "validate_constraints",
    "validate_unique",
];

pub fn collect(world: &mut World) -> Vec<Model> {
    let mut out: Vec<Model> = Vec::new();
    for class in world.class_refs() {
        let object = world.interp.class(class);
        if !object.mro.contains(&Base::Ext(sym(MODEL))) {
            continue;
        }
        if let Some(model) = model(world, class, &object) {
            out.push(model);
        }
    }
    out.sort_by(|a, b| (&a.label, &a.place).cmp(&(&b.label, &b.place)));
    made::given(world, &mut out);
    made::translated(world, &mut out);
    // One statement may run several times (a function that makes models): the same class once.
    out.dedup_by(|b, a| a.label == b.label && a.qualname == b.qualname && a.place == b.place);
    // Two definitions under one label (one in each branch of a condition, or a copy that Django never imports): the first that is certain stays,
    // one in the application's own `models` before others.
    let mut seen = BTreeSet::new();
    let own = |model: &Model| {
        let app = world.apps.iter().find(|app| app.label == model.app);
        app.and_then(|app| model.qualname.strip_prefix(app.module.as_str())).is_some_and(|rest| rest.starts_with(".models."))
    };
    out.sort_by_key(|model| (model.certainty, !own(model)));
    out.retain(|m| m.is_abstract || seen.insert(m.label.clone()));
    out.sort_by(|a, b| (&a.label, &a.place).cmp(&(&b.label, &b.place)));
    world.count("models", out.len() as u64);
    out
}

pub fn is_abstract(world: &World, class: ClassRef) -> bool {
    world.interp.own_meta_flag(class, "abstract")
}

fn ext_abstract(world: &World, name: Sym) -> bool {
    let missing =
        |label: &str| !world.open && label.split_once('.').is_some_and(|(app, _)| world.apps.iter().all(|known| known.label != app));
    let abstract_here = |facts: &ExtClass| {
        facts.is_abstract
            || facts.kind == "mixin"
            || facts.kind == "other"
            || (facts.abstract_unless_installed && facts.label.as_deref().is_some_and(missing))
    };
    name.as_str() == MODEL || world.interp.project.packages.class(name).is_none_or(|facts| abstract_here(&facts))
}

fn model(world: &mut World, class: ClassRef, object: &Rc<ClassObj>) -> Option<Model> {
    let label = world.label_of_class(class)?;
    let app = label.split('.').next()?.to_string();
    let (meta, own_meta) = effective_meta(world, object);
    let is_abstract = own_meta && is_abstract(world, class);
    let option = |world: &mut World, name: &str| meta.and_then(|m| world.interp.find_first_party(m, name)).map(|(v, _)| v);
    let own_option = |world: &mut World, name: &str| if own_meta { option(world, name) } else { None };
    let proxy = !is_abstract && option(world, "proxy").and_then(|v| v.as_bool()).unwrap_or(false);
    let managed = option(world, "managed").and_then(|v| v.as_bool()).unwrap_or(true);
    let installed = world.apps.iter().any(|a| a.installed && a.label == app);
    let db_table = match (is_abstract, option(world, "db_table")) {
        (true, _) => None,
        (_, Some(Value::Str(table))) => Some(table.to_string()),
        (_, Some(_)) => None,
        _ if proxy => match proxied(world, object) {
            Some(parent) => table_of(world, parent),
            None => table_outside(world, object),
        },
        _ => Some(tables::of_model(&app, &object.name, tables::longest_name(world))),
    };
    let swappable = own_option(world, "swappable").and_then(|v| v.as_str()).map(|s| s.to_string());
    let swapped = swappable.as_deref().is_some_and(|setting| {
        let value = world.interp.setting(sym(setting), Loc::default());
        value.as_str().is_some_and(|v| !v.eq_ignore_ascii_case(&label))
    });
    let mut mixed_in = Vec::new();
    for base in object.mro.iter().skip(1) {
        if let Base::First(base) = base
            && self::is_abstract(world, *base)
        {
            mixed_in.push(world.interp.class(*base).dotted());
        }
    }
    let (mut fields, open) = fields_of(world, class, object, &label, is_abstract);
    if proxy {
        // A proxy has no column of its own, but what an abstract base brings that needs none.
        fields.retain(|field| field.relation.as_ref().is_some_and(|relation| relation.kind.starts_with("Generic")));
    }
    world.count("fields", fields.len() as u64);
    if let Some(Value::Str(name)) = option(world, "default_related_name") {
        let lower = object.name.to_ascii_lowercase();
        let name = name.replace("%(class)s", &lower).replace("%(model_name)s", &lower).replace("%(app_label)s", &app.to_ascii_lowercase());
        for relation in fields.iter_mut().filter_map(|f| f.relation.as_mut()) {
            if relation.related_name.is_none() && !relation.kind.starts_with("Generic") {
                relation.related_name = Some(name.clone());
            }
        }
    }
    if !is_abstract
        && !proxy
        && option(world, "order_with_respect_to").is_some_and(|v| v.as_str().is_some())
        && !fields.iter().any(|f| f.name == "_order")
    {
        let mut order = implied(world, "_order", "OrderWrt", object, None);
        order.type_qualname = "django.db.models.fields.proxy.OrderWrt".into();
        order.primary_key = Some(false);
        order.unique = Some(false);
        order.blank = Some(false);
        fields.push(order);
    }
    let certainty = if object.guard.is_some() { Certainty::Likely } else { Certainty::Certain };
    Some(Model {
        qualname: object.dotted(),
        app,
        name: object.name.to_string(),
        module: object.module.to_string(),
        place: world.class_place(object),
        installed,
        is_abstract,
        proxy,
        managed,
        db_table,
        bases: object.bases.iter().filter_map(|b| world.dotted(b)).collect(),
        outside: object.mro.iter().filter_map(|b| if let Base::Ext(name) = b { Some(name.to_string()) } else { None }).collect(),
        mixed_in,
        swappable,
        swapped,
        fields,
        managers: managers(world, object),
        meta: meta_of(world, meta, own_meta, &label),
        methods: methods(world, object),
        reads: 0,
        writes: 0,
        dynamic: object.dynamic,
        beside: None,
        certainty,
        open,
        label,
    })
}

fn is_proxy(world: &World, class: ClassRef) -> bool {
    world.interp.own_meta_flag(class, "proxy")
}

/// The concrete parent of a proxy.
fn proxied(world: &mut World, object: &ClassObj) -> Option<ClassRef> {
    let bases: Vec<ClassRef> = object.mro.iter().skip(1).filter_map(|b| if let Base::First(c) = b { Some(*c) } else { None }).collect();
    bases.into_iter().find(|b| !is_abstract(world, *b) && !is_proxy(world, *b) && world.interp.derives(*b, MODEL))
}

fn table_of(world: &mut World, class: ClassRef) -> Option<String> {
    let object = world.interp.class(class);
    let label = world.label_of_class(class)?;
    let (meta, own) = effective_meta(world, &object);
    if own && let Some((Value::Str(table), _)) = meta.and_then(|m| world.interp.find_first_party(m, "db_table")) {
        return Some(table.to_string());
    }
    let app = label.split('.').next()?.to_string();
    Some(tables::of_model(&app, &object.name, tables::longest_name(world)))
}

/// The table of the nearest concrete model of a package among the ancestors, which is no proxy.
fn table_outside(world: &mut World, object: &ClassObj) -> Option<String> {
    let packages = &world.interp.project.packages;
    let facts = object.mro.iter().find_map(|base| match base {
        Base::Ext(name) => {
            packages.class(*name).filter(|facts| facts.kind == "model" && !facts.is_abstract && !facts.proxy && facts.label.is_some())
        }
        Base::First(_) => None,
    })?;
    if facts.db_table.is_some() {
        return facts.db_table.clone();
    }
    let (app, name) = facts.label.as_deref()?.split_once('.')?;
    Some(tables::of_model(app, name, tables::longest_name(world)))
}

/// Names under which an abstract ancestor's field is not inherited.
#[derive(Default)]
struct Hidden {
    /// Bound by the class itself or by a mixin that is no model, or taken by a field that came first.
    names: BTreeSet<Sym>,
    /// Bound by an abstract ancestor to something that is no field: it hides what that class would inherit, not what others bring.
    below: BTreeMap<Sym, ClassRef>,
}

impl Hidden {
    fn hides(&self, world: &World, name: Sym, base: Base) -> bool {
        self.names.contains(&name) || self.below.get(&name).is_some_and(|by| world.interp.class(*by).mro.contains(&base))
    }
}

/// What is not known about a value, or about the class that it is made of.
fn unclear(value: &Value) -> Option<Value> {
    match value {
        Value::Unknown(_) => Some(value.clone()),
        Value::Call(call) => Some(call.callee.clone()).filter(|callee| matches!(callee, Value::Unknown(_))),
        _ => None,
    }
}

/// Whether a class has nothing in this attribute, for certain.
fn is_empty(world: &mut World, class: ClassRef, attribute: &str) -> bool {
    let Some(value) = world.class_value(class, attribute) else {
        let packages = &world.interp.project.packages;
        let object = world.interp.class(class);
        let mut bases = object.mro.iter().filter_map(|base| if let Base::Ext(name) = base { packages.class(*name) } else { None });
        return bases.find_map(|base| base.attrs.get(attribute)?.as_array().map(Vec::is_empty)).unwrap_or(true);
    };
    match world.interp.force(value) {
        Value::Ext(name) => {
            let of = name.rsplit_once('.').and_then(|(class, _)| world.interp.project.packages.class(sym(class)));
            of.and_then(|of| of.attrs.get(attribute)?.as_array().map(Vec::is_empty)).unwrap_or(false)
        }
        value => value.items().is_some_and(|items| items.is_empty()),
    }
}

/// Own fields and those of abstract ancestors, base first; a name that a class sets to something else hides the inherited field.
fn fields_of(world: &mut World, class: ClassRef, object: &Rc<ClassObj>, label: &str, is_abstract: bool) -> (Vec<Field>, bool) {
    let mut out: Vec<Field> = Vec::new();
    let mut hidden = Hidden::default();
    let mut open = false;
    let mut from_concrete: BTreeSet<Sym> = BTreeSet::new();
    let mut parents: Vec<(String, String)> = Vec::new();
    // Fields that have their length from another, by name.
    let mut borrowed: Vec<(String, Sym)> = Vec::new();
    // Ancestors of a concrete parent: their fields are columns of its table, not of this one.
    let mut covered: Vec<Base> = Vec::new();
    for base in object.mro.clone() {
        if covered.contains(&base) {
            if let Base::First(ancestor) = base {
                from_concrete.extend(world.interp.class(ancestor).frame.vars.borrow().keys().copied());
            }
            continue;
        }
        match base {
            Base::First(base) => {
                let parent = world.interp.class(base);
                let own = base == class;
                // A plain mixin has no `_meta`: Django does not look for fields in it.
                if !own && !world.interp.derives(base, MODEL) && !parent.open {
                    hidden.names.extend(parent.frame.vars.borrow().keys().copied());
                    continue;
                }
                let concrete_parent = !own && world.interp.derives(base, MODEL) && !self::is_abstract(world, base);
                let vars: Vec<(Sym, Value)> = parent.frame.vars.borrow().iter().map(|(n, v)| (*n, v.clone())).collect();
                if concrete_parent {
                    covered.extend(parent.mro.iter().copied());
                    from_concrete.extend(vars.iter().map(|(n, _)| *n));
                    if is_parent_link(world, object, Base::First(base)) {
                        let target = world.label_of_class(base).unwrap_or_default();
                        parents.push((parent.name.to_ascii_lowercase(), target));
                    }
                    continue;
                }
                let mut found = Vec::new();
                for (name, value) in vars {
                    if from_concrete.contains(&name) {
                        continue;
                    }
                    let copy = if own { None } else { world.interp.field_copy(class, name) };
                    let value = copy.unwrap_or_else(|| world.interp.force(value));
                    let Some(field) = fields::field_value(world, &value) else {
                        if own {
                            hidden.names.insert(name);
                        } else {
                            hidden.below.entry(name).or_insert(base);
                        }
                        if let Some(value) = unclear(&value) {
                            open = true;
                            // Inherited ones are named where they stand.
                            if own {
                                let at = Loc { file: parent.file, line: parent.line };
                                world.miss("fields", &value, at, &format!("attribute of {label}"));
                            }
                        }
                        continue;
                    };
                    if hidden.hides(world, name, Base::First(base)) {
                        continue;
                    }
                    hidden.names.insert(name);
                    let declared = parent.dotted();
                    let described = field.describe(world, &name, label, &declared);
                    if !is_abstract {
                        own_fields::decides_later(world, &value);
                    }
                    found.extend(added(world, field.ext, &described, label));
                    borrowed.extend(field.taken_from(world, "max_length").map(|from| (described.name.clone(), from)));
                    found.push(described);
                }
                // Ancestors come before: their fields were made first.
                found.append(&mut out);
                out = found;
            }
            Base::Ext(name) => {
                let Some(facts) = world.interp.project.packages.class(name) else { continue };
                if facts.kind != "model" && facts.fields.is_empty() && facts.adds.is_empty() {
                    continue;
                }
                if !ext_abstract(world, name) {
                    covered.extend(world.interp.project.packages.mro(name).iter().skip(1).copied().map(Base::Ext));
                    if let Some(target) = &facts.label
                        && !parents.iter().any(|(_, t)| t == target)
                        && is_parent_link(world, object, Base::Ext(name))
                    {
                        parents.push((crate::base::last_part(&name).to_ascii_lowercase(), target.clone()));
                    }
                    from_concrete.extend(facts.fields.iter().filter_map(|f| f.name.as_deref().map(sym)));
                    continue;
                }
                let mut found = Vec::new();
                for field in &facts.fields {
                    let Some(field_name) = &field.name else { continue };
                    if from_concrete.contains(&sym(field_name)) || hidden.hides(world, sym(field_name), Base::Ext(name)) {
                        continue;
                    }
                    hidden.names.insert(sym(field_name));
                    let described = external_field(world, field, field_name, &name, label);
                    if !is_abstract {
                        // What each model has that has the field; what the abstract one has too stands in its table.
                        let more = added(world, sym(&field.type_name), &described, label);
                        found.extend(more.into_iter().filter(|field| hidden.names.insert(sym(&field.name))));
                    }
                    found.push(described);
                }
                // Columns that the base's metaclass gives every concrete descendant.
                if !is_abstract {
                    for field in &facts.adds {
                        let Some(field_name) = &field.name else { continue };
                        if field.where_filled.as_deref().is_some_and(|attribute| is_empty(world, class, attribute)) {
                            continue;
                        }
                        if !hidden.names.contains(&sym(field_name)) && !from_concrete.contains(&sym(field_name)) {
                            hidden.names.insert(sym(field_name));
                            found.push(external_field(world, field, field_name, &name, label));
                        }
                    }
                }
                found.append(&mut out);
                out = found;
            }
        }
    }
    for (name, from) in borrowed {
        let length = out.iter().find(|field| field.name == from.as_str()).and_then(|field| field.max_length);
        if let Some(field) = out.iter_mut().find(|field| field.name == name) {
            field.max_length = length;
        }
    }
    if !is_abstract {
        // The link to a concrete parent is the key, written or implied.
        let targets: Vec<&String> = parents.iter().map(|(_, t)| t).collect();
        for field in &mut out {
            if let Some(relation) = &field.relation
                && relation.kind == "OneToOneField"
                && relation.to.as_ref().is_some_and(|t| targets.contains(&t))
                && field.name.ends_with("_ptr")
            {
                field.primary_key = Some(true);
                field.unique = Some(true);
            }
        }
        let has_key = out.iter().any(|f| f.primary_key == Some(true));
        let linked: Vec<String> = out
            .iter()
            .filter(|f| f.relation.as_ref().is_some_and(|r| r.kind == "OneToOneField"))
            .filter_map(|f| f.relation.as_ref().and_then(|r| r.to.clone()))
            .collect();
        for (name, target) in parents.iter().rev() {
            if !linked.contains(target) {
                out.insert(0, implied(world, &format!("{name}_ptr"), "OneToOneField", object, Some(target.clone())));
            }
        }
        if parents.is_empty() && !has_key {
            let kind = auto_field(world, object);
            out.insert(0, implied(world, "id", &kind, object, None));
        }
    }
    (out, open)
}

/// Whether a concrete ancestor is reached through abstract classes only.
fn is_parent_link(world: &World, object: &ClassObj, ancestor: Base) -> bool {
    object.bases.iter().any(|b| match b {
        Value::Class(c) if Base::First(*c) == ancestor => true,
        Value::Ext(name) => Base::Ext(*name) == ancestor,
        Value::Class(c) if is_abstract(world, *c) => is_parent_link(world, &world.interp.class(*c), ancestor),
        _ => false,
    })
}

fn managers(world: &mut World, object: &ClassObj) -> Vec<String> {
    let mut out = Vec::new();
    for base in object.mro.iter().rev() {
        let Base::First(base) = base else { continue };
        for (name, value) in world.interp.class(*base).frame.vars.borrow().iter() {
            let manager = world.interp.is_manager(value);
            if manager && !out.contains(&name.to_string()) {
                out.push(name.to_string());
            }
        }
    }
    if out.is_empty() {
        out.push("objects".to_string());
    }
    out
}

fn methods(world: &World, object: &ClassObj) -> Vec<Method> {
    let mut out = Vec::new();
    for (name, value) in object.frame.vars.borrow().iter() {
        let Value::Func(func) = value else { continue };
        let Some(def) = world.interp.func_def(func) else { continue };
        let kind = match func.flavour.get() {
            Flavour::Property | Flavour::Cached => MethodKind::Property,
            Flavour::Class => MethodKind::ClassMethod,
            Flavour::Static => MethodKind::StaticMethod,
            Flavour::Plain if HOOKS.contains(&name.as_str()) => MethodKind::Override,
            Flavour::Plain => MethodKind::Method,
        };
        out.push(Method { name: name.to_string(), kind, line: def.line, complexity: def.complexity });
    }
    out.sort_by_key(|m| m.line);
    out
}
