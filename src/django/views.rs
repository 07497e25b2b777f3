//! Views: what a URL pattern's second argument comes down to, which HTTP methods it takes, and the inventory of all views.

use std::rc::Rc;

use crate::base::{Loc, Sym, last_part, sym};
use crate::eval::{Base, CallObj, ClassRef, FrameKind, FuncObj, Value};
use crate::facts::{ExprId, ExprKind, StmtKind, visit};
use crate::project::packages::ExtFunction;

use super::inventory::Certainty;
use super::world::World;

pub const HTTP: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options", "trace"];

#[derive(Clone, Debug, Default)]
pub enum Target {
    Class(ClassRef),
    Func(Rc<FuncObj>),
    Method(ClassRef, Rc<FuncObj>),
    External,
    #[default]
    Unknown,
}

/// What stands around a view: the methods that each decorator allows, and the decorators.
#[derive(Default)]
pub struct Around {
    limits: Vec<Vec<String>>,
    wrappers: Vec<Value>,
}

/// A view as a route refers to it.
#[derive(Clone, Debug, Default)]
pub struct ViewRef {
    pub name: Option<String>,
    pub target: Target,
    /// Upper-case, sorted, without HEAD and OPTIONS.
    pub methods: Option<Vec<String>>,
    pub methods_certainty: Certainty,
    pub actions: Vec<(String, String)>,
    pub first_party: bool,
    pub api_view: bool,
    /// An operation of Django Ninja.
    pub ninja: bool,
    /// Decorators on its way, the outermost first.
    pub wrappers: Vec<Value>,
    /// Arguments of `as_view()`.
    pub kwargs: Vec<(Sym, Value)>,
}

impl ViewRef {
    fn unknown() -> ViewRef {
        ViewRef { methods_certainty: Certainty::Unknown, ..ViewRef::default() }
    }
}

/// The view behind decorators, partials and `as_view()`.
pub fn resolve(world: &mut World, value: &Value, prefix: &str, at: Loc) -> ViewRef {
    let mut around = Around::default();
    let mut found = resolve_within(world, value, prefix, at, &mut around, 0);
    for limit in around.limits {
        let limit: Vec<String> = limit.into_iter().filter(|m| m != "HEAD" && m != "OPTIONS").collect();
        found.methods = Some(match found.methods.take() {
            None => limit,
            Some(known) => known.into_iter().filter(|m| limit.contains(m)).collect(),
        });
    }
    if let Some(methods) = &mut found.methods {
        methods.sort();
        methods.dedup();
    }
    found.wrappers = around.wrappers;
    found
}

