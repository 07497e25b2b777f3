//! Who may call a route and how it answers: permissions, authentication, throttles, pagination, filters, parsers, renderers and serializers as they
//! apply to that very route. What a parity check compares, and what the new side has to do the same way.
//!
//! DRF looks a policy up in this order: arguments of `@action`, arguments of `as_view()`, the class and its bases, REST_FRAMEWORK, DRF's own
//! default. A `get_…` method that the project overrides is evaluated for the actions of the route; where that is not possible, every class
//! that its body names counts, as likely.

use std::rc::Rc;

use crate::base::{last_part, sym};
use crate::eval::{Base, ClassRef, FuncObj, Value};
use crate::facts::{ExprKind, Scope, visit};

use super::anonymous::{self, needs_user};
use super::inventory::{Access, Certainty, Policy};
use super::views::{Target, ViewRef};
use super::world::World;
use super::{gatekeepers, names};

/// What DRF decides by a class attribute, and how.
struct Rule {
    attribute: &'static str,
    setting: &'static str,
    /// The method that may be overridden.
    method: &'static str,
    /// What its classes derive from.
    base: &'static str,
    /// DRF's own default.
    default: &'static [&'static str],
    /// Only generic views have it.
    generic: bool,
}

const RULES: [Rule; 7] = [
    Rule {
        attribute: "permission_classes",
        setting: "DEFAULT_PERMISSION_CLASSES",
        method: "get_permissions",
        base: "rest_framework.permissions.BasePermission",
        default: &["rest_framework.permissions.AllowAny"],
        generic: false,
    },
    Rule {
        attribute: "authentication_classes",
        setting: "DEFAULT_AUTHENTICATION_CLASSES",
        method: "get_authenticators",
        base: "rest_framework.authentication.BaseAuthentication",
        default: &["rest_framework.authentication.SessionAuthentication", "rest_framework.authentication.BasicAuthentication"],
        generic: false,
    },
    Rule {
        attribute: "throttle_classes",
        setting: "DEFAULT_THROTTLE_CLASSES",
        method: "get_throttles",
        base: "rest_framework.throttling.BaseThrottle",
        default: &[],
        generic: false,
    },
    Rule {
        attribute: "parser_classes",
        setting: "DEFAULT_PARSER_CLASSES",
        method: "get_parsers",
        base: "rest_framework.parsers.BaseParser",
        default: &["rest_framework.parsers.JSONParser", "rest_framework.parsers.FormParser", "rest_framework.parsers.MultiPartParser"],
        generic: false,
    },
    Rule {
        attribute: "renderer_classes",
        setting: "DEFAULT_RENDERER_CLASSES",
        method: "get_renderers",
        base: "rest_framework.renderers.BaseRenderer",
        default: &["rest_framework.renderers.JSONRenderer", "rest_framework.renderers.BrowsableAPIRenderer"],
        generic: false,
    },
    Rule {
        attribute: "pagination_class",
        setting: "DEFAULT_PAGINATION_CLASS",
        method: "paginator",
        base: "rest_framework.pagination.BasePagination",
        default: &[],
        generic: true,
    },
    Rule {
        attribute: "filter_backends",
        setting: "DEFAULT_FILTER_BACKENDS",
        method: "get_filter_backends",
        base: "rest_framework.filters.BaseFilterBackend",
        default: &[],
        generic: true,
    },
];

const API_VIEW: &str = "rest_framework.views.APIView";
const GENERIC: &str = "rest_framework.generics.GenericAPIView";
const SERIALIZER: &str = "rest_framework.serializers.BaseSerializer";

/// Permissions made of others, one in the other.
const MAX_TERMS: u32 = 16;

pub fn of(world: &mut World, view: &ViewRef) -> Access {
    let mut out = Access::default();
    wrappers(world, view, &mut out);
    match &view.target {
        Target::Class(class) if world.interp.derives(*class, API_VIEW) => api(world, *class, view, &mut out),
        Target::Class(class) => mixins(world, *class, &mut out),
        Target::Func(_) if view.api_view => function(world, view, &mut out),
        _ => {}
    }
    out.login_required = anonymous::login(world, view, &out);
    out.challenge = anonymous::challenge(world, &out.authentication);
    out
}

