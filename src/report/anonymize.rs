//! The report under pseudonyms, so that it can leave the company: no name of the project and no piece of its code, every number as it was.
//!
//! The rule is that a word is a name unless we know better: it stands under a key whose values are ours, or it belongs to Django, to a published package or
//! to the way Python projects are laid out. In sentences of ours the words of our own catalogue stay as well, but never names of modules, apps and
//! the project. Pseudonyms are numbered in the order of the names, so that they say nothing, sort alike, and are the same in all outputs of one tree.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::json::Report;
use crate::effort::Analysis;
use crate::project::packages::has_table;

/// Keys whose values are words of ours, of the standard, or of the framework's vocabulary.
const OURS: &[&str] = &[
    "would_change",
    "cause",
    "change",
    "expression",
    "not_separable_because",
    "remedy",
    "not_known",
    "how",
    "exit_criteria",
    "decision_gate",
    "criterion",
    "about",
    "access",
    "aim",
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
    "state",
    "status",
    "strategy",
    "unit",
    "verdict",
    "version",
    "likely_methods",
    "trap",
    "counterpart",
    "fate",
    "features",
    "hooks",
];
/// Keys of sentences of ours that may hold names.
const SENTENCES: &[&str] =
    &["by", "from", "because", "evidence", "message", "reason", "reasons", "title", "verdict_reasons", "what", "never_fires"];
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
    "project_root",
    "py",
    "GET",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "AddConstraint",
    "AddField",
    "AddIndex",
    "AlterField",
    "AlterIndexTogether",
    "AlterModelManagers",
    "AlterModelOptions",
    "AlterModelTable",
    "AlterOrderWithRespectTo",
    "AlterUniqueTogether",
    "CreateModel",
    "DeleteModel",
    "RemoveConstraint",
    "RemoveField",
    "RemoveIndex",
    "RenameField",
    "RenameIndex",
    "RenameModel",
    "RunPython",
    "RunSQL",
    "SeparateDatabaseAndState",
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