fn resolve_within(world: &mut World, value: &Value, prefix: &str, at: Loc, around: &mut Around, depth: u32) -> ViewRef {
    if depth > 24 {
        return ViewRef::unknown();
    }
    let value = &world.interp.force(value.clone());
    match value {
        Value::Func(func) => function(world, func, prefix, at, around, depth),
        Value::Method(parts) => {
            let (this, func) = (parts.0.clone(), Rc::clone(&parts.1));
            let class = match &this {
                Value::Instance(instance) => Some(instance.class),
                Value::Class(class) => Some(*class),
                _ => None,
            };
            decorator_limits(world, &func, around);
            // Named and described as what its decorators stand around.
            let inner = func.innermost();
            if !Rc::ptr_eq(&inner, &func) {
                around.wrappers.push(Value::Func(Rc::clone(&func)));
                decorator_limits(world, &inner, around);
            }
            ViewRef {
                name: world.dotted(value),
                target: class.map_or(Target::Func(Rc::clone(&inner)), |c| Target::Method(c, Rc::clone(&inner))),
                first_party: true,
                ..ViewRef::default()
            }
        }
        Value::Class(class) => class_view(world, *class, &[], &[]),
        Value::Instance(instance) => ViewRef { methods: None, ..class_view(world, instance.class, &[], &[]) },
        Value::Str(text) => {
            let dotted = if prefix.is_empty() { text.to_string() } else { format!("{prefix}.{text}") };
            match world.interp.lookup_dotted(&dotted) {
                Some(found) => resolve_within(world, &found, "", at, around, depth + 1),
                None => ViewRef::unknown(),
            }
        }
        Value::Ext(name) => external(world, *name),
        Value::Call(call) => call_view(world, call, prefix, at, around, depth),
        Value::Alt(options) => {
            // The first that is a view; which of them it is depends on something that is not known.
            let mut found = options
                .iter()
                .map(|o| resolve_within(world, o, prefix, at, around, depth + 1))
                .find(|v| v.name.is_some() && !matches!(v.target, Target::Unknown))
                .unwrap_or_else(ViewRef::unknown);
            if found.methods_certainty == Certainty::Certain {
                found.methods_certainty = Certainty::Likely;
            }
            found
        }
        Value::Attr(parts) => {
            // An attribute of an external class or instance: `auth_views.LogoutView.as_view` without a call, a method of a package's object.
            match world.dotted(value) {
                Some(name) if !world.interp.project.modules.owns(name.split('.').next().unwrap_or("")) => external(world, sym(&name)),
                // A method that a first-party class inherits from a package.
                Some(name) if matches!(parts.0, Value::Instance(_) | Value::Class(_)) => ViewRef {
                    name: Some(name),
                    target: Target::External,
                    first_party: true,
                    methods_certainty: Certainty::Certain,
                    ..ViewRef::unknown()
                },
                _ => ViewRef::unknown(),
            }
        }
        _ => ViewRef::unknown(),
    }
}

fn external(world: &World, name: Sym) -> ViewRef {
    let name = world.interp.project.packages.canonical(name);
    let facts = world.interp.project.packages.function(name);
    if let Some(class) = facts.as_ref().and_then(|facts| facts.view_class.as_deref()) {
        return external_class(world, sym(class), &[]);
    }
    let methods = facts
        .filter(|f| !f.methods.is_empty())
        .map(|f| f.methods.iter().map(|m| m.to_uppercase()).filter(|m| m != "HEAD" && m != "OPTIONS").collect());
    ViewRef { name: Some(name.to_string()), target: Target::External, methods, ..ViewRef::default() }
}

/// `lambda request: fn(title, request)`: the function of the project that a decorator was given, and its lambda hands the request to.
fn passed_on(world: &World, func: &FuncObj) -> Option<Value> {
    let def = world.interp.func_def(func).filter(|def| def.name.as_str() == "<lambda>")?;
    let ast = world.interp.ast(func.file);
    let [only] = &*def.body else { return None };
    let StmtKind::Return(Some(value)) = ast.stmt(*only) else { return None };
    let ExprKind::Call(callee, _) = ast.expr(*value) else { return None };
    let ExprKind::Name(name) = ast.expr(*callee) else { return None };
    if func.closure.kind != FrameKind::Func {
        return None;
    }
    let called = func.closure.vars.borrow().get(name).cloned();
    called.filter(|called| matches!(called, Value::Func(_)))
}

fn function(world: &mut World, func: &Rc<FuncObj>, prefix: &str, at: Loc, around: &mut Around, depth: u32) -> ViewRef {
    let api = decorator_limits(world, func, around);
    let wrapped = func.wrapped.borrow().clone();
    if let Some(wrapped) = wrapped {
        around.wrappers.push(Value::Func(Rc::clone(func)));
        let inner = resolve_within(world, &wrapped, prefix, at, around, depth + 1);
        if inner.name.is_some() {
            return ViewRef { api_view: inner.api_view || api, ..inner };
        }
    }
    if let Some(called) = passed_on(world, func) {
        around.wrappers.push(Value::Func(Rc::clone(func)));
        return ViewRef { api_view: api, ..resolve_within(world, &called, prefix, at, around, depth + 1) };
    }
    ViewRef {
        name: Some(world.interp.func_dotted(func)),
        target: Target::Func(Rc::clone(func)),
        first_party: true,
        api_view: api,
        ..ViewRef::default()
    }
}

