//! Which settings modules there are, which one counts, and what it says. Values are read by key from an allow-list; no other value is kept.

use std::rc::Rc;

use crate::base::{Sym, last_part, sym};
use crate::eval::{Frame, FrameKind, Interp, Value, new_frame};
use crate::facts::{Arg, ExprKind, StmtKind};
use crate::project::Project;

use super::configurations;
use super::inventory::{Database, Settings, SettingsModule};

/// A mention of a settings module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub module: String,
    pub file: u32,
    pub source: &'static str,
    /// The class of django-configurations, where one is named.
    pub configuration: Option<String>,
    rank: (u8, u8, usize),
}

/// A text file that may name the settings module.
#[derive(Clone, Debug, Default)]
pub struct ConfigText {
    pub path: String,
    pub text: String,
}

/// How the example of a module is called that each installation writes for itself.
const EXAMPLE: [&str; 8] = ["_example", "_sample", "_template", "_default", "_defaults", "_dist", ".example", ".sample"];

/// Settings modules, the one that counts first.
pub fn candidates(project: &Project, configs: &[ConfigText], asked: Option<&str>) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    let mut configuration: Option<(u8, String)> = None;
    // Named, but not there: each installation writes its own after an example.
    let mut missing: Vec<String> = Vec::new();
    let mut add = |module: &str, source: &'static str, rank: u8, path: &str, from: u32| {
        let Some(file) = project.modules.get_near(module, from) else { return false };
        let depth = path.matches('/').count();
        let side = u8::from(side_path(path) || side_path(project.path(file)));
        let candidate = Candidate { module: module.to_string(), file, source, configuration: None, rank: (rank, side, depth) };
        match found.iter_mut().find(|c| c.file == file) {
            Some(known) if known.rank <= candidate.rank => {}
            Some(known) => *known = candidate,
            None => found.push(candidate),
        }
        true
    };
    if let Some(asked) = asked {
        add(asked, "command line", 0, "", 0);
    }
    let files = || project.files.iter().enumerate().filter(|(_, file)| !file.migration);
    for (index, file) in files() {
        let name = file.path.rsplit('/').next().unwrap_or("");
        let rank = match name {
            "manage.py" if !among_tests(&file.path) => 1,
            "manage.py" => 3,
            "wsgi.py" | "asgi.py" => 2,
            _ => 4,
        };
        let source = if name == "manage.py" { "manage.py" } else { "config" };
        for (variable, module) in environment_settings(&file.facts.ast) {
            if variable == "DJANGO_SETTINGS_MODULE" {
                // The site is what its server starts, where `manage.py` is for those who develop it.
                let rank = if rank == 1 && configurations::is_for_development(last_part(&module)) { 3 } else { rank };
                if !add(&module, source, rank, &file.path, index as u32) {
                    missing.push(module);
                }
            } else {
                let rank = if rank == 2 { 0 } else { rank };
                if configuration.as_ref().is_none_or(|(known, _)| rank < *known) {
                    configuration = Some((rank, module));
                }
            }
        }
    }
    for config in configs {
        for module in mentioned_in_text(&config.text) {
            if !add(&module, "config", 4, &config.path, 0) {
                missing.push(module);
            }
        }
    }
    let mut whole = false;
    for (index, file) in files() {
        let assigns = |wanted: &str| {
            file.facts.ast.body.iter().any(|s| match file.facts.ast.stmt(*s) {
                StmtKind::Assign(targets, _) => {
                    targets.iter().any(|t| matches!(file.facts.ast.expr(*t), ExprKind::Name(n) if n.as_str() == wanted))
                }
                _ => false,
            })
        };
        if assigns("INSTALLED_APPS") || (assigns("ROOT_URLCONF") && assigns("MIDDLEWARE")) {
            let example = |of: &String| file.module.strip_prefix(of.as_str()).is_some_and(|rest| EXAMPLE.contains(&rest));
            // Elsewhere than where it is looked for: the site puts it there.
            let moved = |of: &String| file.module.strip_suffix(of.as_str()).is_some_and(|before| before.ends_with('.'));
            let rank = if missing.iter().any(|of| example(of) || moved(of)) { 4 } else { 5 };
            add(&file.module, "guess", rank, &file.path, index as u32);
            let site = assigns("INSTALLED_APPS") && assigns("ROOT_URLCONF") && assigns("MIDDLEWARE") && !side_path(&file.path);
            whole |= site && has_pages(project, index as u32);
        }
    }
    // Where the settings of a site are in view, those that only serve tests do not come before them, even if a `manage.py` names them.
    for candidate in found.iter_mut().filter(|candidate| whole && candidate.rank.1 == 1 && candidate.source != "command line") {
        candidate.rank.0 = 6;
    }
    found.sort_by(|a, b| a.rank.cmp(&b.rank).then_with(|| a.module.cmp(&b.module)));
    for candidate in &mut found {
        candidate.configuration = configuration.as_ref().map(|(_, name)| name.clone());
    }
    found
}

