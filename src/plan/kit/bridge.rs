//! How FastAPI gets to know who is logged in: by reading Django's session itself, or by asking Django where that cannot be done.
//!
//! Apart from the templates, because this is where it is decided what they may rely on. A reading bridge that is wrong about the project lets
//! somebody in, so it is only written where everything that it rests on is known; the rest is a reason to ask, or a point to check.

use crate::django::inventory::{Inventory, Model};

use super::encode::{self, Py, code, is_cookie_name, is_dotted, is_sql_name, is_time_zone};

const READ: &str = include_str!("templates/session_bridge.py");
const ASK: &str = include_str!("templates/session_bridge_ask.py");

/// What is done about sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// FastAPI reads them.
    Read,
    /// Django is asked, for these reasons.
    Ask(Vec<String>),
    /// The project has none.
    None,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bridge {
    pub kind: Kind,
    /// The module; none where there are no sessions.
    pub text: Option<String>,
    /// What a person has to look at, because the source does not say it.
    pub checks: Vec<String>,
    /// Distributions that its password hashers need.
    pub packages: Vec<&'static str>,
}

/// Hashers of Django: class, algorithm, the distribution that it needs. The first five are the default, scrypt since Django 4.0.
const HASHERS: [(&str, &str, Option<&str>); 8] = [
    ("PBKDF2PasswordHasher", "pbkdf2_sha256", None),
    ("PBKDF2SHA1PasswordHasher", "pbkdf2_sha1", None),
    ("Argon2PasswordHasher", "argon2", Some("argon2-cffi")),
    ("BCryptSHA256PasswordHasher", "bcrypt_sha256", Some("bcrypt")),
    ("ScryptPasswordHasher", "scrypt", None),
    ("BCryptPasswordHasher", "bcrypt", Some("bcrypt")),
    ("MD5PasswordHasher", "md5", None),
    // Later than the others, so that the default is a beginning of the list.
    ("UnsaltedMD5PasswordHasher", "", None),
];
const DEFAULT_HASHERS: usize = 5;

const MODEL_BACKEND: &str = "django.contrib.auth.backends.ModelBackend";
/// Back ends of Django that let inactive users in.
const FOR_INACTIVE: [&str; 2] =
    ["django.contrib.auth.backends.AllowAllUsersModelBackend", "django.contrib.auth.backends.AllowAllUsersRemoteUserBackend"];
const STRICT: [&str; 2] = [MODEL_BACKEND, "django.contrib.auth.backends.RemoteUserBackend"];

/// Where users are.
struct Users {
    table: String,
    id: String,
    id_type: &'static str,
    password: String,
    flags: [Option<String>; 3],
}

/// The state of the decision: what was found that speaks against reading, and what has to be checked.
#[derive(Default)]
struct Judge {
    reasons: Vec<String>,
    checks: Vec<String>,
}