/// Decorators around the view, on the class, and on its `dispatch`.
fn wrappers(world: &mut World, view: &ViewRef, out: &mut Access) {
    let mut found = view.wrappers.clone();
    if let Target::Class(class) = &view.target {
        for base in &world.interp.class(*class).mro {
            let Base::First(base) = *base else { continue };
            let object = world.interp.class(base);
            found.extend(object.decorators.borrow().iter().cloned());
            if let Some(Value::Func(dispatch)) = object.own("dispatch") {
                found.extend(dispatch.decorators.borrow().iter().cloned());
            }
        }
    }
    for value in found {
        unwrap(world, &value, out, 0);
    }
    match &view.target {
        Target::Func(func) => demand_login(world, func, out),
        Target::Class(class) => {
            let dispatch = world.interp.find_first_party(*class, "dispatch").map(|(value, _)| value);
            if let Some(Value::Func(dispatch)) = dispatch {
                demand_login(world, &dispatch, out);
            }
        }
        _ => {}
    }
}

/// `method_decorator(login_required, name="dispatch")` is a `login_required`.
fn unwrap(world: &World, value: &Value, out: &mut Access, depth: u32) {
    let name = match value {
        Value::Call(call) => match call.ext() {
            Some(name) if name.as_str() == "django.utils.decorators.method_decorator" && depth < 8 => {
                for decorator in call.args.first().map_or_else(Vec::new, |a| a.items().unwrap_or_else(|| vec![a.clone()])) {
                    unwrap(world, &decorator, out, depth + 1);
                }
                return;
            }
            Some(name) => Some(name),
            None => None,
        },
        Value::Ext(name) => Some(*name),
        _ => None,
    };
    let Some(name) = name else {
        // A decorator of the project: the function that it returned stands for it.
        if let Some(dotted) = world.dotted(value) {
            add(&mut out.decorators, dotted.split(".<locals>").next().unwrap_or(&dotted));
        }
        if let Value::Func(wrapper) = value {
            demand_login(world, wrapper, out);
        }
        return;
    };
    add(&mut out.decorators, &name);
    if let Some(facts) = world.interp.project.packages.function(name) {
        out.csrf_exempt |= facts.csrf.as_deref() == Some("exempt");
        if let Some(permission) = &facts.permission {
            add(&mut out.demands, permission);
        }
    }
}

/// What a function turns anonymous requests away by itself.
fn demand_login(world: &World, func: &FuncObj, out: &mut Access) {
    let ast = world.interp.ast(func.file);
    if ast.funcs.get(func.def as usize).is_some_and(|def| gatekeepers::turns_away(ast, &def.body)) {
        add(&mut out.demands, "login");
    }
}

fn add(list: &mut Vec<String>, item: &str) {
    if !list.iter().any(|known| known == item) {
        list.push(item.to_owned());
    }
}

/// Mixins of a plain class-based view.
fn mixins(world: &World, class: ClassRef, out: &mut Access) {
    for name in world.interp.class(class).externals() {
        let Some(facts) = world.interp.project.packages.class(name) else { continue };
        out.csrf_exempt |= facts.csrf_exempt;
        if let Some(permission) = &facts.permission {
            add(&mut out.demands, permission);
            add(&mut out.decorators, &name);
        }
    }
}

/// A view of DRF.
fn api(world: &mut World, class: ClassRef, view: &ViewRef, out: &mut Access) {
    out.csrf_exempt = true;
    mixins(world, class, out);
    let generic = world.interp.derives(class, GENERIC);
    for rule in RULES.iter().filter(|rule| generic || !rule.generic) {
        let policy = policy(world, class, view, rule);
        out.set(rule.attribute, policy);
    }
    if generic || world.interp.find_first_party(class, "serializer_class").is_some() {
        serializers(world, class, view, out);
    }
}

fn policy(world: &mut World, class: ClassRef, view: &ViewRef, rule: &Rule) -> Policy {
    // `@action(permission_classes=[…])`: given to the view when the router makes it.
    for (_, action) in &view.actions {
        if let Some(given) = action_argument(world, class, action, rule.attribute) {
            return given_by(world, &given, "action", Certainty::Certain);
        }
    }
    if let Some((_, given)) = view.kwargs.iter().find(|(name, _)| name.as_str() == rule.attribute) {
        return given_by(world, &given.clone(), "as_view", Certainty::Certain);
    }
    if let Some(policy) = computed(world, class, view, rule) {
        return policy;
    }
    inherited(world, class, rule)
}