/// Whether the URLs that a settings module names are the project's, and do not only lie beside it: defaults of a library name those of its users.
fn has_pages(project: &Project, file: u32) -> bool {
    let Some(ast) = project.files.get(file as usize).map(|file| &file.facts.ast) else { return false };
    let in_view = |module: Sym| project.modules.get_near(&module, file).is_some_and(|urls| !side_path(project.path(urls)));
    root_urlconfs(ast).next().is_none_or(in_view)
}

/// What texts a module assigns to ROOT_URLCONF.
fn root_urlconfs(ast: &crate::facts::Ast) -> impl Iterator<Item = Sym> {
    ast.stmts.iter().filter_map(|stmt| match &stmt.kind {
        StmtKind::Assign(targets, value)
            if targets.iter().any(|t| matches!(ast.expr(*t), ExprKind::Name(n) if n.as_str() == "ROOT_URLCONF")) =>
        {
            match ast.expr(*value) {
                ExprKind::Str(module) => Some(*module),
                _ => None,
            }
        }
        _ => None,
    })
}

fn among_tests(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "tests" | "test" | "testing"))
}

/// The settings modules that a file names.
pub fn named(ast: &crate::facts::Ast) -> impl Iterator<Item = String> {
    environment_settings(ast).into_iter().filter(|(variable, _)| variable == "DJANGO_SETTINGS_MODULE").map(|(_, module)| module)
}

/// Documentation, examples and tests come last among settings of the same rank.
fn side_path(path: &str) -> bool {
    path.split('/').any(|part| {
        let part = part.trim_end_matches(".py");
        part.starts_with("test_")
            || part.ends_with("_test")
            || matches!(
                part,
                "docs"
                    | "doc"
                    | "examples"
                    | "example"
                    | "demo"
                    | "demos"
                    | "sandbox"
                    | "tests"
                    | "test"
                    | "testing"
                    | "benchmarks"
                    | "template"
                    | "project_template"
            )
    })
}

/// `os.environ.setdefault("DJANGO_SETTINGS_MODULE", "x.y")` and `os.environ["DJANGO_SETTINGS_MODULE"] = "x.y"`.
fn environment_settings(ast: &crate::facts::Ast) -> Vec<(Sym, String)> {
    let mut out = Vec::new();
    let names = |s: &Sym| matches!(s.as_str(), "DJANGO_SETTINGS_MODULE" | "DJANGO_CONFIGURATION");
    for call in &ast.calls {
        let ExprKind::Call(_, args) = ast.expr(call.expr) else { continue };
        if let [Arg::Pos(key), Arg::Pos(value)] = args.as_ref()
            && let (ExprKind::Str(key), ExprKind::Str(value)) = (ast.expr(*key), ast.expr(*value))
            && names(key)
        {
            out.push((*key, value.to_string()));
        }
    }
    for stmt in &ast.stmts {
        let StmtKind::Assign(targets, value) = &stmt.kind else { continue };
        for target in targets {
            if let ExprKind::Subscript(_, key) = ast.expr(*target)
                && let (ExprKind::Str(key), ExprKind::Str(value)) = (ast.expr(*key), ast.expr(*value))
                && names(key)
            {
                out.push((*key, value.to_string()));
            }
        }
    }
    out
}

fn mentioned_in_text(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (at, _) in text.match_indices("DJANGO_SETTINGS_MODULE") {
        let rest = text.get(at + "DJANGO_SETTINGS_MODULE".len()..).unwrap_or("");
        let rest = rest.trim_start_matches([' ', '\t', '=', ':', '"', '\'', ',', '-']);
        let module: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.')).collect();
        if module.len() > 2 && !out.contains(&module) {
            out.push(module);
        }
    }
    if text.contains("--ds=") {
        for (at, _) in text.match_indices("--ds=") {
            let module: String =
                text.get(at + 5..).unwrap_or("").chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.')).collect();
            if !module.is_empty() {
                out.push(module);
            }
        }
    }
    out
}

