//! What the kit makes of settings and models.

use super::bridge::{Kind, bridge};
use super::*;
use crate::django::inventory::{Field, Inventory, ManagerClass, Method, MethodKind, Model, Place, Settings};

/// The files of a kit for all proxies.
fn made(inventory: Inventory) -> Vec<KitFile> {
    let catalogue = crate::rules::builtin::catalogue().unwrap();
    let model = crate::effort::Model::builtin().unwrap();
    let analysis = Analysis::of(inventory, catalogue, model, crate::effort::Choices::default()).unwrap();
    files(&analysis, &Plan::of(&analysis), &Proxy::ALL, &Options::default()).unwrap()
}

fn plain() -> Inventory {
    let settings = Settings {
        installed_apps: vec!["django.contrib.auth".into(), "django.contrib.sessions".into()],
        middleware: vec!["django.contrib.sessions.middleware.SessionMiddleware".into()],
        auth_user_model: "auth.User".into(),
        ..Settings::default()
    };
    Inventory { settings, ..Inventory::default() }
}

fn column(name: &str, kind: &str, column: &str, key: bool) -> Field {
    Field { name: name.into(), internal_type: Some(kind.into()), column: Some(column.into()), primary_key: Some(key), ..Field::default() }
}

fn custom() -> Inventory {
    let mut inventory = plain();
    inventory.settings.auth_user_model = "people.Member".into();
    inventory.models.push(Model {
        label: "people.Member".into(),
        qualname: "people.models.Member".into(),
        app: "people".into(),
        module: "people.models".into(),
        db_table: Some("people_member".into()),
        outside: vec!["django.contrib.auth.base_user.AbstractBaseUser".into()],
        fields: vec![column("key", "UUIDField", "key", true), column("password", "CharField", "secret hash", false)],
        ..Model::default()
    });
    inventory
}

fn set(inventory: &mut Inventory, key: &str, value: &str) {
    inventory.settings.flags.push((key.into(), value.into()));
}

