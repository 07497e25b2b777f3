//! The report under pseudonyms, so that it can leave the company: no name of the project and no piece of its code, every number as it was.
//!
//! The rule is that a word is a name unless we know better: it stands under a key whose values are ours, or it belongs to Django, to a published package or
//! to the way Python projects are laid out. In sentences of ours the words of our own catalogue stay as well, but never names of modules, apps and
//! the project. Pseudonyms are numbered in the order of the names, so that they say nothing, sort alike, and are the same in all outputs of one tree.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::json::Report;
use crate::effort::Analysis;

/// Keys whose values are words of ours, of the standard, or of the framework's vocabulary.
const OURS: &[&str] = &[
    "access",
    "aim",
    "by",
    "certainty",
    "fail_back",
    "kind",
    "class",
    "code",
    "default",
    "django_version",
    "drf_version",
    "driver",
    "engine",
    "factor",
    "from",
    "group",
    "internal_type",
    "level",
    "methods",
    "methods_certainty",
    "on",
    "on_delete",
    "owner",
    "python_version",
    "rule",
    "schema_version",
    "serializers_certainty",
    "severity",
    "status",
    "strategy",
    "unit",
    "verdict",
    "version",
    "likely_methods",
    "trap",
    "counterpart",
    "features",
    "hooks",
];
/// Keys of sentences of ours that may hold names.
const SENTENCES: &[&str] = &[
    "about",
    "because",
    "criterion",
    "decision_gate",
    "evidence",
    "exit_criteria",
    "how",
    "message",
    "not_known",
    "reason",
    "reasons",
    "remedy",
    "title",
    "verdict_reasons",
    "what",
    "would_change",
    "never_fires",
];
/// Code, which is not shown at all.
const CODE: &[&str] = &["condition", "definition", "in_migrations", "in_models", "regex", "text", "verbose_name"];
/// How Python and Django projects name their parts.
const LAYOUT: &[&str] = &[
    "",
    "admin",
    "api",
    "apps",
    "apps_py",
    "asgi",
    "cfg",
    "commands",
    "conf",
    "config",
    "consumers",
    "css",
    "fields",
    "filters",
    "format",
    "forms",
    "html",
    "id",
    "in",
    "init",
    "__init__",
    "ini",
    "js",
    "jinja2",
    "json",
    "lock",
    "management",
    "managers",
    "manage",
    "middleware",
    "migrations",
    "mixins",
    "models",
    "package",
    "pagination",
    "permissions",
    "pipfile",
    "pk",
    "project",
    "py",
    "pyproject",
    "querysets",
    "receivers",
    "requirements",
    "rest",
    "routers",
    "routing",
    "schema",
    "serializers",
    "services",
    "settings",
    "setup",
    "signals",
    "slug",
    "sql",
    "src",
    "static",
    "tasks",
    "templates",
    "templatetags",
    "tests",
    "throttling",
    "toml",
    "txt",
    "url",
    "urls",
    "utils",
    "uuid",
    "v1",
    "v2",
    "v3",
    "validators",
    "vendor",
    "views",
    "viewsets",
    "websocket",
    "wsgi",
    "yaml",
    "yml",
    "list",
    "create",
    "retrieve",
    "update",
    "partial_update",
    "destroy",
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "head",
    "options",
    "name",
    "true",
    "false",
    "var",
    "language",
    "objects",
    "path",
    "P",
    "test",
    "code",
    "file",
    "files",
    "counted",
    "not",
    "parsed",
    "copy",
    "vendored",
    "AUTH_USER_MODEL",
    "__setting__",
    "UTC",
    "save",
    "validate",
    "to_representation",
];

/// None where the pseudonyms would not fit the report's shape: then nothing may be written.
pub fn anonymized(report: &Report, analysis: &Analysis) -> Option<Report> {
    let mut value = serde_json::to_value(report).ok()?;
    let mut names = Names::of(&value, report, analysis);
    collect("", &value, &mut names);
    names.number();
    replace("", &mut value, &names);
    serde_json::from_value(value).ok()
}

/// A word as names are made of.
fn words(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let part = |ch: char| ch.is_alphanumeric() || ch == '_';
        let end = rest.find(|ch: char| part(ch) != part(first)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some((part(first), word))
    })
}

/// One letter or a number names nothing.
fn says_something(word: &str) -> bool {
    word.chars().filter(|ch| ch.is_alphabetic()).count() > 1
}

struct Names {
    /// First parts of dotted names that are the project's own.
    roots: BTreeSet<String>,
    /// Never replaced.
    public: BTreeSet<String>,
    /// Replaced everywhere, in our own sentences too.
    modules: BTreeSet<String>,
    /// Words of our catalogue: they stay in our sentences.
    wording: BTreeSet<String>,
    found: BTreeSet<String>,
    pseudonyms: BTreeMap<String, String>,
}