/// Execute a settings module; its upper-case names become `django.conf.settings`.
pub fn load(interp: &mut Interp, candidate: &Candidate) -> Rc<Frame> {
    let module = interp.import_file(candidate.file);
    let frame = new_frame(FrameKind::Module, candidate.file, None);
    for (name, value) in module.vars.borrow().iter() {
        if name.chars().any(|c| c.is_ascii_uppercase()) && !name.chars().any(|c| c.is_ascii_lowercase()) {
            frame.vars.borrow_mut().insert(*name, value.clone());
        }
    }
    configurations::load(interp, &module, candidate.configuration.as_deref(), &frame);
    frame
}

fn setting(interp: &mut Interp, frame: &Rc<Frame>, name: &str) -> Option<Value> {
    let value = frame.vars.borrow().get(&sym(name)).cloned()?;
    Some(interp.force(value))
}

/// The strings of a list-like setting; what is not a known string is counted.
pub fn strings(interp: &mut Interp, value: &Value) -> (Vec<String>, Vec<Value>) {
    let mut out = Vec::new();
    let mut unknown = Vec::new();
    let items: Vec<Value> = match value {
        Value::Alt(options) => options.iter().flat_map(|o| o.items().unwrap_or_default()).collect(),
        other => other.items().unwrap_or_else(|| vec![other.clone()]),
    };
    for item in items.into_iter().flat_map(with_given) {
        match interp.force(item) {
            Value::Str(text) if !out.contains(&text.to_string()) => out.push(text.to_string()),
            Value::Str(_) | Value::None => {}
            Value::Class(class) => out.push(interp.class(class).dotted()),
            other => unknown.push(other),
        }
    }
    (out, unknown)
}

/// What a package makes of a list that it is given holds that list: `MIDDLEWARE = with_static_files(MIDDLEWARE)`.
fn with_given(item: Value) -> Vec<Value> {
    let made = if let Value::Spread(inner) = &item { inner } else { &item };
    let given = match made {
        Value::Call(call) if call.ext().is_some() => call.args.first().and_then(Value::items),
        _ => None,
    };
    given.into_iter().flatten().chain([item]).collect()
}