/// Methods that decorators allow; whether one of them makes it a DRF function view.
pub fn decorator_limits(world: &World, func: &FuncObj, around: &mut Around) -> bool {
    let mut api = false;
    for decorator in func.decorators.borrow().iter() {
        let (name, call) = match decorator {
            Value::Ext(name) => (*name, None),
            Value::Call(call) => match call.ext() {
                Some(name) => (name, Some(call)),
                None => continue,
            },
            _ => continue,
        };
        around.wrappers.push(decorator.clone());
        let Some(facts) = world.interp.project.packages.function(name) else { continue };
        api |= last_part(&name) == "api_view";
        around.limits.extend(allowed(&facts, call));
    }
    api
}

/// The methods a decorator allows: fixed, or from its argument.
fn allowed(facts: &ExtFunction, call: Option<&Rc<CallObj>>) -> Option<Vec<String>> {
    if let Some(argument) = &facts.methods_arg {
        let position = facts.args.iter().position(|a| a == argument).unwrap_or(0);
        let given = call.and_then(|c| c.arg(position, argument)).and_then(Value::items);
        return Some(match given {
            Some(items) => items.iter().filter_map(Value::as_str).map(|m| m.to_uppercase()).collect(),
            None => facts.methods_default.iter().map(|m| m.to_uppercase()).collect(),
        });
    }
    if facts.methods.is_empty() || facts.kind == "view" { None } else { Some(facts.methods.iter().map(|m| m.to_uppercase()).collect()) }
}

fn call_view(world: &mut World, call: &Rc<CallObj>, prefix: &str, at: Loc, around: &mut Around, depth: u32) -> ViewRef {
    match &call.callee {
        Value::Attr(parts) if parts.1.as_str() == "as_view" => match &parts.0 {
            Value::Class(class) => class_view(world, *class, &call.args, &call.kwargs),
            // A class method is there on instances too: `View().as_view()`.
            Value::Instance(made) => class_view(world, made.class, &call.args, &call.kwargs),
            Value::Super(inner) => match &inner.1 {
                Value::Class(class) => class_view(world, *class, &call.args, &call.kwargs),
                _ => ViewRef::unknown(),
            },
            Value::Ext(name) => external_class(world, *name, &call.args),
            Value::Call(made) if let Some(name) = made.ext().filter(|name| world.interp.project.packages.class(*name).is_some()) => {
                external_class(world, name, &call.args)
            }
            Value::Alt(options) => match options.iter().find(|o| matches!(o, Value::Class(_) | Value::Ext(_))) {
                Some(Value::Class(class)) => {
                    ViewRef { methods_certainty: Certainty::Likely, ..class_view(world, *class, &call.args, &call.kwargs) }
                }
                Some(Value::Ext(name)) => external_class(world, *name, &call.args),
                _ => ViewRef::unknown(),
            },
            _ => ViewRef::unknown(),
        },
        Value::Attr(parts)
            if let Value::Call(factory) = &parts.0
                && let Some(found) = made_view(world, factory, Some(parts.1.as_str())) =>
        {
            found
        }
        Value::Ext(_) if let Some(found) = made_view(world, call, None) => found,
        Value::Ext(name) => {
            // `auth_views.LoginView.as_view()` of a class outside the repository.
            if let Some(class) = name.strip_suffix(".as_view") {
                return external_class(world, sym(class), &call.args);
            }
            if let Some(facts) = world.interp.project.packages.function(*name) {
                around.limits.extend(allowed(&facts, Some(call)).filter(|_| call.args.iter().any(is_callable)));
            }
            // A decorator, `partial`, or a wrapper of a package around a view.
            around.wrappers.push(call.callee.clone());
            let inner = call.args.iter().find(|a| is_callable(a)).cloned();
            match inner {
                Some(inner) => resolve_within(world, &inner, prefix, at, around, depth + 1),
                None => {
                    let class = world.interp.project.packages.canonical(*name);
                    if world.interp.project.packages.class(class).is_some()
                        || last_part(&class).chars().next().is_some_and(char::is_uppercase)
                    {
                        external_class(world, class, &[])
                    } else {
                        ViewRef::unknown()
                    }
                }
            }
        }
        // `decorator(args)(view)`
        Value::Call(factory) => {
            around.wrappers.push(call.callee.clone());
            if let Some(facts) = factory.ext().and_then(|n| world.interp.project.packages.function(n)) {
                around.limits.extend(allowed(&facts, Some(factory)));
            }
            match call.args.iter().find(|a| is_callable(a)).cloned() {
                Some(inner) => resolve_within(world, &inner, prefix, at, around, depth + 1),
                None => ViewRef::unknown(),
            }
        }
        _ => match call.args.iter().find(|a| is_callable(a)).cloned() {
            Some(inner) => resolve_within(world, &inner, prefix, at, around, depth + 1),
            None => ViewRef::unknown(),
        },
    }
}