pub fn bridge(inventory: &Inventory) -> Bridge {
    let settings = &inventory.settings;
    let installed = settings.installed_apps.iter().any(|app| app == "django.contrib.sessions" || app.ends_with("sessions"));
    let middleware: Vec<&String> = settings.middleware.iter().filter(|name| name.ends_with("SessionMiddleware")).collect();
    // Without any app the settings were not found or not understood, which says nothing about sessions.
    let known = !settings.installed_apps.is_empty();
    if known && !installed && middleware.is_empty() {
        return Bridge { kind: Kind::None, text: None, checks: Vec::new(), packages: Vec::new() };
    }
    let mut judge = Judge::default();
    if !known {
        judge.reasons.push("no settings module with INSTALLED_APPS was found; --settings names one".to_owned());
    }
    for own in middleware.iter().filter(|name| name.as_str() != "django.contrib.sessions.middleware.SessionMiddleware") {
        judge.checks.push(format!("{} takes the place of Django's SessionMiddleware: does it change the cookie?", code(own)));
    }
    let engine = engine(inventory, &mut judge);
    old_django(inventory, &mut judge);
    let users = users(inventory, &mut judge);
    let cookie = cookie_name(inventory, "SESSION_COOKIE_NAME", "sessionid", &mut judge);
    let (Some(engine), Some(users), true) = (engine, users, judge.reasons.is_empty()) else {
        let text = encode::fill(ASK, &[("SESSION_COOKIE", Py::Text(cookie))]);
        return Bridge { kind: Kind::Ask(judge.reasons), text, checks: judge.checks, packages: vec!["httpx"] };
    };
    let (hashers, packages) = hashers(inventory, &mut judge);
    let (backends, for_inactive) = backends(inventory, &mut judge);
    let csrf_cookie = cookie_name(inventory, "CSRF_COOKIE_NAME", "csrftoken", &mut judge);
    let (use_tz, time_zone) = times(inventory, &mut judge);
    let age = match flag(inventory, "SESSION_COOKIE_AGE").map(str::parse) {
        Some(Ok(age)) => age,
        _ => 1_209_600,
    };
    if engine == "signed_cookies" {
        check_undecided(inventory, "SESSION_COOKIE_AGE", "1209600 seconds, two weeks", &mut judge);
    }
    check_undecided(inventory, "CSRF_USE_SESSIONS", "that the token lies in a cookie", &mut judge);
    if !settings.database_routers.is_empty() && engine != "signed_cookies" {
        let routers: Vec<String> = settings.database_routers.iter().map(|router| code(router)).collect();
        judge
            .checks
            .push(format!("database routers ({}) decide where sessions and users are: one DATABASE_URL or two?", routers.join(", ")));
    }
    let [active, staff, superuser] = users.flags;
    let values = [
        ("session_engine", Py::text(engine)),
        ("session_cookie", Py::Text(cookie)),
        ("session_age", Py::Int(age)),
        ("user_table", Py::Text(users.table)),
        ("user_id", Py::Text(users.id)),
        ("user_id_type", Py::text(users.id_type)),
        ("user_password", Py::Text(users.password)),
        ("user_is_active", Py::optional(active.as_deref())),
        ("user_is_staff", Py::optional(staff.as_deref())),
        ("user_is_superuser", Py::optional(superuser.as_deref())),
        ("auth_backends", Py::Tuple(backends)),
        ("auth_backends_for_inactive", Py::Tuple(for_inactive)),
        ("csrf_cookie", Py::Text(csrf_cookie)),
        ("csrf_in_session", Py::Bool(flag(inventory, "CSRF_USE_SESSIONS") == Some("true"))),
        ("use_tz", Py::Bool(use_tz)),
        ("time_zone", Py::Text(time_zone)),
        ("hashers", Py::Tuple(hashers)),
    ];
    Bridge { kind: Kind::Read, text: encode::fill(READ, &values), checks: judge.checks, packages }
}

fn flag<'a>(inventory: &'a Inventory, name: &str) -> Option<&'a str> {
    inventory.settings.flags.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn is_undecided(inventory: &Inventory, name: &str) -> bool {
    inventory.settings.undecided.iter().any(|key| key == name)
}

fn check_undecided(inventory: &Inventory, name: &str, taken: &str, judge: &mut Judge) {
    if is_undecided(inventory, name) {
        judge.checks.push(format!("what {name} is set to is not known; the bridge takes {taken}"));
    }
}

/// The engine as the template knows it, where sessions of it can be read.
fn engine(inventory: &Inventory, judge: &mut Judge) -> Option<&'static str> {
    if is_undecided(inventory, "SESSION_ENGINE") {
        judge.reasons.push("SESSION_ENGINE is set, but to what is not known".to_owned());
        return None;
    }
    match flag(inventory, "SESSION_SERIALIZER") {
        None | Some("django.contrib.sessions.serializers.JSONSerializer" | "django.core.signing.JSONSerializer") => {}
        Some(own) => {
            judge.reasons.push(format!("SESSION_SERIALIZER is {}: only JSON is read; a pickle runs code of whoever wrote it", code(own)));
        }
    }
    if is_undecided(inventory, "SESSION_SERIALIZER") {
        judge.reasons.push("SESSION_SERIALIZER is set, but to what is not known".to_owned());
    }
    let engine = inventory.settings.session_engine.as_deref().unwrap_or("django.contrib.sessions.backends.db");
    match engine.strip_prefix("django.contrib.sessions.backends.") {
        Some("db") => Some("db"),
        Some("cached_db") => Some("cached_db"),
        Some("signed_cookies") => Some("signed_cookies"),
        Some("cache") => {
            judge.reasons.push(
                "sessions lie in the cache, pickled: only Django reads them. With SESSION_ENGINE cached_db they can be read; the change logs everybody out once"
                    .to_owned(),
            );
            None
        }
        Some("file") => {
            judge.reasons.push("sessions are files on the machine that runs Django".to_owned());
            None
        }
        _ => {
            judge
                .reasons
                .push(format!("SESSION_ENGINE is {}, which is not one of Django's: how it keeps sessions is not known", code(engine)));
            None
        }
    }
}

