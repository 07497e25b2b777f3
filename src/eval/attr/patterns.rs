//! URL patterns that code reads to make others of them.

use std::rc::Rc;

use crate::base::{last_part, sym};
use crate::eval::Interp;
use crate::eval::value::*;

/// What an `include()` says.
pub struct Included<'a> {
    /// A module, patterns, or these with names.
    pub target: &'a Value,
    pub namespace: Option<&'a Value>,
    decorators: Option<&'a Value>,
}

impl Included<'_> {
    /// What decorates every view of the patterns, the outermost first.
    pub fn decorators(&self) -> Vec<Value> {
        self.decorators.map_or_else(Vec::new, |given| given.items().unwrap_or_else(|| vec![given.clone()]))
    }
}

/// What an `include()` includes; none of other calls.
pub fn included(call: &CallObj) -> Option<Included<'_>> {
    let name = call.ext()?;
    let at = match last_part(&name) {
        "include" if name.starts_with("django.") => 0,
        // Of the package of that name: the decorators come first.
        "decorator_include" => 1,
        _ => return None,
    };
    let decorators = if at == 1 { call.arg(0, "decorators") } else { None };
    Some(Included { target: call.arg(at, "arg")?, namespace: call.arg(at + 1, "namespace"), decorators })
}

/// `(patterns, app_name)` and `(patterns, app_name, namespace)` taken apart, against a plain tuple of patterns.
pub fn with_names(target: &Value) -> (&Value, Option<&Value>, Option<&Value>) {
    let Value::Tuple(items) = target else { return (target, None, None) };
    match items.as_ref() {
        [patterns, app @ (Value::Str(_) | Value::None)] => (patterns, Some(app), None),
        [patterns, app @ (Value::Str(_) | Value::None), instance] if !matches!(patterns, Value::Call(_)) => {
            (patterns, Some(app), Some(instance))
        }
        _ => (target, None, None),
    }
}

/// Whether a `path()` call makes a resolver (its second argument is included patterns) or a pattern; `None` for other calls.
pub fn is_url_resolver(call: &CallObj) -> Option<bool> {
    let name = call.ext()?;
    if !name.starts_with("django.") || !matches!(last_part(&name), "path" | "re_path" | "url") {
        return None;
    }
    Some(match call.arg(1, "view")? {
        Value::Tuple(_) | Value::List(_) => true,
        Value::Call(inner) => included(inner).is_some(),
        _ => false,
    })
}

impl Interp<'_> {
    /// What `include()` returns: the module or the patterns, their `app_name`, and the namespace.
    pub(in crate::eval) fn include_parts(&mut self, call: &CallObj) -> Option<[Value; 3]> {
        let found = included(call)?;
        Some(self.resolver_parts(found.target, found.namespace, call))
    }

    fn resolver_parts(&mut self, target: &Value, namespace: Option<&Value>, call: &CallObj) -> [Value; 3] {
        let (target, beside, instance) = with_names(target);
        let urls = match target {
            Value::Str(dotted) => self.import_module(dotted, call.loc.file).unwrap_or_else(|| target.clone()),
            other => other.clone(),
        };
        let own = match &urls {
            Value::Module(file) => self.module(*file).vars.borrow().get(&sym("app_name")).cloned(),
            _ => None,
        };
        let app = own.or_else(|| beside.cloned()).unwrap_or(Value::None);
        let namespace = namespace.or(instance).cloned().unwrap_or_else(|| app.clone());
        [urls, app, namespace]
    }

    /// The parts of a resolver that `path()` makes.
    fn parts_of(&mut self, call: &Rc<CallObj>) -> Option<[Value; 3]> {
        if !is_url_resolver(call)? {
            return None;
        }
        match call.arg(1, "view")? {
            Value::Call(inner) => self.include_parts(&Rc::clone(inner)),
            other => Some(self.resolver_parts(&other.clone(), None, call)),
        }
    }

    /// Attributes of a URL pattern that code reads to make another of it.
    pub(super) fn pattern_attr(&mut self, call: &Rc<CallObj>, name: &str) -> Option<Value> {
        let resolver = is_url_resolver(call)?;
        match name {
            "url_patterns" => match self.parts_of(call)? {
                [module @ Value::Module(_), ..] => Some(self.attr(&module, sym("urlpatterns"), call.loc)),
                [patterns, ..] => Some(patterns),
            },
            "urlconf_module" | "urlconf_name" => self.parts_of(call).map(|[urls, ..]| urls),
            "app_name" => self.parts_of(call).map(|[_, app, _]| app),
            "namespace" => self.parts_of(call).map(|[.., namespace]| namespace),
            "callback" if resolver => Some(Value::None),
            "callback" => call.arg(1, "view").cloned(),
            "name" => Some(call.arg(3, "name").cloned().unwrap_or(Value::None)),
            "default_args" | "default_kwargs" => Some(call.arg(2, "kwargs").cloned().unwrap_or(Value::None)),
            "regex" => Some(Value::Call(Rc::clone(call))),
            // `pattern.regex.pattern`, `regex.pattern`: the text, whatever the way to it.
            "pattern" => call.args.first().cloned(),
            _ => None,
        }
    }
}