/// The view that a function of a package makes, or that a method of the class gives which it makes.
fn made_view(world: &World, factory: &CallObj, method: Option<&str>) -> Option<ViewRef> {
    let facts = world.interp.project.packages.function(factory.ext()?).filter(|facts| facts.kind == "view_factory")?;
    let class = facts.view_class.as_deref()?;
    let gives = method.map_or(facts.view_methods.is_empty(), |method| facts.view_methods.iter().any(|known| known == method));
    gives.then(|| ViewRef { methods: Some(facts.methods.clone()), ..external_class(world, sym(class), &[]) })
}

fn is_callable(value: &Value) -> bool {
    matches!(value, Value::Func(_) | Value::Method(_) | Value::Class(_) | Value::Call(_) | Value::Instance(_))
        || matches!(value, Value::Ext(_) | Value::Attr(_))
}

fn external_class(world: &World, name: Sym, args: &[Value]) -> ViewRef {
    let name = world.interp.project.packages.canonical(name);
    let packages = &world.interp.project.packages;
    let methods = if packages.class(name).is_some() {
        let has = |m: &str| packages.mro(name).iter().any(|c| packages.class(*c).is_some_and(|c| c.defines(m)));
        // The tables speak of today's Django; its views took more methods before version 5 (a logout by GET).
        let old = name.starts_with("django.") && world.interp.project.django_major.is_some_and(|v| v < 5);
        let narrowed: Option<Vec<String>> = if old {
            None
        } else {
            packages.mro(name).iter().filter(|c| c.as_str() != VIEW).find_map(|c| {
                packages.class(*c).and_then(|c| {
                    c.attrs
                        .get("http_method_names")
                        .and_then(|v| v.as_array().map(|a| a.iter().filter_map(|m| m.as_str().map(str::to_lowercase)).collect()))
                })
            })
        };
        let allowed = |m: &str| narrowed.as_ref().is_none_or(|n| n.iter().any(|x| x == m));
        Some(HTTP.iter().filter(|m| !matches!(**m, "head" | "options") && has(m) && allowed(m)).map(|m| m.to_uppercase()).collect())
    } else {
        None
    };
    let actions = actions_of(args, &[]);
    let methods = if actions.is_empty() {
        methods
    } else {
        Some(actions.iter().map(|(m, _)| m.to_uppercase()).filter(|m| m != "HEAD" && m != "OPTIONS").collect())
    };
    ViewRef { name: Some(name.to_string()), target: Target::External, methods, actions, ..ViewRef::default() }
}