fn given_by(world: &mut World, value: &Value, from: &'static str, certainty: Certainty) -> Policy {
    let names = world.dotted_list(value);
    let (expression, asks_user) = (expression(world, value), list_asks_user(world, value));
    Policy { names, expression, asks_user, from, certainty, ..Policy::default() }
}

/// Classes that are all asked.
fn listed(names: Vec<String>, from: &'static str) -> Policy {
    Policy { asks_user: names.iter().any(|name| needs_user(name)), names, from, certainty: Certainty::Certain, ..Policy::default() }
}

/// Permissions that `&`, `|` and `~` combine, as one expression: a list of them asks for each.
fn expression(world: &World, value: &Value) -> Option<String> {
    let items = value.items()?;
    if !items.iter().any(|item| operator(item).is_some()) {
        return None;
    }
    items.iter().map(|item| term(world, item, 0)).collect::<Option<Vec<_>>>().map(|terms| terms.join(" & "))
}

fn term(world: &World, value: &Value, depth: u32) -> Option<String> {
    let part = |value: &Value| if depth < MAX_TERMS { term(world, value, depth + 1) } else { None };
    Some(match operator(value) {
        Some(('|', [left, right])) => format!("({} | {})", part(left)?, part(right)?),
        Some(('&', [left, right])) => format!("{} & {}", part(left)?, part(right)?),
        Some(('~', [inner])) if matches!(operator(inner), Some(('&', _))) => format!("~({})", part(inner)?),
        Some(('~', [inner])) => format!("~{}", part(inner)?),
        _ => last_part(&world.dotted(value)?).to_owned(),
    })
}

/// How a permission is made of others.
fn operator(value: &Value) -> Option<(char, &[Value])> {
    let Value::Call(call) = value else { return None };
    let sign = match call.ext()?.as_str() {
        "operator.or_" => '|',
        "operator.and_" => '&',
        "operator.invert" => '~',
        _ => return None,
    };
    Some((sign, &call.args))
}

/// Whether a list of permissions, whichever of several it is, turns an anonymous request away.
fn list_asks_user(world: &World, value: &Value) -> bool {
    value.options().iter().all(|option| option.items().is_some_and(|items| items.iter().any(|item| asks_user(world, item, 0))))
}

/// Whether a permission turns an anonymous request away, whichever way it is made of others.
fn asks_user(world: &World, value: &Value, depth: u32) -> bool {
    let part = |value: &Value| depth < MAX_TERMS && asks_user(world, value, depth + 1);
    match operator(value) {
        Some(('|', terms)) => terms.iter().all(part),
        Some(('&', terms)) => terms.iter().any(part),
        Some(_) => false,
        None => world.dotted(value).is_some_and(|name| needs_user(&name)),
    }
}

/// The class attribute, the first-party one or a package's, else the setting.
fn inherited(world: &mut World, class: ClassRef, rule: &Rule) -> Policy {
    for base in &world.interp.class(class).mro {
        match *base {
            Base::First(base) => {
                if let Some(value) = world.interp.class(base).own(rule.attribute) {
                    let certainty = if matches!(value, Value::Alt(_)) { Certainty::Likely } else { Certainty::Certain };
                    if value.is_unknown() {
                        let at = crate::base::Loc { file: world.interp.class(base).file, line: world.interp.class(base).line };
                        world.miss("policies", &value, at, rule.attribute);
                        return Policy { from: "class", certainty: Certainty::Unknown, ..Policy::default() };
                    }
                    return given_by(world, &value, "class", certainty);
                }
            }
            Base::Ext(name) => {
                let Some(facts) = world.interp.project.packages.class(name) else { continue };
                if let Some(value) = facts.attrs.get(rule.attribute) {
                    return listed(texts(value), "package");
                }
                if facts.settings_attrs.contains_key(rule.attribute) {
                    break;
                }
            }
        }
    }
    default(world, rule)
}