fn reasons(inventory: &Inventory) -> String {
    match bridge(inventory).kind {
        Kind::Ask(reasons) => reasons.join("\n"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_ordinary_project_is_read() {
    let made = bridge(&plain());
    assert_eq!((made.kind, made.checks.len()), (Kind::Read, 0));
    let text = made.text.unwrap();
    for line in ["session_engine=\"db\",", "user_table=\"auth_user\",", "user_id_type=\"int\",", "session_cookie=\"sessionid\","] {
        assert!(text.contains(&format!("\n    {line}\n")), "{line}");
    }
    assert!(!text.contains("# fitted"));
}

#[test]
fn the_user_model_is_fitted() {
    let text = bridge(&custom()).text.unwrap();
    for line in [
        "user_table=\"people_member\",",
        "user_id=\"key\",",
        "user_id_type=\"uuid\",",
        "user_password=\"secret hash\",",
        "user_is_active=None,",
    ] {
        assert!(text.contains(&format!("\n    {line}\n")), "{line}");
    }
}

#[test]
fn what_cannot_be_read_is_asked_with_a_reason() {
    for (engine, word) in [("cache", "cached_db"), ("file", "files"), ("own", "not one of Django's")] {
        let mut inventory = plain();
        inventory.settings.session_engine = Some(format!("django.contrib.sessions.backends.{engine}"));
        assert!(reasons(&inventory).contains(word), "{engine}");
        let names: Vec<String> = made(inventory).into_iter().map(|file| file.path).collect();
        assert!(names.contains(&"bridge/django_whoami.py".to_owned()), "{names:?}");
    }
    let mut inventory = plain();
    set(&mut inventory, "SESSION_SERIALIZER", "django.contrib.sessions.serializers.PickleSerializer");
    assert!(reasons(&inventory).contains("pickle"));
    let mut inventory = plain();
    inventory.settings.undecided.push("SESSION_ENGINE".into());
    assert!(reasons(&inventory).contains("not known"));
    let mut inventory = plain();
    inventory.project.django_version = Some("==2.2.28".into());
    assert!(reasons(&inventory).contains("3.1"));
    let mut inventory = plain();
    inventory.settings.auth_user_model = "package.User".into();
    assert!(reasons(&inventory).contains("package.User"));
}

#[test]
fn code_of_the_user_model_decides() {
    for (name, kind) in [("get_session_auth_hash", MethodKind::Method), ("is_active", MethodKind::Property)] {
        let mut inventory = custom();
        inventory.models[0].methods.push(Method { name: name.into(), kind, line: 4, complexity: 1 });
        assert!(reasons(&inventory).contains(name));
    }
    let mut inventory = custom();
    let methods = vec![("get_queryset".to_owned(), 7)];
    let place = Place { file: "people/models.py".into(), line: 5 };
    inventory.managers.push(ManagerClass { qualname: "people.models.Visible".into(), place, methods });
    let made = bridge(&inventory);
    assert!(made.kind == Kind::Read && made.checks[0].contains("people/models.py:7"), "{made:?}");
}

#[test]
fn hostile_names_do_not_get_through() {
    let mut inventory = custom();
    inventory.models[0].db_table = Some("x\"; import os #".into());
    assert!(reasons(&inventory).contains("no plain name"));
    let mut inventory = plain();
    set(&mut inventory, "SESSION_COOKIE_NAME", "a\"\nimport os");
    let made = bridge(&inventory);
    assert!(!made.text.unwrap().contains("import os\""));
    assert!(made.checks[0].contains("no name of a cookie") && !made.checks[0].contains('\n'));
}

#[test]
fn hashers_follow_the_settings() {
    let mut inventory = plain();
    for hasher in ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.MD5PasswordHasher", "own.Hasher"] {
        inventory.settings.lists.push(("PASSWORD_HASHERS".into(), hasher.into()));
    }
    let made = bridge(&inventory);
    assert!(made.text.unwrap().contains("hashers=(\"argon2\", \"md5\"),"));
    assert_eq!(made.packages, ["argon2-cffi"]);
    assert!(made.checks[0].contains("own.Hasher"));
}

#[test]
fn a_project_without_sessions_gets_no_bridge() {
    let mut inventory = plain();
    inventory.settings.installed_apps.pop();
    inventory.settings.middleware.clear();
    let made = made(inventory);
    assert!(made.iter().all(|file| !file.path.starts_with("bridge/") && is_kit_path(&file.path)));
}

#[test]
fn settings_that_were_not_found_say_nothing() {
    assert!(reasons(&Inventory::default()).contains("no settings module"));
}

#[test]
fn paths_of_the_kit_are_plain() {
    for good in ["README.md", "phases/01/traefik/dynamic/rules.yaml", "bridge/__init__.py"] {
        assert!(is_kit_path(good), "{good}");
    }
    for bad in ["", "/x", "../x", "a/../b", "a//b", ".env", "a/b/c/d/e/f", "a\\b", "a b", "x.", "é"] {
        assert!(!is_kit_path(bad), "{bad}");
    }
}

fn page(inventory: Inventory, options: &Options) -> String {
    let said = super::https::https(&inventory, options);
    said.text(&Proxy::ALL, &Options { secure: said.secure.clone(), ..options.clone() })
}

fn told(key: &str, value: &str) -> Inventory {
    let mut inventory = plain();
    set(&mut inventory, "SECURE_SSL_REDIRECT", "true");
    inventory.settings.lists.extend([key, value].map(|text| ("SECURE_PROXY_SSL_HEADER".to_owned(), text.to_owned())));
    inventory
}

/// An endless redirect is told of before it happens.
#[test]
fn the_page_speaks_of_what_stands_before_the_proxy() {
    let options = Options::default();
    let endless = |text: &str| text.replace('\n', " ").contains("redirect every request for ever") || text.contains("request for ever");
    assert!(!endless(&page(plain(), &options)) && page(plain(), &options).contains("--front CIDR"));
    let mut redirects = plain();
    set(&mut redirects, "SECURE_SSL_REDIRECT", "true");
    assert!(page(redirects, &options).contains("without `SECURE_PROXY_SSL_HEADER`"));
    let usual = told("HTTP_X_FORWARDED_PROTO", "https");
    assert!(page(usual.clone(), &options).contains("Unless TLS ends in this proxy") && endless(&page(usual.clone(), &options)));
    let fronts = Options { fronts: vec!["10.0.0.0/8".to_owned()], ..Options::default() };
    let text = page(usual, &fronts);
    assert!(text.contains("`10.0.0.0/8` are believed") && !endless(&text), "{text}");
    let own = page(told("HTTP_X_FORWARDED_SSL", "on"), &fronts);
    assert!(own.contains("`X-Forwarded-Ssl: on`") && own.contains("Traefik cannot"), "{own}");
    let strange = page(told("HTTP_`<b>`\n## x", "on"), &fronts);
    assert!(strange.contains("To be checked by a person") && !strange.contains("<b>`\n"), "{strange}");
}

/// The header of the settings is in every configuration.
#[test]
fn every_proxy_has_the_header_of_the_settings() {
    let mut inventory = told("HTTP_X_FORWARDED_SSL", "on");
    inventory.routes.push(crate::django::inventory::Route { path: "/".into(), ..Default::default() });
    for file in made(inventory)
        .iter()
        .filter(|file| ["nginx.conf", "haproxy.cfg", "Caddyfile", "rules.yaml", "envoy.json"].iter().any(|name| file.path.ends_with(name)))
    {
        assert!(file.text.contains("X-Forwarded-Ssl"), "{}", file.path);
    }
}
