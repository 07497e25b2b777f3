//! Models as Django's metaclass builds them: own and inherited fields, Meta with its inheritance, managers, overridden methods.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::eval::{Base, ClassObj, ClassRef, Flavour, Value};

use super::fields::{self, FieldValue};
use super::inventory::{Certainty, DefaultKind, Field, Meta, MetaItem, Method, MethodKind, Model, Relation};
use super::tables;
use super::world::{MODEL, World};

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
    // One statement may run several times (a function that makes models): the same class once.
    out.dedup_by(|b, a| a.label == b.label && a.qualname == b.qualname && a.place == b.place);
    // Two definitions under one label (one in each branch of a condition): the first that is certain stays.
    let mut seen = BTreeSet::new();
    out.sort_by_key(|m| m.certainty);
    out.retain(|m| m.is_abstract || seen.insert(m.label.clone()));
    out.sort_by(|a, b| (&a.label, &a.place).cmp(&(&b.label, &b.place)));
    world.count("models", out.len() as u64);
    out
}

/// The Meta that applies: the class's own, else the nearest abstract ancestor's.
pub fn effective_meta(world: &mut World, object: &ClassObj) -> (Option<ClassRef>, bool) {
    if let Some(Value::Class(meta)) = object.own("Meta") {
        return (Some(meta), true);
    }
    for base in object.mro.iter().skip(1) {
        // An abstract model of a package has a Meta of its own, which is not known here.
        if let Base::Ext(name) = base
            && world.interp.project.packages.class(*name).is_some_and(|facts| facts.kind == "model" && facts.is_abstract)
        {
            return (None, false);
        }
        // A concrete class does not keep its Meta: behind it the abstract one shows again.
        if let Base::First(base) = base
            && let Some(Value::Class(meta)) = world.interp.class(*base).own("Meta")
            && is_abstract(world, *base)
        {
            return (Some(meta), false);
        }
    }
    (None, false)
}

pub fn is_abstract(world: &World, class: ClassRef) -> bool {
    match world.interp.class(class).own("Meta") {
        Some(Value::Class(meta)) => world.interp.class(meta).own("abstract").and_then(|v| v.as_bool()).unwrap_or(false),
        _ => false,
    }
}

fn ext_abstract(world: &World, name: Sym) -> bool {
    name.as_str() == MODEL
        || world.interp.project.packages.class(name).is_none_or(|c| c.is_abstract || c.kind == "mixin" || c.kind == "other")
}

fn model(world: &mut World, class: ClassRef, object: &Rc<ClassObj>) -> Option<Model> {
    let label = world.label_of_class(class)?;
    let app = label.split('.').next()?.to_string();
    let (meta, own_meta) = effective_meta(world, object);
    let is_abstract = own_meta && is_abstract(world, class);
    let option = |world: &mut World, name: &str| meta.and_then(|m| world.interp.find_first_party(m, name)).map(|(v, _)| v);
    let own_option = |world: &mut World, name: &str| if own_meta { option(world, name) } else { None };
    let proxy = own_option(world, "proxy").and_then(|v| v.as_bool()).unwrap_or(false);
    let managed = option(world, "managed").and_then(|v| v.as_bool()).unwrap_or(true);
    let installed = world.apps.iter().any(|a| a.installed && a.label == app);
    let db_table = match (is_abstract, option(world, "db_table")) {
        (true, _) => None,
        (_, Some(Value::Str(table))) => Some(table.to_string()),
        (_, Some(_)) => None,
        _ if proxy => proxied(world, object).and_then(|parent| table_of(world, parent)),
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
    let (mut fields, open) = if proxy { (Vec::new(), false) } else { fields_of(world, class, object, &label, is_abstract) };
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
        certainty,
        open,
        label,
    })
}