impl Names {
    fn of(value: &Value, report: &Report, analysis: &Analysis) -> Names {
        let first = |dotted: &str| dotted.split(['.', '/']).next().unwrap_or_default().to_owned();
        let found = &report.inventory;
        let mut roots: BTreeSet<String> = found.apps.iter().map(|a| first(&a.module)).collect();
        roots.extend(found.models.iter().map(|m| first(&m.qualname)));
        roots.extend(found.views.iter().map(|v| first(&v.qualname)));
        roots.extend(found.serializers.iter().map(|s| first(&s.qualname)));
        roots.extend(found.routes.iter().map(|r| first(&r.urlconf)));
        roots.extend(report.project.settings.iter().map(|s| first(&s.module)));
        roots.extend(analysis.inventory.files.iter().map(|f| first(&f.path)));
        let mut modules: BTreeSet<String> = BTreeSet::new();
        for name in report.modules.iter().map(|m| &m.name).chain(found.apps.iter().map(|a| &a.label)).chain([&report.project.name]) {
            modules.extend(words(name).filter(|(word, _)| *word).map(|(_, word)| word.to_owned()));
        }
        let mut wording = BTreeSet::new();
        for rule in &analysis.catalogue.rules {
            for text in [&rule.title, &rule.area, &rule.fastapi].into_iter().chain(&rule.trap) {
                wording.extend(words(text).filter(|(word, _)| *word).map(|(_, word)| word.to_owned()));
            }
        }
        let mut public: BTreeSet<String> = LAYOUT.iter().map(|word| (*word).to_owned()).collect();
        externals(value, &roots, &mut public);
        modules.retain(|word| !LAYOUT.contains(&word.as_str()));
        public.retain(|word| !modules.contains(word));
        Names { roots, public, modules, wording, found: BTreeSet::new(), pseudonyms: BTreeMap::new() }
    }

    fn number(&mut self) {
        let digits = self.found.len().to_string().len();
        for (index, word) in self.found.iter().enumerate() {
            let kind = match word.chars().next() {
                Some(first) if first.is_uppercase() => 'N',
                _ => 'n',
            };
            self.pseudonyms.insert(word.clone(), format!("{kind}{index:0digits$}"));
        }
    }

    /// Whether all of a text is a dotted name of a published package.
    fn is_external(&self, text: &str) -> bool {
        is_external(text, &self.roots)
    }

    fn of_text(&self, text: &str, sentence: bool) -> String {
        if self.is_external(text) {
            return text.to_owned();
        }
        words(text)
            .map(
                |(word, part)| {
                    if word && self.hides(part, sentence) { self.pseudonyms.get(part).map_or("hidden", String::as_str) } else { part }
                },
            )
            .collect()
    }

    fn hides(&self, word: &str, sentence: bool) -> bool {
        if self.modules.contains(word) {
            return true;
        }
        if !says_something(word) || self.public.contains(word) {
            return false;
        }
        // In our sentences only what was seen as a name elsewhere, or does not look like a word.
        !sentence
            || (self.found.contains(word) && !self.wording.contains(word))
            || word.contains('_')
            || word.chars().skip(1).any(char::is_uppercase)
    }
}

fn is_external(text: &str, roots: &BTreeSet<String>) -> bool {
    let dotted =
        text.contains('.') && text.split('.').all(|part| !part.is_empty() && part.chars().all(|ch| ch.is_alphanumeric() || ch == '_'));
    dotted
        && text.split('.').next().is_some_and(|first| {
            !roots.contains(first) && first.chars().next().is_some_and(char::is_lowercase) && PUBLISHED.contains(&first)
        })
}

/// Distributions whose names are no secret.
const PUBLISHED: &[&str] = &[
    "django",
    "rest_framework",
    "rest_framework_simplejwt",
    "django_filters",
    "celery",
    "channels",
    "drf_spectacular",
    "drf_yasg",
    "graphene",
    "graphene_django",
    "strawberry",
    "ninja",
    "wagtail",
    "mptt",
    "treebeard",
    "taggit",
    "guardian",
    "reversion",
    "simple_history",
    "storages",
    "corsheaders",
    "allauth",
    "oauth2_provider",
    "knox",
    "import_export",
    "whitenoise",
    "model_utils",
    "django_extensions",
    "polymorphic",
    "phonenumber_field",
    "django_countries",
    "modeltranslation",
    "tastypie",
    "rq",
    "django_rq",
    "huey",
    "dramatiq",
    "rest_framework_nested",
];

/// Words of published names: `CharField` says nothing of a project.
fn externals(value: &Value, roots: &BTreeSet<String>, out: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if is_external(text, roots) => out.extend(text.split('.').map(str::to_owned)),
        Value::Array(list) => list.iter().for_each(|v| externals(v, roots, out)),
        Value::Object(map) => map.values().for_each(|v| externals(v, roots, out)),
        _ => {}
    }
}

/// The names that there are: words under keys that are not ours.
fn collect(key: &str, value: &Value, names: &mut Names) {
    match value {
        Value::String(text) if !OURS.contains(&key) && !CODE.contains(&key) && !names.is_external(text) => {
            let sentence = SENTENCES.contains(&key);
            for (word, part) in words(text) {
                let odd = part.contains('_') || part.chars().skip(1).any(char::is_uppercase);
                if word && (names.modules.contains(part) || (says_something(part) && !names.public.contains(part) && (!sentence || odd))) {
                    names.found.insert(part.to_owned());
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|v| collect(key, v, names)),
        Value::Object(map) => map.iter().for_each(|(key, v)| collect(key, v, names)),
        _ => {}
    }
}

fn replace(key: &str, value: &mut Value, names: &Names) {
    match value {
        Value::String(text) if CODE.contains(&key) => *text = "…".to_owned(),
        Value::String(text) if !OURS.contains(&key) => *text = names.of_text(text, SENTENCES.contains(&key)),
        Value::Array(list) => list.iter_mut().for_each(|v| replace(key, v, names)),
        Value::Object(map) => map.iter_mut().for_each(|(key, v)| replace(key, v, names)),
        _ => {}
    }
}