fn texts(value: &toml::Value) -> Vec<String> {
    match value {
        toml::Value::String(text) => vec![text.clone()],
        toml::Value::Array(items) => items.iter().filter_map(|i| i.as_str()).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn default(world: &World, rule: &Rule) -> Policy {
    match world.rest_framework.iter().find(|(key, _)| key == rule.setting) {
        Some((_, values)) => listed(values.iter().filter(|v| *v != "None").cloned().collect(), "settings"),
        None => listed(rule.default.iter().map(|d| (*d).to_owned()).collect(), "default"),
    }
}

/// An argument of `@action` and its predecessors.
fn action_argument(world: &mut World, class: ClassRef, action: &str, attribute: &str) -> Option<Value> {
    let (value, _) = world.interp.find_first_party(class, action)?;
    let Value::Func(func) = value else { return None };
    let decorators = func.decorators.borrow().clone();
    decorators.iter().find_map(|decorator| match decorator {
        Value::Call(call) => {
            let facts = world.interp.project.packages.function(call.ext()?)?;
            (facts.kind == "action_decorator").then(|| call.kwarg(attribute).cloned()).flatten()
        }
        _ => None,
    })
}

/// What an overridden `get_…` gives for the actions of the route.
fn computed(world: &mut World, class: ClassRef, view: &ViewRef, rule: &Rule) -> Option<Policy> {
    let (Value::Func(func), _) = world.interp.find_first_party(class, rule.method)? else { return None };
    let mut out = Policy { asks_user: true, from: "method", certainty: Certainty::Certain, ..Policy::default() };
    for (action, result) in results(world, class, view, rule.method) {
        let options = result.map_or_else(Vec::new, |value| value.options());
        if options.len() != 1 {
            out.certainty = Certainty::Likely;
        }
        let mut given: Vec<Policy> = options.iter().filter_map(|option| chosen(world, class, rule, option)).collect();
        if given.len() < options.len() || given.is_empty() {
            let names = named_in(world, func.file, func.def, rule.base).to_vec();
            given.push(Policy { names, certainty: Certainty::Likely, ..Policy::default() });
        }
        let mut names = Vec::new();
        for policy in &given {
            out.asks_user &= policy.asks_user;
            out.certainty = out.certainty.max(policy.certainty);
            policy.names.iter().for_each(|name| add(&mut names, name));
        }
        names.iter().for_each(|name| add(&mut out.names, name));
        out.by_action.extend(action.map(|action| (action, names)));
    }
    if out.by_action.windows(2).all(|two| matches!(two, [(_, one), (_, other)] if one == other)) {
        out.by_action.clear();
    }
    Some(out)
}

/// What one result of such a method stands for.
fn chosen(world: &mut World, class: ClassRef, rule: &Rule, option: &Value) -> Option<Policy> {
    let certain = |policy: Policy| Policy { certainty: Certainty::Certain, ..policy };
    match option {
        option if of_base(option) => Some(certain(inherited(world, class, rule))),
        // `[Own(), *super().get_authenticators()]`
        Value::List(items) if items.borrow().iter().any(|item| matches!(item, Value::Spread(_))) => {
            let items = items.borrow().clone();
            let found = extended(world, class, rule, &items);
            // `[permission() for permission in self.permission_classes]`, which nothing has set.
            Some(if found.names.is_empty() { Policy { certainty: Certainty::Likely, ..inherited(world, class, rule) } } else { found })
        }
        Value::List(_) | Value::Tuple(_) | Value::Class(_) | Value::Instance(_) | Value::Ext(_) | Value::Call(_) => Some(Policy {
            names: world.dotted_list(option),
            asks_user: list_asks_user(world, option),
            certainty: Certainty::Certain,
            ..Policy::default()
        }),
        _ => None,
    }
}

/// What the base's own method returns.
fn of_base(value: &Value) -> bool {
    matches!(value, Value::Call(call) if matches!(&call.callee, Value::Attr(parts) if matches!(parts.0, Value::Super(_))))
}

/// A list that others are put into: those of the base are known, of anything else nobody knows what there is.
fn extended(world: &mut World, class: ClassRef, rule: &Rule, items: &[Value]) -> Policy {
    let mut out = Policy { certainty: Certainty::Certain, ..Policy::default() };
    for item in items {
        let found = match item {
            Value::Spread(inner) if of_base(inner) => inherited(world, class, rule),
            Value::Spread(_) => Policy { certainty: Certainty::Likely, ..Policy::default() },
            one => {
                let one = Value::list(vec![one.clone()]);
                Policy { asks_user: list_asks_user(world, &one), ..listed(world.dotted_list(&one), "method") }
            }
        };
        out.asks_user |= found.asks_user;
        out.certainty = out.certainty.max(found.certainty);
        found.names.iter().for_each(|name| add(&mut out.names, name));
    }
    out
}

/// The method called on a view for each action of the route.
fn results(world: &mut World, class: ClassRef, view: &ViewRef, method: &str) -> Vec<(Option<String>, Option<Value>)> {
    let mut actions: Vec<Option<&str>> = view.actions.iter().map(|(_, action)| Some(action.as_str())).collect();
    actions.dedup();
    if actions.is_empty() {
        actions.push(None);
    }
    let mut out = Vec::new();
    for action in actions {
        world.interp.restart();
        let at = crate::base::Loc { file: world.interp.class(class).file, line: world.interp.class(class).line };
        let this = world.interp.instantiate(class, Vec::new(), Vec::new(), true, at);
        if let (Value::Instance(instance), Some(action)) = (&this, action) {
            instance.attrs.borrow_mut().insert(sym("action"), Value::Str(sym(action)));
        }
        let result = world.interp.call_method_with(&this, method, Vec::new(), at);
        // `self.permission_classes = …; return super().get_permissions()`
        let set = match (&this, RULES.iter().find(|rule| rule.method == method)) {
            (Value::Instance(instance), Some(rule)) => instance.attrs.borrow().get(&sym(rule.attribute)).cloned(),
            _ => None,
        };
        out.push((action.map(str::to_owned), set.or(result)));
    }
    out
}

/// Classes below `base` that a function's body names.
fn named_in(world: &mut World, file: u32, def: u32, base: &'static str) -> Rc<[String]> {
    // The routes of a view set ask for the same.
    if let Some(known) = world.named.get(&(file, def, base)) {
        return Rc::clone(known);
    }
    let ast = world.interp.ast(file);
    let Some(function) = ast.funcs.get(def as usize) else { return Rc::default() };
    let mut out = Vec::new();
    for expr in visit::expressions(ast, &function.body) {
        if !matches!(ast.expr(expr), ExprKind::Name(_) | ExprKind::Attr(..)) {
            continue;
        }
        let Some(name) = names::resolve(world, file, Scope::Func(def), expr) else { continue };
        let is_one = match world.interp.lookup_dotted(&name) {
            Some(Value::Class(class)) => world.interp.derives(class, base),
            _ => world.interp.project.packages.mro(name).iter().any(|c| c.as_str() == base),
        };
        if is_one {
            add(&mut out, &name);
        }
    }
    let out: Rc<[String]> = out.into();
    world.named.insert((file, def, base), Rc::clone(&out));
    out
}

/// Which serializers the route uses: the class attribute, or what `get_serializer_class` gives action by action.
fn serializers(world: &mut World, class: ClassRef, view: &ViewRef, out: &mut Access) {
    let rule =
        Rule { attribute: "serializer_class", setting: "", method: "get_serializer_class", base: SERIALIZER, default: &[], generic: true };
    let policy = policy(world, class, view, &rule);
    out.serializers_certainty = policy.certainty;
    out.serializers = policy.names;
    // Actions that make one by hand: `ThingSerializer(data=request.data)`.
    for (_, action) in &view.actions {
        if let Some((Value::Func(func), _)) = world.interp.find_first_party(class, action) {
            for name in named_in(world, func.file, func.def, SERIALIZER).iter() {
                add(&mut out.serializers, name);
            }
        }
    }
}

/// `@api_view` functions carry their policies as decorators.
fn function(world: &mut World, view: &ViewRef, out: &mut Access) {
    out.csrf_exempt = true;
    let Target::Func(func) = &view.target else { return };
    let mut given: Vec<(String, Value)> = Vec::new();
    for decorator in view.wrappers.iter().chain(func.decorators.borrow().iter()) {
        if let Value::Call(call) = decorator
            && let Some(facts) = call.ext().and_then(|name| world.interp.project.packages.function(name))
            && let (Some(sets), Some(value)) = (facts.sets.clone(), call.args.first())
        {
            given.push((sets, value.clone()));
        }
    }
    for rule in RULES.iter().filter(|rule| !rule.generic) {
        let policy = match given.iter().find(|(sets, _)| sets == rule.attribute) {
            Some((_, value)) => given_by(world, value, "decorator", Certainty::Certain),
            None => default(world, rule),
        };
        out.set(rule.attribute, policy);
    }
    out.serializers = named_in(world, func.file, func.def, SERIALIZER).to_vec();
    out.serializers_certainty = Certainty::Likely;
}