/// The mapping that a view set's `as_view()` is given.
fn actions_of(args: &[Value], kwargs: &[(Sym, Value)]) -> Vec<(String, String)> {
    let given = kwargs.iter().find(|(k, _)| k.as_str() == "actions").map(|(_, v)| v);
    match args.first().or(given) {
        Some(Value::Dict(dict)) => {
            dict.items.borrow().values().filter_map(|(k, v)| Some((k.as_str()?.to_lowercase(), v.as_str()?.to_string()))).collect()
        }
        _ => Vec::new(),
    }
}

/// Upper-case methods named by `http_method_names`, if the class or the call narrows them.
pub fn method_names(world: &mut World, class: ClassRef, kwargs: &[(Sym, Value)]) -> Option<Vec<String>> {
    let given = kwargs.iter().find(|(k, _)| k.as_str() == "http_method_names").map(|(_, v)| v.clone());
    let value = match given.or_else(|| world.interp.find_first_party(class, "http_method_names").map(|(v, _)| v)) {
        Some(value) => value,
        None => {
            // A package's view may narrow them.
            let packages = &world.interp.project.packages;
            let narrowed = world.interp.class(class).mro.iter().find_map(|b| match b {
                Base::Ext(name) if name.as_str() != VIEW => {
                    packages.class(*name).and_then(|c| c.attrs.get("http_method_names").and_then(|v| v.as_array().cloned()))
                }
                _ => None,
            })?;
            return Some(narrowed.iter().filter_map(|v| v.as_str()).map(str::to_lowercase).collect());
        }
    };
    let items = value.items()?;
    Some(items.iter().filter_map(Value::as_str).map(|m| m.to_lowercase()).collect())
}

/// What `View.dispatch` would find.
pub fn class_methods(world: &mut World, class: ClassRef, kwargs: &[(Sym, Value)]) -> Vec<String> {
    let names = method_names(world, class, kwargs);
    let mut out = Vec::new();
    for method in HTTP {
        if matches!(*method, "head" | "options") || names.as_ref().is_some_and(|n| !n.iter().any(|x| x == method)) {
            continue;
        }
        if world.class_value(class, method).is_some() {
            out.push(method.to_uppercase());
        }
    }
    out.sort();
    out
}

pub fn class_view(world: &mut World, class: ClassRef, args: &[Value], kwargs: &[(Sym, Value)]) -> ViewRef {
    let object = world.interp.class(class);
    let actions = actions_of(args, kwargs);
    let is_view = is_view_class(world, class);
    // A mapping that is not known says nothing of the methods.
    let unread = actions.is_empty()
        && world.interp.derives(class, VIEWSET)
        && matches!(args.first(), Some(given) if !matches!(given, Value::Dict(dict) if !dict.open.get()));
    let methods = if unread {
        None
    } else if actions.is_empty() {
        is_view.then(|| class_methods(world, class, kwargs))
    } else {
        let names = method_names(world, class, kwargs);
        Some(
            actions
                .iter()
                .filter(|(m, _)| !matches!(m.as_str(), "head" | "options") && names.as_ref().is_none_or(|n| n.contains(m)))
                .map(|(m, _)| m.to_uppercase())
                .collect(),
        )
    };
    let limits = if is_view { dispatch_limits(world, class) } else { Vec::new() };
    let methods = methods.map(|known: Vec<String>| known.into_iter().filter(|m| limits.iter().all(|limit| limit.contains(m))).collect());
    // A `dispatch` that asks nobody answers what it likes.
    let methods = methods
        .filter(|known: &Vec<String>| !(known.is_empty() && actions.is_empty() && limits.is_empty() && dispatches_itself(world, class)));
    ViewRef {
        name: Some(object.dotted()),
        target: Target::Class(class),
        methods,
        methods_certainty: if object.open { Certainty::Likely } else { Certainty::Certain },
        actions,
        first_party: true,
        kwargs: kwargs.to_vec(),
        ..ViewRef::default()
    }
}

