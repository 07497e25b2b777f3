//! `URLResolver(pattern, urls)` and `URLPattern(pattern, view)` written out: what `path()` and `i18n_patterns()` make, made by hand.
//!
//! Apart from `routes`, which walks the patterns; here is only how these two say their text.

use std::rc::Rc;

use crate::base::last_part;
use crate::eval::{Base, CallObj, HOLE, Value};

use super::includes;
use super::patterns;
use super::routes::{self, Context, Routes};
use super::urls::UrlPart;
use super::world::World;

/// The pattern's class, as Django calls it, and its text.
fn pattern(world: &World, value: &Value, old: bool) -> Option<(String, Value)> {
    match value {
        Value::Call(call) => Some((last_part(&call.ext()?).to_string(), call.args.first().cloned().unwrap_or(Value::None))),
        // A subclass of the project: what it changes is how it is matched, not what it is made of.
        Value::Instance(instance) => {
            let class = world.interp.class(instance.class);
            let base = class.mro.iter().find_map(|base| match base {
                Base::Ext(name) if last_part(name).ends_with("Pattern") => Some(last_part(name).to_string()),
                _ => None,
            })?;
            Some((base, instance.args.first().cloned().unwrap_or(Value::None)))
        }
        // `RegexURLResolver(r"^api/", …)` of old, and the pattern of another pattern, of which only the text is known.
        Value::Str(text) | Value::Text(text) => {
            let regex = old || text.starts_with('^') || text.ends_with('$') || text.contains("(?");
            Some((if regex { "RegexPattern" } else { "RoutePattern" }.into(), value.clone()))
        }
        _ => None,
    }
}

/// A resolver or pattern made by its class; everything below it.
pub fn expand(world: &mut World, call: &Rc<CallObj>, mut context: Context, out: &mut Routes) {
    // Made of each of some patterns that are not known one by one: those themselves.
    if let Some(Value::Attr(parts)) = call.arg(0, "pattern")
        && parts.1.as_str() == "pattern"
        && let Value::Attr(element) = &parts.0
        && element.1.as_str() == "[]"
    {
        // With what the code puts around each view.
        let mut callback = call.arg(1, "callback").cloned();
        while let Some(Value::Call(around)) = callback {
            context.decorators.push(around.callee.clone());
            callback = around.args.first().cloned();
        }
        return routes::walk(world, &element.0, &context, out);
    }
    let old = call.ext().is_some_and(|name| last_part(&name).starts_with("Regex"));
    let found = call.arg(0, "pattern").and_then(|value| pattern(world, value, old));
    let (kind, text) = found.unwrap_or_else(|| (String::new(), Value::None));
    let text = match &text {
        Value::Str(text) | Value::Text(text) => Some(text.to_string()),
        _ => None,
    };
    match (kind.as_str(), text) {
        ("LocalePrefixPattern", _) => {
            context.path.push_str("{language}/");
            context.pattern.push_str("{language}/");
            context.i18n = true;
            context.parts.push(UrlPart::Language(None));
        }
        ("RoutePattern", Some(text)) => {
            context.path.push_str(&patterns::route_path(&text));
            context.pattern.push_str(&text);
            context.parts.push(UrlPart::Route(text));
        }
        ("RegexPattern", Some(text)) => {
            context.path.push_str(&patterns::regex_path(&text));
            context.pattern.push_str(&text);
            context.parts.push(UrlPart::Regex(text));
            context.regex = true;
        }
        _ => {
            let value = call.arg(0, "pattern").cloned().unwrap_or(Value::None);
            world.miss("routes", &value, call.loc, "path of a URL pattern");
            context.path.push(HOLE);
            context.pattern.push(HOLE);
        }
    }
    if call.ext().is_some_and(|name| name.ends_with("Resolver")) {
        if let Some(target) = call.arg(1, "urlconf_name").cloned() {
            let given = |position, name| call.arg(position, name).filter(|value| !matches!(value, Value::None)).cloned();
            let namespace = given(4, "namespace").or_else(|| given(3, "app_name"));
            includes::include(world, &target, namespace, context, out);
        }
    } else if let Some(view) = call.arg(1, "callback").cloned() {
        let name = call.arg(3, "name").and_then(Value::as_str).map(|name| name.to_string());
        routes::leaf(world, &view, &context, name, call.loc, out);
    }
}
