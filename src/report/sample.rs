//! Inventories for the tests of this layer: a small one with one of everything, a large one, a hostile one.

use crate::django::inventory::*;
use crate::effort::Analysis;

fn place(file: &str, line: u32) -> Place {
    Place { file: file.into(), line }
}

fn app(label: &str, path: &str, installed: bool, lines: u64) -> App {
    App { label: label.into(), module: path.replace('/', "."), path: path.into(), installed, lines, ..App::default() }
}

fn model(app: &str, name: &str, installed: bool, is_abstract: bool) -> Model {
    let file = format!("{app}/models.py");
    let target = Relation {
        kind: "ForeignKey".into(),
        to: Some("catalog.Product".into()),
        on_delete: Some("CASCADE".into()),
        ..Relation::default()
    };
    let field = |name: &str, relation| Field {
        name: name.into(),
        type_name: "CharField".into(),
        place: place(&file, 5),
        relation,
        ..Field::default()
    };
    Model {
        label: format!("{app}.{name}"),
        app: app.into(),
        name: name.into(),
        place: place(&file, 3),
        installed,
        is_abstract,
        managed: true,
        fields: vec![field("title", None), field("product", Some(target))],
        methods: vec![
            Method { name: "save".into(), kind: MethodKind::Override, line: 9, complexity: 2 },
            Method { name: "total".into(), kind: MethodKind::Property, line: 14, complexity: 1 },
        ],
        ..Model::default()
    }
}

fn route(path: &str, file: &str, app: Option<&str>) -> Route {
    Route { path: path.into(), pattern: path.into(), app: app.map(Into::into), place: place(file, 7), ..Route::default() }
}

fn open(kind: &str, reason: &str, file: &str, line: u32) -> Unresolved {
    Unresolved { kind: kind.into(), file: file.into(), line, reason: reason.into(), text: "f(x)".into() }
}

