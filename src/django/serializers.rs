//! DRF serializers: declared fields, Meta, and the fields an instance would have.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::base::{Loc, Sym, last_part, sym};
use crate::eval::{Base, CallObj, ClassObj, ClassRef, FuncObj, Value};
use crate::facts::{ExprId, ExprKind, StmtKind, visit};

use super::inventory::{Field, InlineSerializer, Model, Serializer, SerializerField};
use super::world::World;

const BASE: &str = "rest_framework.serializers.BaseSerializer";
const LIST: &str = "rest_framework.serializers.ListSerializer";
const KINDS: &[&str] = &["HyperlinkedModelSerializer", "ModelSerializer", "ListSerializer", "Serializer"];
const HOOKS: &[&str] = &[
    "__init__",
    "create",
    "get_fields",
    "is_valid",
    "run_validation",
    "save",
    "to_internal_value",
    "to_representation",
    "update",
    "validate",
];

pub fn collect(world: &mut World, models: &[Model]) -> Vec<Serializer> {
    let by_label: BTreeMap<&str, &Model> = models.iter().map(|m| (m.label.as_str(), m)).collect();
    let mut out = Vec::new();
    for class in world.class_refs() {
        let object = world.interp.class(class);
        if object.mro.contains(&Base::Ext(sym(BASE))) {
            out.push(serializer(world, class, &object, &by_label));
        }
    }
    out.sort_by(|a, b| (&a.qualname, &a.place).cmp(&(&b.qualname, &b.place)));
    out.dedup_by(|b, a| a.qualname == b.qualname);
    nest(&mut out);
    world.count("serializers", out.len() as u64);
    out
}

/// Where each serializer is a field of another.
fn nest(serializers: &mut [Serializer]) {
    let mut uses: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for serializer in serializers.iter() {
        for field in &serializer.declared_fields {
            if let Some(nested) = &field.nested {
                uses.entry(nested.clone()).or_default().push(format!("{}.{}", serializer.qualname, field.name));
            }
        }
    }
    for serializer in serializers {
        serializer.nested_in = uses.remove(&serializer.qualname).unwrap_or_default();
    }
}

/// Those that a package's function makes of a name and a dictionary, in a schema decorator say: no class statement stands for them.
pub fn inline(world: &mut World) -> Vec<InlineSerializer> {
    let packages = &world.interp.project.packages;
    let made = |name: &str| {
        let function = packages.function(sym(name))?;
        (function.kind == "class_factory" && function.makes.as_deref() == Some("serializer")).then_some(function)
    };
    let calls: Vec<_> = world
        .interp
        .calls
        .iter()
        .filter_map(|call| {
            let function = made(&call.ext()?)?;
            let given = |name: &str| function.args.iter().position(|a| a == name).and_then(|at| call.arg(at, name)).cloned();
            Some((call.loc, given("name"), given("fields")))
        })
        .collect();
    let mut out = Vec::new();
    for (at, name, fields) in calls {
        let fields = match fields {
            Some(Value::Dict(dict)) if !dict.open.get() => {
                let items: Vec<(Value, Value)> = dict.items.borrow().values().cloned().collect();
                Some(items.iter().filter_map(|(name, value)| Some(describe(world, name.as_str()?, value))).collect())
            }
            other => {
                world.miss("serializer fields", &other.unwrap_or(Value::None), at, "fields of an inline serializer");
                None
            }
        };
        let app = world.app_label_of(&world.interp.module_name(at.file));
        out.push(InlineSerializer { place: world.place(at), name: name.and_then(|n| n.as_str()).map(|n| n.to_string()), app, fields });
    }
    out.sort();
    out.dedup();
    out
}