fn is_proxy(world: &World, class: ClassRef) -> bool {
    match world.interp.class(class).own("Meta") {
        Some(Value::Class(meta)) => world.interp.class(meta).own("proxy").and_then(|v| v.as_bool()).unwrap_or(false),
        _ => false,
    }
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

/// Own fields and those of abstract ancestors, base first; a name that a class sets to something else hides the inherited field.
fn fields_of(world: &mut World, class: ClassRef, object: &Rc<ClassObj>, label: &str, is_abstract: bool) -> (Vec<Field>, bool) {
    let mut out: Vec<Field> = Vec::new();
    let mut hidden = Hidden::default();
    let mut open = false;
    let mut from_concrete: BTreeSet<Sym> = BTreeSet::new();
    let mut parents: Vec<(String, String)> = Vec::new();
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
                    if object.bases.iter().any(|b| matches!(b, Value::Class(c) if *c == base)) || is_parent_link(world, object, base) {
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
                    let value = world.interp.force(value);
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
                    found.extend(added(world, &field, &described, label));
                    found.push(described);
                }
                // Ancestors come before: their fields were made first.
                found.append(&mut out);
                out = found;
            }
            Base::Ext(name) => {
                let Some(facts) = world.interp.project.packages.class(name) else { continue };
                if facts.kind != "model" && facts.fields.is_empty() {
                    continue;
                }
                if !ext_abstract(world, name) {
                    covered.extend(world.interp.project.packages.mro(name).iter().skip(1).copied().map(Base::Ext));
                    if let Some(target) = &facts.label
                        && !parents.iter().any(|(_, t)| t == target)
                        && object.bases.iter().any(|b| matches!(b, Value::Ext(e) if *e == name))
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
                    found.push(external_field(world, field, field_name, &name, label));
                }
                // Columns that the base's metaclass gives every concrete descendant.
                if !is_abstract {
                    for field in &facts.adds {
                        let Some(field_name) = &field.name else { continue };
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
    world.count("fields", out.len() as u64);
    (out, open)
}

/// Whether a concrete ancestor is reached through abstract classes only.
fn is_parent_link(world: &World, object: &ClassObj, ancestor: ClassRef) -> bool {
    object.bases.iter().any(|b| match b {
        Value::Class(c) if *c == ancestor => true,
        Value::Class(c) if is_abstract(world, *c) => is_parent_link(world, &world.interp.class(*c), ancestor),
        _ => false,
    })
}

/// `id` by the app's config, then DEFAULT_AUTO_FIELD, then Django's own default.
fn auto_field(world: &mut World, object: &ClassObj) -> String {
    let app = world.app_of(&object.module).and_then(|a| a.default_auto_field.clone());
    let name = app.or_else(|| world.interp.setting(sym("DEFAULT_AUTO_FIELD"), Loc::default()).as_str().map(|s| s.to_string()));
    crate::base::last_part(name.as_deref().unwrap_or("AutoField")).to_string()
}

fn implied(world: &World, name: &str, kind: &str, object: &ClassObj, target: Option<String>) -> Field {
    let relation = target.map(|to| Relation {
        kind: "OneToOneField".into(),
        to: Some(to),
        on_delete: Some("CASCADE".into()),
        related_name: None,
        through: None,
    });
    Field {
        name: name.to_string(),
        type_name: kind.to_string(),
        type_qualname: if relation.is_some() {
            "django.db.models.fields.related.OneToOneField".into()
        } else {
            format!("django.db.models.fields.{kind}")
        },
        internal_type: Some(kind.to_string()),
        column: Some(if relation.is_some() { format!("{name}_id") } else { name.to_string() }),
        null: Some(false),
        blank: Some(relation.is_none()),
        unique: Some(true),
        primary_key: Some(true),
        db_index: Some(relation.is_some()),
        declared_in: object.dotted(),
        place: world.class_place(object),
        relation,
        implied: true,
        ..Field::default()
    }
}

fn external_field(world: &World, field: &crate::project::packages::ExtField, name: &str, owner: &str, label: &str) -> Field {
    let packages = &world.interp.project.packages;
    let kind = packages.mro(sym(&field.type_name)).iter().find_map(|c| packages.class(*c).and_then(|c| c.relation.clone()));
    let (app, model) = label.split_once('.').unwrap_or(("", label));
    let class = model.to_ascii_lowercase();
    let relation = kind.clone().map(|kind| Relation {
        kind,
        to: field.to.clone().map(|to| if to == "self" { label.to_string() } else { to }),
        on_delete: field.on_delete.clone(),
        related_name: field
            .related_name
            .clone()
            .map(|n| n.replace("%(class)s", &class).replace("%(model_name)s", &class).replace("%(app_label)s", &app.to_ascii_lowercase())),
        through: field.through.clone(),
    });
    let single = matches!(kind.as_deref(), Some("ForeignKey" | "OneToOneField"));
    let generic = matches!(kind.as_deref(), Some("GenericForeignKey" | "GenericRelation"));
    Field {
        name: name.to_string(),
        type_name: crate::base::last_part(&field.type_name).to_string(),
        type_qualname: field.type_name.clone(),
        internal_type: Some(crate::base::last_part(&field.type_name).to_string()),
        column: if generic {
            None
        } else {
            Some(field.column.clone().unwrap_or_else(|| if single { format!("{name}_id") } else { name.to_string() }))
        },
        null: Some(field.null),
        blank: Some(field.blank),
        unique: Some(field.unique || field.primary_key || kind.as_deref() == Some("OneToOneField")),
        primary_key: Some(field.primary_key),
        db_index: Some(field.db_index.unwrap_or(single)),
        max_length: field.max_length,
        default: match field.default.as_deref() {
            Some("callable") => DefaultKind::Callable,
            Some(_) => DefaultKind::Literal,
            None => DefaultKind::None,
        },
        choices: field.choices,
        declared_in: owner.to_string(),
        relation,
        implied: true,
        ..Field::default()
    }
}

/// Fields that a field adds beside itself (`MarkupField` → `…_markup_type`).
fn added(world: &mut World, field: &FieldValue, described: &Field, label: &str) -> Vec<Field> {
    let packages = &world.interp.project.packages;
    let adds = packages
        .mro(field.ext)
        .iter()
        .find_map(|c| packages.class(*c).filter(|c| !c.adds.is_empty()).map(|c| c.adds.clone()))
        .unwrap_or_default();
    adds.iter()
        .filter_map(|add| {
            let name = match (&add.name, &add.suffix) {
                (Some(name), _) => name.replace("{name}", &described.name),
                (None, None) if add.prefix.is_none() => return None,
                (None, suffix) => format!("{}{}{}", add.prefix.as_deref().unwrap_or(""), described.name, suffix.as_deref().unwrap_or("")),
            };
            let mut made = external_field(world, add, &name, &described.declared_in, label);
            made.place = described.place.clone();
            if let (Some(relation), Some(own)) = (&mut made.relation, &described.relation)
                && relation.to.as_deref() == Some("{through}")
            {
                relation.to.clone_from(&own.through);
            }
            Some(made)
        })
        .collect()
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

fn meta_of(world: &mut World, meta: Option<ClassRef>, own: bool, label: &str) -> Meta {
    let Some(meta) = meta else { return Meta::default() };
    let mut get = |name: &str| world.interp.find_first_party(meta, name).map(|(v, _)| v);
    let rows = |value: Option<Value>| -> Vec<Vec<String>> {
        let Some(items) = value.and_then(|v| v.items()) else { return Vec::new() };
        let flat: Vec<String> = items.iter().filter_map(Value::as_str).map(|s| s.to_string()).collect();
        if !flat.is_empty() {
            return vec![flat];
        }
        items.iter().filter_map(Value::items).map(|row| row.iter().filter_map(Value::as_str).map(|s| s.to_string()).collect()).collect()
    };
    let unique_together = rows(get("unique_together"));
    let index_together = rows(get("index_together"));
    let ordering = get("ordering").and_then(|v| v.items()).unwrap_or_default();
    let constraints = get("constraints").and_then(|v| v.items()).unwrap_or_default();
    let indexes = get("indexes").and_then(|v| v.items()).unwrap_or_default();
    let permissions = get("permissions").and_then(|v| v.items()).unwrap_or_default();
    let text = |value: Option<Value>| value.and_then(|v| v.as_str()).map(|s| s.to_string());
    let (get_latest_by, order_with_respect_to, verbose_name) =
        (text(get("get_latest_by")), text(get("order_with_respect_to")), if own { text(get("verbose_name")) } else { None });
    let (app, class) = label.split_once('.').unwrap_or(("", label));
    let named = |values: Vec<Value>| -> Vec<String> {
        values
            .iter()
            .filter_map(|v| match v {
                Value::Call(call) => call
                    .kwarg("name")
                    .and_then(Value::as_str)
                    .map(|n| n.replace("%(app_label)s", &app.to_ascii_lowercase()).replace("%(class)s", &class.to_ascii_lowercase()))
                    .or_else(|| call.ext().map(|e| crate::base::last_part(&e).to_string())),
                Value::Instance(_) => Some("custom".to_string()),
                _ => None,
            })
            .collect()
    };
    let mut items = meta_items(world, "constraint", &constraints);
    items.extend(meta_items(world, "index", &indexes));
    Meta {
        unique_together,
        index_together,
        constraints: named(constraints),
        indexes: named(indexes),
        ordering: ordering
            .iter()
            .map(|v| match v {
                Value::Str(s) => s.to_string(),
                _ => "expression".to_string(),
            })
            .collect(),
        permissions: permissions
            .iter()
            .filter_map(|p| p.items())
            .filter_map(|p| p.first().and_then(Value::as_str))
            .map(|s| s.to_string())
            .collect(),
        get_latest_by,
        order_with_respect_to,
        verbose_name,
        items,
    }
}

/// What constraints and indexes are made of.
fn meta_items(world: &World, kind: &'static str, values: &[Value]) -> Vec<MetaItem> {
    let mut out = Vec::new();
    for value in values {
        let (type_name, args, kwargs, at) = match value {
            Value::Call(call) => {
                let Some(class) = call.ext() else { continue };
                (crate::base::last_part(&class).to_string(), call.args.len(), &call.kwargs, call.loc)
            }
            Value::Instance(made) => (world.interp.class(made.class).name.to_string(), made.args.len(), &made.kwargs, made.loc),
            _ => continue,
        };
        let mut options: Vec<String> = kwargs.iter().filter(|(_, v)| !matches!(v, Value::None)).map(|(name, _)| name.to_string()).collect();
        // What stands by position in a constraint or an index is an expression.
        if args > 0 {
            options.push("expressions".to_string());
        }
        options.sort();
        options.dedup();
        let name = kwargs.iter().find(|(name, _)| name.as_str() == "name").and_then(|(_, v)| v.as_str()).map(|s| s.to_string());
        out.push(MetaItem { kind, type_name, name, options, place: world.place(at) });
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