/// Two installed apps and one that is not, with at least one element in every list.
pub fn inventory() -> Inventory {
    let settings = |module: &str, chosen| SettingsModule {
        module: module.into(),
        file: "config/settings.py".into(),
        source: "manage.py".into(),
        chosen,
    };
    Inventory {
        jobs: Vec::new(),
        urls: Default::default(),
        beyond_get: Default::default(),
        brought: Vec::new(),
        renders: Vec::new(),
        context_processors: Vec::new(),
        schedules: Vec::new(),
        setting_reads: Vec::new(),
        project: ProjectInfo {
            name: "shop".into(),
            roots: vec![".".into()],
            django_version: Some("5.2.1".into()),
            drf_version: Some("3.16.0".into()),
            python_version: Some(">=3.12".into()),
            dependencies: vec![Dependency { name: "django".into(), version: Some("5.2.1".into()), file: "pyproject.toml".into(), line: 7 }],
            lines: Lines { python: 12_345, blank: 1_200, comment: 800, tests: 4_000, migrations: 300, templates: 90 },
            files: 132,
            test_files: 12,
            test_cases: 80,
        },
        settings: Settings {
            modules: vec![settings("config.settings.base", false), settings("config.settings.production", true)],
            installed_apps: vec!["catalog".into(), "orders".into()],
            auth_user_model: "auth.User".into(),
            rest_framework: vec![("DEFAULT_PERMISSION_CLASSES".into(), vec!["rest_framework.permissions.IsAuthenticated".into()])],
            databases: vec![Database {
                alias: "default".into(),
                engine: Some("django.db.backends.postgresql".into()),
                atomic_requests: false,
            }],
            caches: vec![("default".into(), None)],
            flags: vec![("USE_TZ".into(), "true".into())],
            ..Settings::default()
        },
        apps: vec![app("catalog", "catalog", true, 900), app("labs", "labs", false, 50), app("orders", "orders", true, 2_400)],
        models: vec![
            model("catalog", "Product", true, false),
            model("catalog", "Stamped", true, true),
            model("labs", "Trial", false, false),
            model("orders", "Order", true, false),
        ],
        routes: vec![
            Route { admin: true, ..route("/admin/", "config/urls.py", None) },
            Route {
                actions: vec![("get".into(), "list".into())],
                methods: Some(vec!["GET".into()]),
                ..route("/api/orders/", "orders/urls.py", Some("orders"))
            },
            Route { format_suffix: true, ..route("/api/orders.{format}", "orders/urls.py", Some("orders")) },
            route("/health/", "config/urls.py", None),
        ],
        views: vec![
            View { qualname: "config.urls.health".into(), kind: "function".into(), place: place("config/urls.py", 3), ..View::default() },
            View {
                qualname: "orders.views.Orders".into(),
                kind: "model_viewset".into(),
                place: place("orders/views.py", 3),
                ..View::default()
            },
        ],
        serializers: vec![Serializer {
            qualname: "orders.api.OrderSerializer".into(),
            kind: "ModelSerializer".into(),
            place: place("orders/api.py", 3),
            fields: Some(vec!["id".into()]),
            declared_fields: vec![SerializerField { name: "id".into(), ..SerializerField::default() }],
            ..Serializer::default()
        }],
        inline_serializers: vec![InlineSerializer { name: Some("Answer".into()), place: place("orders/api.py", 9), ..Default::default() }],
        admin: vec![Admin {
            site: "admin".into(),
            admin: "catalog.admin.ProductAdmin".into(),
            place: place("catalog/admin.py", 3),
            ..Admin::default()
        }],
        signals: vec![Receiver { how: "decorator".into(), place: place("orders/signals.py", 3), ..Receiver::default() }],
        signal_definitions: vec![SignalDefinition { qualname: "orders.signals.paid".into(), place: place("orders/signals.py", 1) }],
        signal_sends: vec![SignalSend {
            signal: "orders.signals.paid".into(),
            place: place("orders/models.py", 20),
            ..SignalSend::default()
        }],
        schema: Vec::new(),
        drift: Vec::new(),
        migrations: vec![Migration {
            app: "orders".into(),
            name: "0001_initial".into(),
            file: "orders/migrations/0001_initial.py".into(),
            installed: true,
            dependencies: vec![("catalog".into(), "0001_initial".into())],
            operations: vec![Operation { type_name: "CreateModel".into(), line: 12, ..Operation::default() }],
            leaf: true,
            ..Migration::default()
        }],
        forms: vec![Form { qualname: "orders.forms.OrderForm".into(), kind: "ModelForm".into(), ..Form::default() }],
        templates: vec![Template { file: "templates/base.html".into(), ..Template::default() }],
        template_tags: vec![TemplateLibrary { library: "money".into(), tags: vec!["price".into()], ..TemplateLibrary::default() }],
        middleware: vec![Middleware {
            qualname: "config.middleware.Audit".into(),
            kind: "class".into(),
            position: Some(3),
            ..Middleware::default()
        }],
        commands: vec![Command { app: "orders".into(), name: "remind".into(), ..Command::default() }],
        tasks: vec![Task { qualname: "orders.tasks.send".into(), kind: "celery".into(), ..Task::default() }],
        consumers: vec![Consumer { qualname: "orders.consumers.Live".into(), ..Consumer::default() }],
        caching: vec![Use { what: "cache.get".into(), ..Use::default() }],
        transactions: vec![Use { what: "transaction.atomic".into(), ..Use::default() }],
        raw_sql: vec![Use { what: "connection.cursor".into(), ..Use::default() }],
        calls: Vec::new(),
        called: Default::default(),
        queries: vec![Query { chain: vec!["filter".into()], model: Some("shop.Order".into()), on: "manager".into(), ..Query::default() }],
        coverage: Coverage {
            files_parsed: 131,
            files_partial: 1,
            files_skipped: 0,
            facts: vec![
                ("models".into(), Counted { resolved: 40, unresolved: 0 }),
                ("routes".into(), Counted { resolved: 17, unresolved: 3 }),
            ],
            unresolved: vec![
                open("routes", "view is the result of a call", "config/urls.py", 12),
                open("routes", "view is the result of a call", "orders/urls.py", 4),
                open("routes", "include of a name that is not defined", "orders/urls.py", 9),
            ],
        },
        diagnostics: vec![Diagnostic {
            severity: "warning".into(),
            code: "partial".into(),
            message: "parsed around a syntax error".into(),
            file: Some("etl/old.py".into()),
            line: Some(3),
        }],
        skipped: vec![Skipped { path: "vendor".into(), reason: "vendored copy".into() }],
        managers: Vec::new(),
        mentions: Vec::new(),
        links: Vec::new(),
        session_uses: Vec::new(),
        files: Vec::new(),
        tests: Vec::new(),
        fastapi: fastapi(),
    }
}