/// What the settings say, from an allow-list of keys.
pub fn summary(interp: &mut Interp, frame: Option<&Rc<Frame>>, candidates: &[Candidate]) -> Settings {
    let mut out = Settings { auth_user_model: "auth.User".into(), ..Settings::default() };
    for (i, candidate) in candidates.iter().enumerate() {
        out.modules.push(SettingsModule {
            module: candidate.module.clone(),
            file: interp.project.path(candidate.file).to_string(),
            source: candidate.source.to_string(),
            chosen: i == 0,
        });
    }
    let Some(frame) = frame else { return out };
    let list = |interp: &mut Interp, names: &[&str]| {
        for name in names {
            if let Some(value) = setting(interp, frame, name) {
                let found = strings(interp, &value).0;
                if !found.is_empty() {
                    return found;
                }
            }
        }
        Vec::new()
    };
    out.installed_apps = list(interp, &["INSTALLED_APPS"]);
    out.middleware = list(interp, &["MIDDLEWARE", "MIDDLEWARE_CLASSES"]);
    out.database_routers = list(interp, &["DATABASE_ROUTERS"]);
    out.authentication_backends = list(interp, &["AUTHENTICATION_BACKENDS"]);
    let text = |interp: &mut Interp, name: &str| match setting(interp, frame, name) {
        Some(Value::Str(text)) => Some(text.to_string()),
        Some(Value::Alt(options)) => options.iter().find_map(|o| o.as_str().map(|s| s.to_string())),
        _ => None,
    };
    out.root_urlconf = text(interp, "ROOT_URLCONF");
    if let Some(user) = text(interp, "AUTH_USER_MODEL") {
        out.auth_user_model = user;
    }
    out.default_auto_field = text(interp, "DEFAULT_AUTO_FIELD");
    out.session_engine = text(interp, "SESSION_ENGINE");
    for (alias, value) in entries(interp, frame, "DATABASES") {
        let engine = dict_text(interp, &value, "ENGINE");
        let atomic_requests = dict_value(interp, &value, "ATOMIC_REQUESTS").is_some_and(|v| v.as_bool() == Some(true));
        out.databases.push(Database { alias, engine, atomic_requests });
    }
    for (alias, value) in entries(interp, frame, "CACHES") {
        let backend = dict_text(interp, &value, "BACKEND");
        out.caches.push((alias, backend));
    }
    if let Some(Value::List(engines)) = setting(interp, frame, "TEMPLATES") {
        for engine in engines.borrow().clone() {
            out.template_engines.extend(dict_text(interp, &engine, "BACKEND"));
            if let Some(dirs) = dict_value(interp, &engine, "DIRS") {
                out.template_dirs.extend(dirs.items().unwrap_or_default().iter().filter_map(folder));
            }
            if let Value::Dict(dict) = &engine
                && let Some(Value::Dict(options)) = dict.get("OPTIONS").map(|o| interp.force(o))
                && let Some(processors) = options.get("context_processors").map(|p| interp.force(p))
            {
                out.context_processors.extend(strings(interp, &processors).0);
            }
        }
    }
    out.context_processors.extend(list(interp, &["TEMPLATE_CONTEXT_PROCESSORS"]));
    for (key, value) in entries(interp, frame, "REST_FRAMEWORK") {
        if !REST_KEYS.contains(&key.as_str()) {
            continue;
        }
        let values = match &value {
            Value::Str(text) => vec![text.to_string()],
            Value::Int(n) => vec![n.to_string()],
            Value::Bool(b) => vec![b.to_string()],
            Value::None => vec!["None".to_string()],
            other => strings(interp, other).0,
        };
        out.rest_framework.push((key, values));
    }
    for name in FLAGS {
        match setting(interp, frame, name) {
            Some(Value::Bool(b)) => out.flags.push(((*name).to_string(), b.to_string())),
            Some(Value::Int(n)) => out.flags.push(((*name).to_string(), n.to_string())),
            _ => {}
        }
    }
    for name in TEXT_FLAGS {
        if let Some(value) = text(interp, name) {
            out.flags.push(((*name).to_string(), value));
        }
    }
    if let Some(hashers) = setting(interp, frame, "PASSWORD_HASHERS") {
        out.lists.extend(strings(interp, &hashers).0.into_iter().map(|hasher| ("PASSWORD_HASHERS".to_owned(), hasher)));
    }
    if let Some(header) = setting(interp, frame, "SECURE_PROXY_SSL_HEADER") {
        out.lists.extend(strings(interp, &header).0.into_iter().map(|text| ("SECURE_PROXY_SSL_HEADER".to_owned(), text)));
    }
    if let Some(Value::List(validators)) = setting(interp, frame, "AUTH_PASSWORD_VALIDATORS") {
        for validator in validators.borrow().clone() {
            let name = dict_text(interp, &validator, "NAME");
            out.lists.extend(name.map(|name| ("AUTH_PASSWORD_VALIDATORS".to_owned(), name)));
        }
    }
    for (alias, value) in entries(interp, frame, "STORAGES") {
        if let Some(backend) = dict_text(interp, &value, "BACKEND") {
            out.flags.push((format!("STORAGES.{alias}"), backend));
        }
    }
    for name in PRESENT {
        let there = match setting(interp, frame, name) {
            Some(Value::None) | None => false,
            Some(value) => value.items().is_none_or(|items| !items.is_empty()),
        };
        if there {
            out.flags.push(((*name).to_string(), "set".to_string()));
        }
    }
    for (alias, value) in entries(interp, frame, "CHANNEL_LAYERS") {
        if let Some(backend) = dict_text(interp, &value, "BACKEND") {
            out.flags.push((format!("CHANNEL_LAYERS.{alias}"), backend));
        }
    }
    // Celery: its switches and numbers, and how many entries the schedule has; never an address.
    let celery: Vec<Sym> = frame.vars.borrow().keys().filter(|n| n.starts_with("CELERY")).copied().collect();
    for name in celery {
        match setting(interp, frame, &name) {
            Some(Value::Bool(b)) => out.flags.push((name.to_string(), b.to_string())),
            Some(Value::Int(n)) => out.flags.push((name.to_string(), n.to_string())),
            Some(Value::Dict(dict)) if name.ends_with("BEAT_SCHEDULE") || name.ends_with("BEATSCHEDULE") => {
                out.flags.push((name.to_string(), format!("{} scheduled", dict.items.borrow().len())));
                let scheduled: Vec<(String, Value)> =
                    dict.items.borrow().values().filter_map(|(k, v)| Some((k.as_str()?.to_string(), v.clone()))).collect();
                for (entry, value) in scheduled {
                    let task = dict_text(interp, &value, "task");
                    out.schedule.push((entry, task));
                }
            }
            _ => {}
        }
    }
    for name in FLAGS.iter().chain(TEXT_FLAGS).chain(UNDECIDED) {
        let decided = match setting(interp, frame, name) {
            None | Some(Value::None | Value::Bool(_) | Value::Int(_) | Value::Str(_)) => true,
            Some(value @ (Value::List(_) | Value::Tuple(_))) => strings(interp, &value).1.is_empty(),
            Some(_) => false,
        };
        if !decided {
            out.undecided.push((*name).to_string());
        }
    }
    out.undecided.sort();
    out.flags.sort();
    out.flags.dedup();
    out.databases.sort_by(|a, b| a.alias.cmp(&b.alias));
    out.caches.sort();
    out.rest_framework.sort();
    out
}