/// Sessions and password proofs are signed in today's form since Django 3.1.
fn old_django(inventory: &Inventory, judge: &mut Judge) {
    let version = inventory.project.django_version.as_deref().and_then(version);
    if version.is_some_and(|version| version < (3, 1)) {
        judge.reasons.push("Django before 3.1 signs sessions in another form".to_owned());
    }
}

/// Major and minor of the first version that a requirement names.
fn version(text: &str) -> Option<(u32, u32)> {
    let start = text.find(|ch: char| ch.is_ascii_digit())?;
    let mut parts = text.get(start..)?.split(|ch: char| !ch.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next().and_then(|minor| minor.parse().ok()).unwrap_or(0)))
}

fn cookie_name(inventory: &Inventory, setting: &str, default: &str, judge: &mut Judge) -> String {
    check_undecided(inventory, setting, default, judge);
    match flag(inventory, setting) {
        Some(name) if is_cookie_name(name) => name.to_owned(),
        Some(name) => {
            judge.checks.push(format!("{setting} is {}, which is no name of a cookie; the bridge takes {default}", code(name)));
            default.to_owned()
        }
        None => default.to_owned(),
    }
}

fn users(inventory: &Inventory, judge: &mut Judge) -> Option<Users> {
    if is_undecided(inventory, "AUTH_USER_MODEL") {
        judge.reasons.push("AUTH_USER_MODEL is set, but to what is not known".to_owned());
        return None;
    }
    let label = inventory.settings.auth_user_model.as_str();
    let named = |model: &&Model| model.label.eq_ignore_ascii_case(label) && !model.is_abstract;
    let Some(model) = inventory.models.iter().find(named) else {
        if label == "auth.User" {
            let column = |name: &str| Some(name.to_owned());
            return Some(Users {
                table: "auth_user".to_owned(),
                id: "id".to_owned(),
                id_type: "int",
                password: "password".to_owned(),
                flags: [column("is_active"), column("is_staff"), column("is_superuser")],
            });
        }
        judge.reasons.push(format!("the user model {} is none of the project's: its table is not known", code(label)));
        return None;
    };
    let before = judge.reasons.len();
    let name = code(&model.label);
    if !model.outside.iter().any(|base| base == "django.contrib.auth.base_user.AbstractBaseUser") {
        judge.reasons.push(format!("the user model {name} is no AbstractBaseUser: what ends its sessions is not known"));
    }
    if model.proxy || model.open || model.dynamic {
        judge.reasons.push(format!("the columns of the user model {name} are not all known"));
    }
    let parts = inventory.models.iter().filter(|part| part.qualname == model.qualname || model.mixed_in.contains(&part.qualname));
    for (part, method) in parts.flat_map(|part| part.methods.iter().map(move |method| (part, method))) {
        let place = code(&format!("{}:{}", part.place.file, method.line));
        match method.name.as_str() {
            "get_session_auth_hash" | "_get_session_auth_hash" | "get_session_auth_fallback_hash" => {
                judge.reasons.push(format!("the user model has a {} of its own ({place})", method.name));
            }
            "is_active" => judge.reasons.push(format!("is_active of the user model is code ({place})")),
            _ => {}
        }
    }
    // Django asks the default manager for the user. Which class that is is not followed here: whatever hides rows in that app is named.
    let app =
        format!("{}.", inventory.apps.iter().find(|app| app.label == model.app).map_or(model.module.as_str(), |app| app.module.as_str()));
    for manager in inventory.managers.iter().filter(|manager| manager.qualname.starts_with(&app)) {
        if let Some((_, line)) = manager.methods.iter().find(|(method, _)| method == "get_queryset") {
            let place = code(&format!("{}:{line}", manager.place.file));
            judge.checks.push(format!(
                "get_queryset of {} ({place}) hides rows: if it is the user's manager, read_user has to hide them too",
                code(&manager.qualname)
            ));
        }
    }
    let column = |wanted: &str| model.fields.iter().find(|field| field.name == wanted).and_then(|field| field.column.clone());
    let key = model.fields.iter().find(|field| field.primary_key == Some(true));
    if key.is_some_and(|key| key.relation.is_some()) {
        judge.reasons.push(format!("the primary key of the user model {name} is a relation: its columns lie in two tables"));
    }
    let id_type = key.and_then(|key| match key.internal_type.as_deref()? {
        kind if kind.ends_with("AutoField") || kind.ends_with("IntegerField") => Some("int"),
        "UUIDField" => Some("uuid"),
        "CharField" | "SlugField" | "EmailField" => Some("str"),
        _ => None,
    });
    let (Some(table), Some(id), Some(id_type), Some(password)) =
        (model.db_table.clone(), key.and_then(|key| key.column.clone()), id_type, column("password"))
    else {
        judge.reasons.push(format!("table, primary key or password column of the user model {name} is not known"));
        return None;
    };
    let users = Users { table, id, id_type, password, flags: [column("is_active"), column("is_staff"), column("is_superuser")] };
    let names = [&users.table, &users.id, &users.password];
    if let Some(bad) = names.into_iter().chain(users.flags.iter().flatten()).find(|name| !is_sql_name(name)) {
        judge.reasons.push(format!("{} is no plain name of a table or column", code(bad)));
    }
    (judge.reasons.len() == before).then_some(users)
}