fn describe(world: &mut World, name: Sym, value: &Value) -> SerializerField {
    let (args, kwargs, line, class) = match value {
        Value::Call(call) => (call.args.clone(), call.kwargs.clone(), call.loc.line, None),
        Value::Instance(instance) => (instance.args.clone(), instance.kwargs.clone(), instance.loc.line, Some(instance.class)),
        _ => (Vec::new(), Vec::new(), 0, None),
    };
    let kwarg = |key: &str| kwargs.iter().find(|(k, _)| k.as_str() == key).map(|(_, v)| v.clone());
    let type_name = match class {
        Some(class) => world.interp.class(class).dotted(),
        None => world.dotted(value).map(|d| last_part(&d).to_string()).unwrap_or_default(),
    };
    // Of a list the serializer of its elements.
    let list = world.interp.is_instance_of(value, LIST);
    let child = if list { kwarg("child").map(|child| world.interp.force(child)) } else { None };
    let listed = child.is_some();
    let inner = child.as_ref().unwrap_or(value);
    let nested = world.interp.is_instance_of(inner, BASE).then(|| world.dotted(inner)).flatten();
    let method = (type_name == "SerializerMethodField").then(|| {
        let given = kwarg("method_name").or_else(|| args.first().cloned()).and_then(|v| v.as_str());
        given.map_or_else(|| format!("get_{name}"), |s| s.to_string())
    });
    SerializerField {
        name: name.to_string(),
        many: listed || kwarg("many").and_then(|v| v.as_bool()).unwrap_or(false),
        source: kwarg("source").and_then(|v| v.as_str()).map(|s| s.to_string()),
        read_only: kwarg("read_only")
            .and_then(|v| v.as_bool())
            .unwrap_or(matches!(type_name.as_str(), "SerializerMethodField" | "ReadOnlyField")),
        nested,
        method,
        type_name,
        line,
    }
}

fn meta(world: &mut World, class: ClassRef, name: &str) -> Option<Value> {
    match world.interp.find_first_party(class, "Meta") {
        Some((Value::Class(meta), _)) => {
            let own = world.interp.find_first_party(meta, name).map(|(value, _)| value);
            own.or_else(|| world.interp.package_meta(meta, name))
        }
        Some(_) => None,
        None => {
            let Value::Ext(meta) = world.interp.package_meta(class, "Meta")? else { return None };
            world.interp.option_of_package(sym(meta.strip_suffix(".Meta")?), name)
        }
    }
}

fn serializer(world: &mut World, class: ClassRef, object: &Rc<ClassObj>, models: &BTreeMap<&str, &Model>) -> Serializer {
    let kind = KINDS
        .iter()
        .find(|k| object.mro.iter().any(|b| matches!(b, Base::Ext(e) if last_part(e) == **k && e.starts_with("rest_framework."))))
        .copied()
        .unwrap_or("BaseSerializer");
    // The metaclass that collects fields is that of `Serializer`; a list has a `child`, and no fields.
    let own = if kind == "ListSerializer" { Vec::new() } else { world.interp.own_serializer_fields(object) };
    let own: Vec<SerializerField> = own.iter().map(|(name, value)| describe(world, *name, value)).collect();
    let model_value = meta(world, class, "model");
    let model = model_value.as_ref().and_then(|v| world.model_label(v, None));
    let mut overrides: Vec<String> = object
        .frame
        .vars
        .borrow()
        .iter()
        .filter(|(n, v)| matches!(v, Value::Func(_)) && (HOOKS.contains(&n.as_str()) || n.starts_with("validate_")))
        .map(|(n, _)| n.to_string())
        .collect();
    overrides.sort();
    let noted = world.unresolved.len();
    let fields = if kind == "ListSerializer" || kind == "BaseSerializer" {
        None
    } else {
        resolved(world, class, object, kind, model.as_deref(), model_value.as_ref(), models)
    };
    if kind != "ListSerializer" && kind != "BaseSerializer" {
        let explained = world.unresolved.len() > noted;
        taken_away(world, class);
        let at = Loc { file: object.file, line: object.line };
        if let Some(metaclass) = world.interp.own_metaclass(object) {
            world.note("serializer fields", at, "a metaclass adds fields", format!("{}, made by {}", object.qualname, metaclass.qualname));
        } else if fields.is_some() {
            world.count("serializer fields", 1)
        } else if !explained {
            let reason = meta(world, class, "fields").unwrap_or(Value::None);
            world.miss("serializer fields", &reason, at, &format!("fields of {}", object.qualname));
        }
    }
    Serializer {
        qualname: object.dotted(),
        kind: kind.to_string(),
        app: world.app_label_of(&object.module),
        place: world.class_place(object),
        model,
        fields,
        declared_fields: own,
        overrides,
        dynamic: object.dynamic,
        meta: meta_options(world, class),
        all_fields: meta(world, class, "fields").is_some_and(|v| is_all(&v)),
        nested_in: Vec::new(),
    }
}