/// `@method_decorator(require_POST, name="dispatch")` on a class or a base of it, and decorators of a `dispatch`.
fn dispatch_limits(world: &World, class: ClassRef) -> Vec<Vec<String>> {
    let mut found: Vec<Value> = Vec::new();
    for base in &world.interp.class(class).mro {
        let Base::First(base) = base else { continue };
        let object = world.interp.class(*base);
        let for_dispatch = |call: &Rc<CallObj>| call.arg(1, "name").and_then(Value::as_str).is_some_and(|name| name.as_str() == "dispatch");
        found.extend(object.decorators.borrow().iter().filter(|d| matches!(d, Value::Call(call) if for_dispatch(call))).cloned());
        if let Some(Value::Func(dispatch)) = object.own("dispatch") {
            found.extend(dispatch.decorators.borrow().iter().cloned());
        }
    }
    let given = found.iter().filter_map(|value| match value {
        Value::Call(call) if call.ext().is_some_and(|name| name.as_str() == METHOD_DECORATOR) => call.args.first(),
        _ => None,
    });
    let decorators: Vec<Value> = given.flat_map(|given| given.items().unwrap_or_else(|| vec![given.clone()])).collect();
    let limits = decorators.iter().filter_map(|decorator| {
        let call = if let Value::Call(call) = decorator { Some(call) } else { None };
        let name = call.map_or_else(|| if let Value::Ext(name) = decorator { Some(*name) } else { None }, |call| call.ext())?;
        allowed(world.interp.project.packages.function(name)?.as_ref(), call)
    });
    limits.collect()
}

const METHOD_DECORATOR: &str = "django.utils.decorators.method_decorator";

/// Whether the `dispatch` that counts is one of the repository, and hands on to no other.
fn dispatches_itself(world: &mut World, class: ClassRef) -> bool {
    let Some(Value::Func(func)) = world.class_value(class, "dispatch") else { return false };
    let Some(def) = world.interp.func_def(&func) else { return false };
    let ast = world.interp.ast(func.file);
    let hands_on = |expr: &ExprId| matches!(ast.expr(*expr), ExprKind::Attr(_, name) if name.as_str() == "dispatch");
    !visit::expressions(ast, &def.body).iter().any(hands_on)
}

const QUERYSET: &str = "django.db.models.query.QuerySet";
pub const VIEW: &str = "django.views.generic.base.View";
pub const VIEWSET: &str = "rest_framework.viewsets.ViewSetMixin";

pub fn is_view_class(world: &World, class: ClassRef) -> bool {
    world.interp.derives(class, VIEW) || world.interp.derives(class, VIEWSET)
}

/// The model behind `Model.objects.filter(…)` and the like.
pub fn queryset_model(world: &mut World, value: &Value) -> Option<String> {
    let mut at = value.clone();
    for _ in 0..40 {
        at = match &at {
            Value::Call(call) => call.callee.clone(),
            Value::Attr(parts) => parts.0.clone(),
            Value::Method(parts) => parts.0.clone(),
            // `return super().order_by(…)` in a class of querysets.
            Value::Super(parts) => parts.1.clone(),
            // `Rows(model=Item).order_by(…)`
            Value::Instance(made) => {
                let given =
                    made.kwargs.iter().find(|(name, _)| name.as_str() == "model").map(|(_, value)| value).or_else(|| made.args.first());
                let model = given.filter(|_| world.interp.derives(made.class, QUERYSET))?.clone();
                return world.model_label(&model, None);
            }
            Value::Class(_) => return world.model_label(&at, None),
            Value::Ext(name) => {
                // `User.objects.all` of a package's model.
                let mut dotted = name.as_str();
                loop {
                    if let Some(label) = world.interp.project.packages.class(sym(dotted)).and_then(|c| c.label.clone()) {
                        return Some(label);
                    }
                    dotted = dotted.rsplit_once('.')?.0;
                }
            }
            Value::Alt(options) => options.first()?.clone(),
            _ => return None,
        };
    }
    None
}