/// Back ends whose logins count, and those that let inactive users in.
fn backends(inventory: &Inventory, judge: &mut Judge) -> (Vec<String>, Vec<String>) {
    check_undecided(inventory, "AUTHENTICATION_BACKENDS", "those that are known", judge);
    let mut backends: Vec<String> = inventory.settings.authentication_backends.iter().filter(|name| is_dotted(name)).cloned().collect();
    if backends.is_empty() {
        backends.push(MODEL_BACKEND.to_owned());
    }
    for own in backends.iter().filter(|name| !STRICT.contains(&name.as_str()) && !FOR_INACTIVE.contains(&name.as_str())) {
        judge.checks.push(format!("{} may refuse users in its get_user: the bridge only asks whether they are active", code(own)));
    }
    let for_inactive = backends.iter().filter(|name| FOR_INACTIVE.contains(&name.as_str())).cloned().collect();
    (backends, for_inactive)
}

/// Algorithms in the order of the settings, and what they need installed.
fn hashers(inventory: &Inventory, judge: &mut Judge) -> (Vec<String>, Vec<&'static str>) {
    check_undecided(inventory, "PASSWORD_HASHERS", "the hashers that are known, or else Django's default", judge);
    let listed: Vec<&str> =
        inventory.settings.lists.iter().filter(|(key, _)| key == "PASSWORD_HASHERS").map(|(_, hasher)| hasher.as_str()).collect();
    let mut out: Vec<String> = Vec::new();
    let mut packages = Vec::new();
    let mut take = |algorithm: &str, package: Option<&'static str>| {
        if !out.iter().any(|known| known == algorithm) {
            out.push(algorithm.to_owned());
        }
        packages.extend(package);
    };
    if listed.is_empty() {
        let scrypt = inventory.project.django_version.as_deref().and_then(version).is_none_or(|version| version >= (4, 0));
        // What the default only lists for old hashes does not have to be installed.
        for (_, algorithm, _) in HASHERS.iter().take(DEFAULT_HASHERS).filter(|(_, algorithm, _)| scrypt || *algorithm != "scrypt") {
            take(algorithm, None);
        }
    }
    for hasher in listed {
        let known = hasher.strip_prefix("django.contrib.auth.hashers.").and_then(|class| HASHERS.iter().find(|(name, ..)| *name == class));
        match known {
            Some((_, algorithm, package)) if !algorithm.is_empty() => take(algorithm, *package),
            _ => judge.checks.push(format!("the hasher {} is not known: verify_password refuses what it made", code(hasher))),
        }
    }
    packages.sort_unstable();
    packages.dedup();
    (out, packages)
}

fn times(inventory: &Inventory, judge: &mut Judge) -> (bool, String) {
    let since_five = inventory.project.django_version.as_deref().and_then(version).is_none_or(|version| version >= (5, 0));
    let use_tz = flag(inventory, "USE_TZ").map_or(since_five, |value| value == "true");
    check_undecided(inventory, "USE_TZ", "its default", judge);
    // Without time zones the table of sessions holds local time.
    if !use_tz {
        check_undecided(inventory, "TIME_ZONE", "its default", judge);
    }
    let zone = flag(inventory, "TIME_ZONE").filter(|zone| is_time_zone(zone)).unwrap_or("America/Chicago");
    (use_tz, zone.to_owned())
}