/// Names an `__init__` of the project that takes fields away from `self.fields`: which, its arguments or attributes say when it runs.
fn taken_away(world: &mut World, class: ClassRef) {
    let Some((Value::Func(method), owner)) = world.interp.find_first_party(class, "__init__") else { return };
    let Some(def) = world.interp.func_def(&method) else { return };
    let ast = world.interp.ast(method.file);
    let is_fields = |expr: &ExprId| ast.dotted(*expr).is_some_and(|name| name == "self.fields");
    let takes = visit::expressions(ast, &def.body).iter().any(
        |expr| matches!(ast.expr(*expr), ExprKind::Attr(object, name) if matches!(name.as_str(), "pop" | "clear") && is_fields(object)),
    );
    let deletes = visit::statements(ast, &def.body).iter().any(|statement| match ast.stmt(*statement) {
        StmtKind::Delete(targets) => {
            targets.iter().any(|target| matches!(ast.expr(*target), ExprKind::Subscript(object, _) if is_fields(object)))
        }
        _ => false,
    });
    if takes || deletes {
        let text = format!("{}.__init__", world.interp.class(owner).qualname);
        world.note_once("serializer fields", Loc { file: method.file, line: def.line }, "its constructor takes fields away", text);
    }
}

/// The options that Meta or a Meta it derives from sets.
fn meta_options(world: &mut World, class: ClassRef) -> Vec<String> {
    let Some((Value::Class(meta), _)) = world.interp.find_first_party(class, "Meta") else { return Vec::new() };
    let mut out = BTreeSet::new();
    for base in &world.interp.class(meta).mro {
        if let Base::First(base) = base {
            let names = world.interp.class(*base).frame.vars.borrow().keys().map(Sym::to_string).collect::<Vec<_>>();
            out.extend(names.into_iter().filter(|n| !n.starts_with("__")));
        }
    }
    out.into_iter().collect()
}

fn is_all(value: &Value) -> bool {
    match value {
        Value::Str(text) => text.as_str() == "__all__",
        Value::Ext(name) => name.ends_with(".ALL_FIELDS"),
        _ => false,
    }
}

fn names(world: &mut World, value: &Value) -> Option<Vec<String>> {
    let items = value.items()?;
    let mut out = Vec::new();
    for item in items {
        match world.interp.force(item) {
            Value::Str(text) => out.push(text.to_string()),
            // `Late.Meta.fields + (…)`, of a class that was still loading.
            Value::Spread(rest) => {
                let rest = world.interp.force(rest.as_ref().clone());
                out.extend(names(world, &rest)?);
            }
            _ => return None,
        }
    }
    Some(out)
}

#[allow(clippy::too_many_arguments)]
fn resolved(
    world: &mut World,
    class: ClassRef,
    object: &ClassObj,
    kind: &str,
    model: Option<&str>,
    model_value: Option<&Value>,
    models: &BTreeMap<&str, &Model>,
) -> Option<Vec<String>> {
    let declared: Vec<String> = world.interp.declared_serializer_fields(object).iter().map(|(name, _)| name.to_string()).collect();
    if kind == "Serializer" {
        let mut out = changed_fields(world, class, &declared).unwrap_or(declared);
        let packages = &world.interp.project.packages;
        if object.externals().any(|base| packages.class(base).is_some_and(|c| c.lists_fields))
            && let Some(listed) = meta(world, class, "fields")
        {
            out.extend(names(world, &listed)?);
        }
        out.sort();
        out.dedup();
        return Some(out);
    }
    if let Some(mut keys) = keys_of_model(world, class, object, model_value) {
        keys.sort();
        return Some(keys);
    }
    let fields = meta(world, class, "fields").filter(|v| !matches!(v, Value::None));
    let exclude = meta(world, class, "exclude").filter(|v| !matches!(v, Value::None));
    let mut out = match (&fields, &exclude) {
        (Some(value), _) if is_all(value) => all_fields(world, class, kind, &declared, model, model_value, models)?,
        (Some(value), _) => {
            let mut listed = names(world, value)?;
            // `url` and friends are listed like any other.
            listed.dedup();
            listed
        }
        (None, Some(value)) => {
            let excluded = names(world, value)?;
            let mut all = all_fields(world, class, kind, &declared, model, model_value, models)?;
            all.retain(|n| !excluded.contains(n));
            all
        }
        // Before DRF 3.5 leaving both out meant all fields; abstract serializers have neither.
        (None, None) => {
            model?;
            all_fields(world, class, kind, &declared, model, model_value, models)?
        }
    };
    if let Some((Value::Func(method), owner)) = world.interp.find_first_party(class, "get_field_names") {
        let changed = world.interp.changed_field_names(class, &out);
        match changed.as_ref().and_then(|value| names(world, value)) {
            Some(changed) => out = possible(world, changed, &out, &declared, model_value, object),
            None => {
                let by = world.interp.class(owner);
                let at = Loc { file: object.file, line: object.line };
                world.note("serializer fields", at, "a method chooses them at run time", format!("{}.get_field_names", by.qualname));
                // One that starts from what DRF would take adds to it or leaves something out; another's choice is its own.
                if !asks_drf(world, &method, &["get_field_names", "get_default_field_names"]) {
                    return None;
                }
            }
        }
    }
    if let Some(changed) = changed_fields(world, class, &out) {
        out = changed;
    }
    out.sort();
    out.dedup();
    // A vocabulary of the project's own, which code of the project turns into names.
    let is_name = |name: &String| name.chars().all(|c| c.is_alphanumeric() || c == '_');
    out.iter().all(is_name).then_some(out)
}