fn entries(interp: &mut Interp, frame: &Rc<Frame>, name: &str) -> Vec<(String, Value)> {
    match setting(interp, frame, name) {
        Some(Value::Dict(dict)) => {
            dict.items.borrow().values().filter_map(|(k, v)| k.as_str().map(|k| (k.to_string(), v.clone()))).collect()
        }
        _ => Vec::new(),
    }
}

/// The end of a directory's path: what it is below the project, or below something that only a deployment knows.
fn folder(value: &Value) -> Option<String> {
    let parts = match value {
        Value::Str(text) => text.to_string(),
        // `BASE_DIR / "a"`, `BASE_DIR.joinpath("a", "b")`
        Value::Call(call) => call.args.iter().filter_map(folder).collect::<Vec<_>>().join("/"),
        _ => return None,
    };
    let path = parts.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect::<Vec<_>>().join("/");
    (!path.is_empty()).then_some(path)
}

fn dict_text(interp: &mut Interp, value: &Value, key: &str) -> Option<String> {
    dict_value(interp, value, key)?.as_str().map(|s| s.to_string())
}

fn dict_value(interp: &mut Interp, value: &Value, key: &str) -> Option<Value> {
    let Value::Dict(dict) = value else { return None };
    let value = dict.get(key)?;
    Some(interp.force(value))
}

/// Keys of REST_FRAMEWORK whose values are names, numbers or switches.
const REST_KEYS: &[&str] = &[
    "ALLOWED_VERSIONS",
    "COERCE_DECIMAL_TO_STRING",
    "DATETIME_FORMAT",
    "DATE_FORMAT",
    "DEFAULT_AUTHENTICATION_CLASSES",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS",
    "DEFAULT_FILTER_BACKENDS",
    "DEFAULT_METADATA_CLASS",
    "DEFAULT_PAGINATION_CLASS",
    "DEFAULT_PARSER_CLASSES",
    "DEFAULT_PERMISSION_CLASSES",
    "DEFAULT_RENDERER_CLASSES",
    "DEFAULT_SCHEMA_CLASS",
    "DEFAULT_THROTTLE_CLASSES",
    "DEFAULT_VERSION",
    "DEFAULT_VERSIONING_CLASS",
    "EXCEPTION_HANDLER",
    "NON_FIELD_ERRORS_KEY",
    "ORDERING_PARAM",
    "PAGE_SIZE",
    "SEARCH_PARAM",
    "TIME_FORMAT",
    "UNICODE_JSON",
    "URL_FORMAT_OVERRIDE",
    "VERSION_PARAM",
];

const FLAGS: &[&str] = &[
    "APPEND_SLASH",
    "ATOMIC_REQUESTS",
    "CELERY_TASK_ALWAYS_EAGER",
    "CORS_ALLOW_ALL_ORIGINS",
    "CSRF_COOKIE_HTTPONLY",
    "CSRF_COOKIE_SECURE",
    "CSRF_USE_SESSIONS",
    "DEBUG",
    "PASSWORD_RESET_TIMEOUT",
    "PREPEND_WWW",
    "SECURE_SSL_REDIRECT",
    "SESSION_COOKIE_AGE",
    "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SECURE",
    "SESSION_EXPIRE_AT_BROWSER_CLOSE",
    "SESSION_SAVE_EVERY_REQUEST",
    "SITE_ID",
    "USE_I18N",
    "USE_L10N",
    "USE_TZ",
];