/// One route that Django has as well, one that it has not.
fn fastapi() -> FastApi {
    let route = |path: &str, function: &str| FastRoute {
        path: path.into(),
        methods: Some(vec!["GET".into()]),
        place: place("fastapi_app/orders.py", 4),
        app: "fastapi_app.main.app".into(),
        kind: "http",
        name: Some(function.into()),
        endpoint: Some(format!("fastapi_app.orders.{function}")),
        response_model: Some("list[fastapi_app.schemas.OrderOut]".into()),
        ..FastRoute::default()
    };
    FastApi {
        apps: vec![FastApp {
            name: "fastapi_app.main.app".into(),
            kind: "FastAPI",
            place: place("fastapi_app/main.py", 3),
            ..FastApp::default()
        }],
        routes: vec![route("/api/orders", "every_order"), route("/api/stocktake", "stocktake")],
        ..FastApi::default()
    }
}

/// More apps and reasons than fit on a screen, long and wide names among them.
pub fn large() -> Inventory {
    let mut found = inventory();
    found.project.name = "a".repeat(200);
    found.project.django_version = Some(">=4.2,<6.0,!=5.0.1,!=5.0.2".into());
    found.project.lines.python = 1_234_567;
    found.coverage.files_skipped = 14;
    for number in 0..40u32 {
        let label = match number {
            0 => "organisation_wide_notification_preferences".to_owned(),
            1 => "商店商店商店商店商店商店商店".to_owned(),
            _ => format!("app{number:02}"),
        };
        found.apps.push(app(&label, &format!("src/{label}"), true, 100_000 - u64::from(number) * 1_000));
        found.models.push(model(&label, "Thing", true, false));
        let file = format!("src/project/some/rather/deep/folder/{label}/urls.py");
        found.coverage.unresolved.push(open("routes", &format!("a reason with quite a number of words {number}"), &file, number));
    }
    found
}

/// Scanned names that try to move the cursor, start a line, or command a CI runner.
pub fn hostile() -> Inventory {
    let bad = "::stop-commands::x\r\n::error::y\u{1b}[2J\u{9b}1m\u{202e}##vso[task]\u{85}##[group]".to_owned();
    let mut found = inventory();
    found.project.name.clone_from(&bad);
    found.project.django_version = Some(bad.clone());
    for module in &mut found.settings.modules {
        module.module.clone_from(&bad);
        module.source.clone_from(&bad);
    }
    for app in &mut found.apps {
        app.label.clone_from(&bad);
    }
    for open in &mut found.coverage.unresolved {
        open.reason.clone_from(&bad);
        open.file.clone_from(&bad);
        open.kind.clone_from(&bad);
    }
    for note in &mut found.diagnostics {
        note.message.clone_from(&bad);
        note.severity.clone_from(&bad);
        note.file = Some(bad.clone());
    }
    for route in &mut found.fastapi.routes {
        route.path.clone_from(&bad);
        route.endpoint = Some(bad.clone());
    }
    for skipped in &mut found.skipped {
        skipped.path.clone_from(&bad);
        skipped.reason.clone_from(&bad);
    }
    found
}

/// With what it means by the built-in rules and model.
pub fn analysis(inventory: Inventory) -> Analysis {
    let catalogue = crate::rules::builtin::catalogue().map_err(|(file, mistake)| format!("{file}: {mistake:?}")).unwrap();
    Analysis::of(inventory, catalogue, crate::effort::Model::builtin().unwrap(), crate::effort::Choices::default()).unwrap()
}