/// Fields that the metaclass of a package's serializer takes from an attribute of the model: the keys of what that was made with.
fn keys_of_model(world: &mut World, class: ClassRef, object: &ClassObj, model: Option<&Value>) -> Option<Vec<String>> {
    let packages = &world.interp.project.packages;
    let from = object.externals().find_map(|base| packages.class(base)?.fields_from.clone())?;
    let attribute = meta(world, class, &from.option)?.as_str()?;
    let Some(Value::Class(model)) = model else { return None };
    let given = match world.interp.find_first_party(*model, &attribute)?.0 {
        Value::Call(made) => made.arg(0, &from.argument).cloned(),
        Value::Instance(made) => {
            let init = made.base_init.borrow().as_ref().and_then(|call| call.arg(0, &from.argument).cloned());
            init.or_else(|| made.kwargs.iter().find(|(name, _)| *name == from.argument).map(|(_, value)| value.clone()))
        }
        _ => None,
    };
    let Value::Dict(keyed) = given? else { return None };
    let items = keyed.items.borrow();
    items.values().map(|(key, _)| key.as_str().map(|key| key.to_string())).collect()
}

/// What a `get_fields` of the project makes of them. What it takes away from DRF's stays: conditions that are not known decide that.
fn changed_fields(world: &mut World, class: ClassRef, before: &[String]) -> Option<Vec<String>> {
    let (Value::Func(method), _) = world.interp.find_first_party(class, "get_fields")? else { return None };
    let changed = world.interp.changed_fields(class, before)?;
    let mut changed = names(world, &changed)?;
    if asks_drf(world, &method, &["get_fields"]) {
        changed.extend(before.iter().cloned());
    }
    Some(changed)
}

/// Whether a method asks `super()` for one of these.
fn asks_drf(world: &World, method: &FuncObj, wanted: &[&str]) -> bool {
    let Some(def) = world.interp.func_def(method) else { return false };
    let ast = world.interp.ast(method.file);
    let asks = |expr: &ExprId| matches!(ast.expr(*expr), ExprKind::Attr(_, name) if wanted.contains(&name.as_str()));
    visit::expressions(ast, &def.body).iter().any(asks)
}

/// Names that a method adds on the word of `hasattr()` of a model of a package: DRF takes none that the model does not have, and the tables know
/// its columns, not all that its class has.
fn possible(
    world: &mut World,
    changed: Vec<String>,
    before: &[String],
    declared: &[String],
    model: Option<&Value>,
    object: &ClassObj,
) -> Vec<String> {
    let Some(Value::Ext(model)) = model else { return changed };
    let packages = &world.interp.project.packages;
    let columns: Vec<String> =
        packages.mro(*model).iter().filter_map(|c| packages.class(*c)).flat_map(|c| c.fields.clone()).filter_map(|f| f.name).collect();
    let (known, doubtful): (Vec<String>, Vec<String>) =
        changed.into_iter().partition(|name| [before, declared, &columns].iter().any(|names| names.contains(name)));
    for name in doubtful {
        let at = Loc { file: object.file, line: object.line };
        let text = format!("{name} of {}", object.qualname);
        world.note("serializer fields", at, "whether a model of a package has the attribute is not known", text);
    }
    known
}