const TEXT_FLAGS: &[&str] = &[
    "ASGI_APPLICATION",
    "CELERY_RESULT_SERIALIZER",
    "CELERY_TASK_SERIALIZER",
    "CSRF_COOKIE_NAME",
    "CSRF_FAILURE_VIEW",
    "DEFAULT_FILE_STORAGE",
    "EMAIL_BACKEND",
    "FORCE_SCRIPT_NAME",
    "FORM_RENDERER",
    "LANGUAGE_CODE",
    "MESSAGE_STORAGE",
    "SESSION_COOKIE_NAME",
    "SESSION_COOKIE_SAMESITE",
    "SESSION_SERIALIZER",
    "STATICFILES_STORAGE",
    "TEST_RUNNER",
    "TIME_ZONE",
    "WSGI_APPLICATION",
];

/// What else is named where its value is not known.
const UNDECIDED: &[&str] = &["AUTHENTICATION_BACKENDS", "AUTH_USER_MODEL", "PASSWORD_HASHERS", "SECURE_PROXY_SSL_HEADER", "SESSION_ENGINE"];

/// Settings of which only is kept that they say something.
const PRESENT: &[&str] = &["ADMINS", "LANGUAGES", "LOCALE_PATHS", "LOGGING", "MANAGERS", "SECRET_KEY_FALLBACKS"];

/// The URL modules of other hosts: `ROOT_HOSTCONF` of django-hosts names a module with `host_patterns`.
fn hosts(interp: &mut Interp, frame: &Rc<Frame>) -> Vec<String> {
    let Some(module) = setting(interp, frame, "ROOT_HOSTCONF").and_then(|module| module.as_str()) else { return Vec::new() };
    let Some(file) = interp.project.modules.get(&module) else { return Vec::new() };
    let patterns = interp.module(file).vars.borrow().get(&sym("host_patterns")).cloned();
    let mut out = Vec::new();
    // `patterns("prefix", host(…), …)`, or a list.
    let (prefix, listed) = match patterns {
        Some(Value::Call(call)) if call.ext().is_some_and(|name| name.starts_with("django_hosts.") && last_part(&name) == "patterns") => {
            let prefix = call.args.first().and_then(Value::as_str).filter(|prefix| !prefix.is_empty());
            (prefix, call.args.get(1..).unwrap_or_default().to_vec())
        }
        other => (None, other.and_then(|patterns| patterns.items()).unwrap_or_default()),
    };
    for host in listed {
        let Value::Call(host) = &host else { continue };
        let facts = host.ext().and_then(|name| interp.project.packages.function(name)).filter(|facts| facts.kind == "host_route");
        if let (Some(_), Some(urlconf)) = (facts, host.arg(1, "urlconf").and_then(Value::as_str)) {
            out.push(prefix.map_or_else(|| urlconf.to_string(), |prefix| format!("{prefix}.{urlconf}")));
        }
    }
    out
}

/// What `path.to.urls` a settings file names besides ROOT_URLCONF (django-hosts, sub-domains): settings whose name ends with URLCONF.
pub fn urlconfs(interp: &mut Interp, frame: &Rc<Frame>) -> Vec<String> {
    let names: Vec<Sym> = frame.vars.borrow().keys().filter(|n| n.contains("URLCONF")).copied().collect();
    let mut out = Vec::new();
    let mut push = |module: String| {
        if !out.contains(&module) {
            out.push(module);
        }
    };
    for name in std::iter::once(sym("ROOT_URLCONF")).chain(names) {
        match setting(interp, frame, &name) {
            Some(Value::Str(text)) => push(text.to_string()),
            Some(Value::Alt(options)) => options.iter().filter_map(Value::as_str).for_each(|s| push(s.to_string())),
            Some(Value::Dict(dict)) => dict.items.borrow().values().filter_map(|(_, v)| v.as_str()).for_each(|s| push(s.to_string())),
            _ => {}
        }
    }
    for module in hosts(interp, frame) {
        push(module);
    }
    out.retain(|module| interp.project.modules.get(module).is_some());
    out
}

/// ROOT_URLCONF as other settings modules of the chosen one's package write it.
pub fn other_urlconfs(project: &Project, candidates: &[Candidate]) -> Vec<String> {
    let Some(chosen) = candidates.first() else { return Vec::new() };
    let Some((dir, _)) = project.path(chosen.file).rsplit_once('/') else { return Vec::new() };
    let prefix = format!("{dir}/");
    let mut out = Vec::new();
    for file in &project.files {
        if !file.path.starts_with(&prefix) || !dir.ends_with("settings") {
            continue;
        }
        for module in root_urlconfs(&file.facts.ast) {
            if project.modules.get(&module).is_some() && !out.contains(&module.to_string()) {
                out.push(module.to_string());
            }
        }
    }
    out
}
