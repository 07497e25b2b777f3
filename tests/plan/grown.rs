//! Projects of any size, as an inventory: apps in layers with imports in both directions, models, views and routes.

use migscan::django::inventory::{
    Access, App, Field, FileImport, Inventory, Model as Table, Place, PythonFile, Query, QueryAccess, Relation, Route, View,
};
use migscan::django::urls::{UrlEnd, UrlPart, UrlPattern};
use migscan::effort::choices::{Aim, PlanChoices};
use migscan::effort::{Analysis, Choices, Model};
use migscan::plan::Plan;
use migscan::report::json::write;
use migscan::rules::builtin;
use proptest::prelude::*;

fn place(file: &str, line: u32) -> Place {
    Place { file: file.into(), line }
}

/// `links` says by which steps an app imports others.
fn project(apps: usize, routes: usize, links: &[usize]) -> Inventory {
    let mut out = Inventory::default();
    out.settings.auth_user_model = "auth.User".into();
    for n in 0..apps {
        let (label, models, views) = (format!("app{n:04}"), format!("app{n:04}/models.py"), format!("app{n:04}/views.py"));
        out.apps.push(App { label: label.clone(), module: label.clone(), path: label.clone(), installed: true, ..App::default() });
        let imports = links
            .iter()
            .filter(|step| apps > 1 && **step % apps != 0)
            .map(|step| FileImport { path: format!("app{:04}/models.py", (n + step) % apps), line: 1 + *step as u32, late: step % 2 == 0 })
            .collect();
        out.files.push(PythonFile { path: models.clone(), module: format!("{label}.models"), code: 60, ..PythonFile::default() });
        out.files.push(PythonFile { path: views.clone(), module: format!("{label}.views"), code: 90, imports, ..PythonFile::default() });
        let to = format!("app{:04}.Thing", (n + links.first().copied().unwrap_or(1)) % apps);
        let key = Field {
            name: "other".into(),
            type_name: "ForeignKey".into(),
            declared_in: format!("{label}.models.Thing"),
            place: place(&models, 5),
            relation: Some(Relation { kind: "ForeignKey".into(), to: Some(to), ..Relation::default() }),
            ..Field::default()
        };
        out.models.push(Table {
            label: format!("{label}.Thing"),
            qualname: format!("{label}.models.Thing"),
            app: label.clone(),
            name: "Thing".into(),
            managed: true,
            installed: true,
            place: place(&models, 3),
            fields: vec![key],
            ..Table::default()
        });
        for r in 0..routes {
            let view = format!("{label}.views.view{r}");
            out.views.push(View {
                qualname: view.clone(),
                kind: "api_view".into(),
                app: Some(label.clone()),
                place: place(&views, 10 + r as u32),
                routed: true,
                ..View::default()
            });
            let access = if r % 2 == 0 { QueryAccess::Read } else { QueryAccess::Write };
            out.queries.push(Query {
                scope: view.clone(),
                place: place(&views, 11 + r as u32),
                model: Some(format!("{label}.Thing")),
                access,
                ..Query::default()
            });
            let methods = if r % 2 == 0 { vec!["GET".to_owned()] } else { vec!["GET".to_owned(), "POST".to_owned()] };
            let pattern = format!("{label}/thing{r}/<int:pk>/");
            out.urls.patterns.push(UrlPattern {
                parts: vec![UrlPart::Route(pattern.clone())],
                root: "config.urls".into(),
                end: UrlEnd::View(vec![out.routes.len()]),
                place: place("config/urls.py", 1 + out.routes.len() as u32),
                doubt: None,
            });
            out.routes.push(Route {
                path: format!("/{label}/thing{r}/{{pk}}/"),
                path_known: true,
                pattern,
                methods: Some(methods),
                view: Some(view),
                app: Some(label.clone()),
                urlconf: "config.urls".into(),
                root_urlconf: "config.urls".into(),
                first_party_view: true,
                place: place("config/urls.py", 1 + out.routes.len() as u32),
                access: Access::default(),
                ..Route::default()
            });
        }
    }
    out
}

fn analysis(inventory: Inventory) -> Analysis {
    let choices = Choices { plan: PlanChoices { scope: Aim::Everything }, ..Choices::default() };
    Analysis::of(inventory, builtin::catalogue().unwrap(), Model::builtin().unwrap(), choices).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn plans_of_generated_projects_hold(apps in 1..24usize, routes in 0..6usize, links in prop::collection::vec(1..30usize, 0..5)) {
        let analysis = analysis(project(apps, routes, &links));
        let plan = Plan::of(&analysis);
        prop_assert_eq!(super::broken(&analysis, &plan), [""; 0]);
        prop_assert_eq!(plan.phases.is_empty(), routes == 0);
    }
}

/// The plan's part of the report grows with the project, not faster.
#[test]
fn twice_the_project_twice_the_plan() {
    let size = |apps: usize| {
        let report: serde_json::Value = serde_json::from_slice(&write(&analysis(project(apps, 10, &[1, 7, 12])))).unwrap();
        report["plan"].to_string().len() as f64
    };
    let (small, large) = (size(40), size(160));
    assert!(large / small < 4.6, "{small} {large}");
}

/// 2,000 modules and 50,000 routes: `cargo test --test plan -- --ignored --nocapture large`.
#[test]
#[ignore = "takes a while"]
fn a_large_project() {
    for (apps, routes) in [(125, 25), (250, 25), (500, 25), (1000, 25), (2000, 25)] {
        let inventory = project(apps, routes, &[1, 7, 12, 40]);
        let began = std::time::Instant::now();
        let analysis = analysis(inventory);
        let estimated = began.elapsed();
        let plan = Plan::of(&analysis);
        let planned = began.elapsed() - estimated;
        let moves = plan.moves(&analysis.inventory, plan.phases.len());
        let ruled = migscan::plan::routing::Routing::new(&analysis.inventory).ruled(&moves, &Default::default());
        let rules = began.elapsed() - planned - estimated;
        let bytes = write(&analysis).len();
        let report = began.elapsed() - planned - estimated - rules;
        println!(
            "{apps} modules, {} routes: estimate {estimated:.1?}, plan {planned:.1?}, {} phases; {} rules {rules:.1?}; {} MB of report {report:.1?}",
            apps * routes,
            plan.phases.len(),
            ruled.set.rules.len(),
            bytes / 1_000_000
        );
    }
}