#[allow(clippy::too_many_arguments)]
fn all_fields(
    world: &mut World,
    class: ClassRef,
    kind: &str,
    declared: &[String],
    model: Option<&str>,
    model_value: Option<&Value>,
    models: &BTreeMap<&str, &Model>,
) -> Option<Vec<String>> {
    let fields = model_fields(world, model?, model_value, models, 0)?;
    let mut out: Vec<String> = Vec::new();
    if kind == "HyperlinkedModelSerializer" {
        let own = world.interp.find_first_party(class, "url_field_name").map(|(value, _)| value);
        let set = || match world.interp.setting(sym("REST_FRAMEWORK"), Loc::default()) {
            Value::Dict(settings) => settings.get("URL_FIELD_NAME"),
            _ => None,
        };
        let name = own.or_else(set).and_then(|name| name.as_str()).map_or_else(|| "url".to_string(), |name| name.to_string());
        out.push(name);
    }
    for field in &fields {
        let generic = field.relation.as_ref().is_some_and(|r| r.kind.starts_with("Generic"));
        if generic
            || (field.primary_key != Some(true) && !is_serialized(world, field))
            || (kind == "HyperlinkedModelSerializer" && field.primary_key == Some(true) && field.implied)
        {
            continue;
        }
        // The link to a parent table is not serialized, unless it is the only key.
        if field.implied && field.name.ends_with("_ptr") && field.relation.is_some() {
            continue;
        }
        out.push(field.name.clone());
    }
    out.extend(declared.iter().cloned());
    Some(out)
}

/// `Field.serialize`, as the nearest class of the field's type that a table describes has it: "all fields" are those that are.
fn is_serialized(world: &mut World, field: &Field) -> bool {
    let class = match world.interp.lookup_dotted(&field.type_qualname).filter(|_| field.own_class) {
        Some(Value::Class(class)) => world.interp.class(class).mro.iter().find_map(|base| match base {
            Base::Ext(name) => world.interp.project.packages.class(*name).filter(|facts| facts.kind == "field"),
            Base::First(_) => None,
        }),
        _ => world.interp.project.packages.class(sym(&field.type_qualname)),
    };
    class.and_then(|facts| facts.defaults.get("serialize").and_then(toml::Value::as_bool)) != Some(false)
}

/// Fields of a model with those of its concrete parents.
fn model_fields(world: &mut World, label: &str, value: Option<&Value>, models: &BTreeMap<&str, &Model>, depth: u32) -> Option<Vec<Field>> {
    if depth > 8 {
        return None;
    }
    if let Some(model) = models.get(label) {
        if model.open {
            return None;
        }
        let mut out = model.fields.clone();
        let parents: Vec<String> = model
            .fields
            .iter()
            .filter(|f| f.implied && f.name.ends_with("_ptr"))
            .filter_map(|f| f.relation.as_ref().and_then(|r| r.to.clone()))
            .collect();
        for parent in parents {
            out.extend(model_fields(world, &parent, None, models, depth + 1).unwrap_or_default());
        }
        if model.proxy {
            for base in &model.bases {
                if let Some((parent, _)) = models.iter().find(|(_, m)| m.qualname == *base) {
                    let parent = (*parent).to_string();
                    return model_fields(world, &parent, None, models, depth + 1);
                }
            }
        }
        return Some(out);
    }
    let name = match value {
        Some(Value::Ext(name)) => *name,
        _ => {
            let (app, model) = label.split_once('.')?;
            world.interp.project.packages.model_by_label(app, model)?
        }
    };
    let packages = &world.interp.project.packages;
    let mut out: Vec<Field> = Vec::new();
    let mut has_key = false;
    for base in packages.mro(name).iter() {
        let Some(facts) = packages.class(*base) else { continue };
        for field in &facts.fields {
            has_key |= field.primary_key;
            let kind = packages.class(sym(&field.type_name)).and_then(|c| c.relation.clone());
            out.push(Field {
                name: field.name.clone().unwrap_or_default(),
                primary_key: Some(field.primary_key),
                relation: kind.map(|kind| super::inventory::Relation { kind, ..Default::default() }),
                ..Field::default()
            });
        }
    }
    if !has_key {
        out.insert(0, Field { name: "id".into(), primary_key: Some(true), implied: true, ..Field::default() });
    }
    Some(out)
}

/// Whether a call makes an instance of a serializer (for views that build one inline).
pub fn is_serializer_call(world: &World, call: &CallObj) -> bool {
    call.ext().is_some_and(|n| world.interp.project.packages.mro(n).contains(&sym(BASE)))
}