/// Spelled as code spells names.
fn odd(word: &str) -> bool {
    word.contains('_') || word.chars().skip(1).any(char::is_uppercase)
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
    /// Ids of a team's own rules: those are names, ours are not.
    own_rules: BTreeSet<String>,
    /// Texts of a team's own rules.
    theirs: Vec<String>,
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
        for rule in analysis.catalogue.rules.iter().filter(|rule| rule.origin == "builtin") {
            for text in [&rule.title, &rule.area, &rule.fastapi].into_iter().chain(&rule.trap) {
                wording.extend(words(text).filter(|(word, _)| *word).map(|(_, word)| word.to_owned()));
            }
        }
        let mut public: BTreeSet<String> = LAYOUT.iter().map(|word| (*word).to_owned()).collect();
        externals(value, &roots, &mut public);
        modules.retain(|word| !LAYOUT.contains(&word.as_str()));
        public.retain(|word| !modules.contains(word));
        let own = |rule: &&crate::rules::Rule| rule.origin == "builtin" && rule.overridden.is_none();
        let own_rules: BTreeSet<String> =
            analysis.catalogue.rules.iter().filter(|rule| rule.origin != "builtin").map(|r| r.id.clone()).collect();
        let written = |rule: &crate::rules::Rule| [Some(rule.title.clone()), rule.trap.clone(), Some(rule.fastapi.clone())];
        let mut theirs: Vec<String> =
            analysis.catalogue.rules.iter().filter(|r| !own(r)).flat_map(written).flatten().filter(|text| !text.is_empty()).collect();
        theirs.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Names { roots, public, modules, wording, own_rules, theirs, found: BTreeSet::new(), pseudonyms: BTreeMap::new() }
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

    /// Whether the values of a key are ours.
    fn is_ours(&self, key: &str, text: &str) -> bool {
        match key {
            "rule" | "driver" => !self.own_rules.contains(text),
            _ => OURS.contains(&key),
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
        let own = self.theirs.iter().fold(text.to_owned(), |text, theirs| text.replace(theirs, "a rule of the team"));
        words(&own)
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
        // In our sentences only what was seen as a name elsewhere, or does not look like a word of ours.
        !sentence || (!self.wording.contains(word) && (self.found.contains(word) || odd(word)))
    }
}

/// Packages whose names are no secret: those that a table of ours describes, and queues that need none.
fn is_published(root: &str) -> bool {
    has_table(root) || matches!(root, "rq" | "dramatiq")
}

fn is_external(text: &str, roots: &BTreeSet<String>) -> bool {
    let dotted =
        text.contains('.') && text.split('.').all(|part| !part.is_empty() && part.chars().all(|ch| ch.is_alphanumeric() || ch == '_'));
    dotted
        && text
            .split('.')
            .next()
            .is_some_and(|first| !roots.contains(first) && first.chars().next().is_some_and(char::is_lowercase) && is_published(first))
}

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
        Value::String(text) if !names.is_ours(key, text) && !CODE.contains(&key) && !names.is_external(text) => {
            let sentence = SENTENCES.contains(&key);
            let text = if key == "message" { text.split_once(": ").map_or("", |(_, found)| found) } else { text };
            for (word, part) in words(text) {
                let seen = !sentence || key == "message" || (odd(part) && !names.wording.contains(part));
                if word && (names.modules.contains(part) || (says_something(part) && !names.public.contains(part) && seen)) {
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
        Value::String(text) if names.theirs.contains(text) => *text = "a rule of the team".to_owned(),
        Value::String(text) if CODE.contains(&key) => *text = "…".to_owned(),
        // What a rule found stands behind its title.
        Value::String(text) if key == "message" => {
            *text = match text.split_once(": ") {
                Some((title, found)) => format!("{}: {}", names.of_text(title, true), names.of_text(found, false)),
                None => names.of_text(text, true),
            }
        }
        Value::String(text) if !names.is_ours(key, text) => *text = names.of_text(text, SENTENCES.contains(&key)),
        Value::Array(list) => list.iter_mut().for_each(|v| replace(key, v, names)),
        Value::Object(map) => map.iter_mut().for_each(|(key, v)| replace(key, v, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;
    use crate::report::{Format, write};

    /// Every name of the sample that a project made up.
    const SECRET: &[&str] = &[
        "stocktake",
        "OrderOut",
        "catalog",
        "labs",
        "orders",
        "Product",
        "Trial",
        "Orders",
        "OrderSerializer",
        "ProductAdmin",
        "Audit",
        "remind",
        "Live",
        "shop",
        "etl",
        "money",
    ];

    fn anonymous() -> (Analysis, Report) {
        let analysis = sample::analysis(sample::inventory());
        let report = anonymized(&Report::from(&analysis), &analysis).unwrap();
        (analysis, report)
    }

    #[test]
    fn no_name_is_in_any_output() {
        let (analysis, report) = anonymous();
        let mut texts: Vec<String> = [Format::Json, Format::Html, Format::Markdown]
            .iter()
            .map(|f| String::from_utf8(write(*f, &analysis, &report)).unwrap())
            .collect();
        // The page's own texts have no names of projects; "Orders" and the like are no words of theirs.
        texts.extend(crate::report::csv::write(&report).into_iter().map(|file| file.text));
        for text in &texts {
            let all: BTreeSet<&str> = words(text).filter(|(word, _)| *word).map(|(_, word)| word).collect();
            for secret in SECRET.iter().filter(|s| !matches!(**s, "money" | "orders" | "catalog" | "shop") || text.starts_with('{')) {
                assert!(!all.contains(secret), "{secret} in {}", &text[..80.min(text.len())]);
            }
        }
    }

    #[test]
    fn numbers_and_the_shape_stay() {
        let (analysis, report) = anonymous();
        let open = Report::from(&analysis);
        assert_eq!(report.summary.totals, open.summary.totals);
        assert_eq!(report.modules.len(), open.modules.len());
        for (a, b) in report.modules.iter().zip(&open.modules) {
            assert_eq!((a.effort.mean, &a.verdict, &a.counts), (b.effort.mean, &b.verdict, &b.counts));
        }
        // What a module needs is still a module.
        let names: BTreeSet<&str> = report.modules.iter().map(|m| m.name.as_str()).collect();
        assert!(report.modules.iter().flat_map(|m| &m.depends_on).all(|d| names.contains(d.module.as_str())));
        assert_eq!(names.len(), open.modules.len());
    }

    #[test]
    fn published_names_stay_and_the_same_name_is_the_same_pseudonym() {
        let (_, report) = anonymous();
        assert_eq!(report.inventory.settings.rest_framework["DEFAULT_PERMISSION_CLASSES"], ["rest_framework.permissions.IsAuthenticated"]);
        let app = report.inventory.models.iter().map(|m| m.app.as_str()).collect::<BTreeSet<_>>();
        assert!(report.inventory.apps.iter().all(|a| app.contains(a.label.as_str())), "{app:?}");
    }
}
