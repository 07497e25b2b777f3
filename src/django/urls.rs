//! The URL resolver as a list: every pattern in the order in which Django tries them, with what a pattern alone does not say: custom
//! converters, languages. Routes are what a reader wants to see; this is what decides which of two patterns answers.

use crate::base::{Loc, sym};
use crate::eval::{ClassRef, Value};
use crate::facts::ir::{Arg, Ast, Block, ExprId, ExprKind, StmtKind};

use super::inventory::{Place, Route};
use super::routes::{Context, Routes};
use super::world::World;

/// One `path()`, `re_path()`, include or language prefix on the way to a view, as written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum UrlPart {
    Route(String),
    Regex(String),
    /// `i18n_patterns`; whether the default language has a prefix too, none where that is not known.
    Language(Option<bool>),
    /// Something that is not known.
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UrlEnd {
    /// A view; Django Ninja has several routes behind one pattern. Indices of the inventory's routes, none for what is no route of ours.
    View(Vec<usize>),
    /// Patterns that are not known: what is included, or why not.
    Open(String),
}

#[derive(Clone, Debug)]
pub struct UrlPattern {
    pub parts: Vec<UrlPart>,
    pub root: String,
    pub end: UrlEnd,
    pub place: Place,
    /// Why it may not be there.
    pub doubt: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Converter {
    pub name: String,
    /// None where it is not known.
    pub regex: Option<String>,
    /// `to_python` may refuse what the expression takes: then Django goes on with the next pattern.
    pub refuses: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Languages {
    /// Codes that a path may begin with, the default first; none where that is not known.
    pub codes: Option<Vec<String>>,
    pub default: String,
}

#[derive(Clone, Debug, Default)]
pub struct Urls {
    /// In the order of the resolver, one root urlconf after the other, that of the settings first.
    pub patterns: Vec<UrlPattern>,
    pub converters: Vec<Converter>,
    pub languages: Languages,
    pub django_major: Option<u32>,
}

/// What LANGUAGES is without a setting; Django also has translations for each of them, without which it takes no code from a path.
pub const LANGUAGES: &[&str] = &[
    "af", "ar", "ar-dz", "ast", "az", "bg", "be", "bn", "br", "bs", "ca", "ckb", "cs", "cy", "da", "de", "dsb", "el", "en", "en-au",
    "en-gb", "eo", "es", "es-ar", "es-co", "es-mx", "es-ni", "es-ve", "et", "eu", "fa", "fi", "fr", "fy", "ga", "gd", "gl", "he", "hi",
    "hr", "hsb", "hu", "hy", "ia", "id", "ig", "io", "is", "it", "ja", "ka", "kab", "kk", "km", "kn", "ko", "ky", "lb", "lt", "lv", "mk",
    "ml", "mn", "mr", "ms", "my", "nb", "ne", "nl", "nn", "os", "pa", "pl", "pt", "pt-br", "ro", "ru", "sk", "sl", "sq", "sr", "sr-latn",
    "sv", "sw", "ta", "te", "tg", "th", "tk", "tr", "tt", "udm", "ug", "uk", "ur", "uz", "vi", "zh-hans", "zh-hant",
];

/// Patterns name their routes by the number under which the walk found them; `place_of` says where each of those is now.
pub fn finish(world: &mut World, mut patterns: Vec<UrlPattern>, place_of: &[usize], routes: &[Route]) -> Urls {
    for pattern in &mut patterns {
        if let UrlEnd::View(found) = &mut pattern.end {
            for route in found.iter_mut() {
                *route = place_of.get(*route).copied().unwrap_or(usize::MAX);
            }
            found.retain(|route| *route < routes.len());
        }
    }
    Urls { patterns, converters: converters(world), languages: languages(world), django_major: world.interp.project.django_major }
}

/// A prefix behind which there is something that is not known.
pub fn open(world: &World, context: &Context, what: &str, out: &mut Routes) {
    let pattern = pattern(world, context, UrlEnd::Open(what.to_string()));
    let again = out.patterns.last().is_some_and(|last| last.parts == pattern.parts && last.end == pattern.end && last.root == pattern.root);
    if !again {
        out.patterns.push(pattern);
    }
}

pub fn pattern(world: &World, context: &Context, end: UrlEnd) -> UrlPattern {
    let condition = world.interp.condition(context.guard).map(|text| format!("only if {text}"));
    UrlPattern {
        parts: context.parts.clone(),
        root: context.root.clone(),
        end,
        place: world.place(context.at),
        doubt: condition.or_else(|| context.doubt.clone()),
    }
}

/// The `.json` twin that DRF puts behind a pattern; only Django answers it.
pub fn twin(pattern: &UrlPattern) -> Option<UrlPattern> {
    let mut twin = pattern.clone();
    twin.end = UrlEnd::View(Vec::new());
    match twin.parts.last_mut()? {
        UrlPart::Route(text) => {
            let cut = text.trim_end_matches('$').trim_end_matches('/').len();
            text.truncate(cut);
            text.push_str("<drf_format_suffix:format>");
        }
        UrlPart::Regex(text) => {
            let cut = text.trim_end_matches('$').trim_end_matches('/').len();
            text.truncate(cut);
            text.push_str(r"\.(?P<format>[a-z0-9]+)/?$");
        }
        UrlPart::Language(_) | UrlPart::Unknown => {}
    }
    Some(twin)
}

fn converters(world: &mut World) -> Vec<Converter> {
    let mut out: Vec<Converter> = Vec::new();
    for call in world.calls_of(|name| name.ends_with(".register_converter")) {
        let Some(name) = call.arg(1, "type_name").and_then(Value::as_str) else { continue };
        let class = call.arg(0, "converter").cloned();
        let class = class.map(|class| world.interp.force(class));
        let (regex, refuses) = match class {
            Some(Value::Class(class)) => described(world, class),
            Some(Value::Ext(name)) => (known(name.rsplit('.').next().unwrap_or_default()).map(str::to_owned), false),
            _ => (None, false),
        };
        // The last registration of a name is the one that counts, unless it may not happen.
        let regex = if call.guard.is_some() { None } else { regex };
        out.retain(|known| known.name != name.as_str());
        out.push(Converter { name: name.to_string(), regex, refuses });
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    out
}

/// Django's own converter classes.
pub fn known(class: &str) -> Option<&'static str> {
    Some(match class {
        "IntConverter" => "[0-9]+",
        "StringConverter" => "[^/]+",
        "UUIDConverter" => "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "SlugConverter" => "[-a-zA-Z0-9_]+",
        "PathConverter" => ".+",
        _ => return None,
    })
}

const OWN: [&str; 5] = ["IntConverter", "StringConverter", "UUIDConverter", "SlugConverter", "PathConverter"];

fn described(world: &mut World, class: ClassRef) -> (Option<String>, bool) {
    let base = OWN.into_iter().find(|base| world.interp.derives(class, &format!("django.urls.converters.{base}")));
    let regex = match world.interp.find_first_party(class, "regex") {
        Some((value, _)) => world.interp.force(value).as_str().map(|text| text.to_string()),
        None => base.and_then(known).map(str::to_owned),
    };
    let digits = regex.as_deref().is_some_and(only_digits);
    let refuses = match world.interp.find_first_party(class, "to_python") {
        Some((Value::Func(func), _)) => match world.interp.func_def(&func) {
            Some(def) => !harmless(world.interp.ast(func.file), &def.body, digits),
            None => true,
        },
        Some(_) => true,
        // `int()` and `UUID()` refuse what a regex of the project's own may let through.
        None => match base {
            Some("IntConverter") => !digits,
            Some("UUIDConverter") => regex.as_deref() != known("UUIDConverter"),
            Some(_) => false,
            // Without a base that has one.
            None => true,
        },
    };
    (regex, refuses)
}

/// `[0-9]{4}`, `\d+`: what `int()` takes without complaint.
fn only_digits(regex: &str) -> bool {
    let rest = regex.replace("[0-9]", "").replace("\\d", "");
    rest.len() < regex.len() && rest.chars().all(|c| matches!(c, '+' | '{' | '}' | ',') || c.is_ascii_digit())
}

/// Bodies that only return something which cannot fail.
fn harmless(ast: &Ast, body: &Block, digits: bool) -> bool {
    body.iter().all(|stmt| match ast.stmt(*stmt) {
        StmtKind::Return(Some(value)) => quiet(ast, *value, digits),
        // A docstring.
        StmtKind::Expr(value) => matches!(ast.expr(*value), ExprKind::Str(_) | ExprKind::LongStr(_)),
        StmtKind::Return(None) | StmtKind::Pass => true,
        _ => false,
    })
}

fn quiet(ast: &Ast, expr: ExprId, digits: bool) -> bool {
    let values = |args: &[Arg]| args.iter().all(|arg| matches!(arg, Arg::Pos(value) if quiet(ast, *value, digits)));
    match ast.expr(expr) {
        ExprKind::Name(_) | ExprKind::Str(_) | ExprKind::Bool(_) | ExprKind::None => true,
        ExprKind::Call(callee, args) => match ast.expr(*callee) {
            // Of the value itself: `int(value[1:])` is another matter.
            ExprKind::Name(name) if name.as_str() == "int" => {
                digits && matches!(args.as_ref(), [Arg::Pos(value)] if matches!(ast.expr(*value), ExprKind::Name(_)))
            }
            ExprKind::Name(name) if name.as_str() == "str" => values(args),
            ExprKind::Attr(object, method) => {
                matches!(method.as_str(), "lower" | "upper" | "strip" | "title" | "replace" | "split" | "capitalize")
                    && quiet(ast, *object, digits)
                    && values(args)
            }
            _ => false,
        },
        _ => false,
    }
}

fn languages(world: &mut World) -> Languages {
    let default = world.interp.setting(sym("LANGUAGE_CODE"), Loc::default()).as_str();
    let unset = |name: &str| world.settings.as_ref().is_some_and(|frame| !frame.vars.borrow().contains_key(&sym(name)));
    let default = if unset("LANGUAGE_CODE") { Some("en-us".to_owned()) } else { default.map(|code| code.to_string()) };
    let own = !unset("LANGUAGES");
    let Some(default) = default else { return Languages::default() };
    let middleware = world.interp.setting(sym("MIDDLEWARE"), Loc::default());
    let middleware: Option<Vec<String>> =
        middleware.items().map(|items| items.iter().map(|name| name.as_str().map_or_else(|| "?".to_owned(), |n| n.to_string())).collect());
    // Without Django's middleware every request has the default; one of the project's own may do what it likes.
    let asks = |name: &String| name == "django.middleware.locale.LocaleMiddleware";
    let strange = |name: &String| {
        let lower = name.to_ascii_lowercase();
        !asks(name) && (name == "?" || ["locale", "lang", "i18n"].iter().any(|word| lower.contains(word)))
    };
    let codes = match middleware {
        Some(names) if names.iter().any(strange) => None,
        Some(names) if !names.iter().any(asks) => Some(vec![default.clone()]),
        None => Some(vec![default.clone()]).filter(|_| unset("MIDDLEWARE")),
        Some(_) if own => {
            let value = world.interp.setting(sym("LANGUAGES"), Loc::default());
            let code = |pair: &Value| pair.items().and_then(|pair| pair.first().and_then(Value::as_str)).map(|code| code.to_string());
            value.items().and_then(|pairs| pairs.iter().map(code).collect())
        }
        Some(_) => Some(LANGUAGES.iter().map(|code| (*code).to_owned()).collect()),
    };
    Languages { codes, default }
}
