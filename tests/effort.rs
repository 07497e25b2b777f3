//! What holds for every estimate: it adds up, it never falls when a project grows, the unknown costs something, ranges are in order.

use std::fs;

use migscan::django::inventory::{Inventory, Unresolved};
use migscan::effort::estimate::part;
use migscan::effort::price::Moving;
use migscan::effort::{Analysis, Choices, Model};
use migscan::plan::Plan;
use migscan::report::explain_module::module;
use migscan::rules::builtin;
use migscan::{ScanOptions, scan};
use proptest::prelude::*;

/// A project of some apps, each with models, views with routes, and test cases.
fn project(apps: &[(usize, usize, usize)], name: &str) -> Inventory {
    let dir = tempfile::tempdir().unwrap();
    let put = |path: String, text: String| {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let labels: Vec<String> = (0..apps.len()).map(|i| format!("{name}{i}")).collect();
    let installed: Vec<String> = labels.iter().map(|l| format!("'{l}'")).collect();
    put("manage.py".into(), "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n".into());
    put("config/__init__.py".into(), String::new());
    put("config/settings.py".into(), format!("INSTALLED_APPS = [{}]\nROOT_URLCONF = 'config.urls'\n", installed.join(", ")));
    let mut urls = "from django.urls import path\n".to_owned();
    let mut routes = Vec::new();
    for (label, (models, views, cases)) in labels.iter().zip(apps) {
        put(format!("{label}/__init__.py"), String::new());
        let classes: String =
            (0..*models).map(|i| format!("class Thing{i}(models.Model):\n    name = models.CharField(max_length=9)\n")).collect();
        put(format!("{label}/models.py"), format!("from django.db import models\n{classes}"));
        let functions: String = (0..*views)
            .map(|i| format!("def view{i}(request):\n    return JsonResponse({{'n': Thing0.objects.filter(name='x').count()}})\n"))
            .collect();
        put(format!("{label}/views.py"), format!("from django.http import JsonResponse\nfrom .models import Thing0\n{functions}"));
        urls.push_str(&format!("from {label} import views as {label}\n"));
        routes.extend((0..*views).map(|i| format!("path('{label}/{i}/', {label}.view{i})")));
        let tests: String = (0..*cases).map(|i| format!("def test_{i}():\n    assert True\n")).collect();
        put(format!("{label}/tests.py"), tests);
    }
    put("config/urls.py".into(), format!("{urls}urlpatterns = [{}]\n", routes.join(", ")));
    let catalogue = builtin::catalogue().unwrap();
    scan(dir.path(), &ScanOptions { wanted: catalogue.wanted(), ..ScanOptions::default() }, &|_| {}).inventory
}

fn estimated(inventory: Inventory) -> Analysis {
    Analysis::of(inventory, builtin::catalogue().unwrap(), Model::builtin().unwrap(), Choices::default()).unwrap()
}

fn variable(analysis: &Analysis) -> f64 {
    analysis.estimate.modules.iter().flat_map(|m| &m.lines).filter(|l| l.group != "integration").map(|l| l.mean).sum()
}

fn apps() -> impl Strategy<Value = Vec<(usize, usize, usize)>> {
    prop::collection::vec((1..5usize, 0..5usize, 0..8usize), 1..4)
}

fn cases(count: u32) -> ProptestConfig {
    ProptestConfig { cases: count, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn lines_add_up_and_ranges_are_in_order(apps in apps()) {
        let estimate = estimated(project(&apps, "app")).estimate;
        let mut sum: f64 = estimate.fixed.iter().map(|l| l.mean).sum();
        for module in &estimate.modules {
            let lines: f64 = module.lines.iter().map(|l| l.mean).sum();
            prop_assert!((lines - module.range.mean).abs() < 1e-9);
            for line in &module.lines {
                prop_assert!((line.count * line.unit_mean * line.scale - line.mean).abs() < 1e-9);
            }
            let r = module.range;
            prop_assert!(r.p10 <= r.p50 && r.p50 <= r.p80 && r.p80 <= r.p90);
            sum += lines;
        }
        prop_assert!((sum - estimate.range.mean).abs() < 1e-9);
        let r = estimate.range;
        prop_assert!(0.0 < r.p10 && r.p10 < r.p50 && r.p50 < r.p80 && r.p80 < r.p90);
    }

    #[test]
    fn more_of_anything_never_costs_less(apps in apps(), at in any::<prop::sample::Index>(), what in 0..3usize) {
        let before = estimated(project(&apps, "app")).estimate.range;
        let mut more = apps.clone();
        let app = at.get(&apps);
        let index = apps.iter().position(|a| std::ptr::eq(a, app)).unwrap();
        match what {
            0 => more[index].0 += 1,
            1 => more[index].1 += 1,
            _ => more.push((1, 1, 0)),
        }
        let after = estimated(project(&more, "app")).estimate.range;
        prop_assert!(after.mean >= before.mean - 1e-9 && after.p50 >= before.p50 - 1e-9 && after.p90 >= before.p90 - 1e-9);
    }

    #[test]
    fn names_and_order_of_modules_do_not_matter(apps in apps()) {
        let one = estimated(project(&apps, "app")).estimate.range;
        let turned: Vec<_> = apps.iter().rev().copied().collect();
        let other = estimated(project(&turned, "zoo")).estimate.range;
        prop_assert!((one.mean - other.mean).abs() < 1e-9 && (one.p90 - other.p90).abs() < 1e-9);
    }

    #[test]
    fn the_unknown_costs_and_widens(apps in apps(), count in 1..9u32) {
        let known = project(&apps, "app");
        let mut open = known.clone();
        let fact = |line| Unresolved { kind: "routes".into(), file: "app0/views.py".into(), line, ..Unresolved::default() };
        open.coverage.unresolved.extend((0..count).map(fact));
        let (before, after) = (estimated(known).estimate.range, estimated(open).estimate.range);
        prop_assert!(after.mean > before.mean && after.sd > before.sd);
    }
}

#[test]
fn twice_the_project_is_a_little_less_than_twice_the_work() {
    let apps = [(3, 3, 4), (2, 4, 2)];
    let once = estimated(project(&apps, "app"));
    for times in [2usize, 4] {
        let many: Vec<_> = std::iter::repeat_n(apps, times).flatten().collect();
        let more = estimated(project(&many, "app"));
        let growth = variable(&more) / variable(&once);
        assert!(growth >= (times as f64).powf(0.85) && growth <= times as f64 + 1e-9, "{times}: {growth}");
        let fixed = |a: &Analysis| a.estimate.fixed.iter().map(|l| l.mean).sum::<f64>();
        assert!((fixed(&more) - fixed(&once)).abs() < 1e-9);
        let spread = |a: &Analysis| a.estimate.range.p90 / a.estimate.range.p50;
        assert!(spread(&more) <= spread(&once) + 1e-9);
    }
}

/// The ways of doing it come from the same function: the full one is the estimate, keeping costs nothing, a part never more than the whole.
#[test]
fn alternatives_agree_with_the_estimate() {
    let estimate = estimated(project(&[(3, 3, 4), (2, 4, 2)], "app")).estimate;
    let of = |name: &str| estimate.alternatives.iter().find(|a| a.name == name).map(|a| a.range.mean);
    assert_eq!(of("keep"), Some(0.0));
    assert!((of("full").unwrap() - estimate.range.mean).abs() < 1e-9);
    assert!(of("Django ORM kept").unwrap() < of("full").unwrap());
    assert!(of("in-process, Django ORM kept").unwrap() < of("Django ORM kept").unwrap());
}

#[test]
fn every_module_has_a_name_of_its_own() {
    let mut inventory = project(&[(1, 1, 0)], "app");
    inventory.apps[0].module = "project".to_owned();
    let names: Vec<String> = estimated(inventory).estimate.modules.iter().map(|module| module.module.name.clone()).collect();
    assert_eq!(names.iter().filter(|name| name.starts_with("project")).collect::<Vec<_>>(), ["project", "project_root"]);
}

/// Where a part moves, what its code calls in modules that stay is priced, each function once; pages that stay take their code and tests with them.
#[test]
fn logic_behind_the_border_counts() {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n"),
        ("config/__init__.py", ""),
        ("config/settings.py", "INSTALLED_APPS = ['core', 'shop']\nROOT_URLCONF = 'config.urls'\n"),
        (
            "config/urls.py",
            "from django.urls import path\nfrom shop import views\nurlpatterns = [path('a/', views.api), path('p/', views.page)]\n",
        ),
        ("core/__init__.py", ""),
        ("core/models.py", "from django.db import models\nclass Thing(models.Model):\n    pass\n"),
        (
            "core/prices.py",
            "from core.models import Thing\ndef price(n):\n    n = n + Thing.objects.count()\n    return tax(n)\ndef tax(n):\n    return n * 2\ndef other(n):\n    return n\n",
        ),
        ("shop/__init__.py", ""),
        (
            "shop/views.py",
            "from django.http import JsonResponse\nfrom django.shortcuts import render\nfrom core.models import Thing\nfrom core.prices import price, tax\n\ndef api(request):\n    return JsonResponse({'n': price(tax(Thing.objects.count()))})\n\ndef page(request):\n    n = 1\n    n = 2\n    n = 3\n    return render(request, 'p.html', {'n': n})\n",
        ),
        ("shop/templates/p.html", "{{ n }}"),
    ] {
        fs::create_dir_all(dir.path().join(name).parent().unwrap()).unwrap();
        fs::write(dir.path().join(name), text).unwrap();
    }
    let catalogue = builtin::catalogue().unwrap();
    let analysis = estimated(scan(dir.path(), &ScanOptions { wanted: catalogue.wanted(), ..ScanOptions::default() }, &|_| {}).inventory);
    let shop = analysis.estimate.modules.iter().position(|module| module.module.name == "shop").unwrap();
    let moving = |pages: bool| Moving { modules: [shop].into(), without_pages: if pages { [].into() } else { [shop].into() } };
    let line = |moving: &Moving, driver: &str| {
        let (price, _) = part(analysis.inputs(), &analysis.estimate, moving);
        price.modules[shop].lines.iter().find(|line| line.driver == driver).map(|line| (line.count, line.because.clone()))
    };
    let behind = line(&moving(true), "border_logic").unwrap();
    assert_eq!(behind, (0.05, "5 lines of 2 functions that stay are called from here, first core/prices.py:2".to_owned()));
    let asked = line(&moving(true), "border_query_simple").unwrap();
    assert_eq!(asked, (1.0, "1 query of functions that stay and are called from here".to_owned()));
    assert_eq!(line(&Moving::all(analysis.estimate.modules.len()), "border_logic"), None);
    assert!(line(&moving(false), "view_logic").unwrap().0 < line(&moving(true), "view_logic").unwrap().0);
    // What the plan moves of a module is told line by line, and adds up.
    let planned = Plan::part(&analysis);
    let (price, _) = part(analysis.inputs(), &analysis.estimate, &planned);
    for (at, found) in analysis.estimate.modules.iter().enumerate() {
        let text = module(&analysis, &found.module.name, true, false).unwrap();
        let sum: f64 = price.modules[at].lines.iter().map(|line| line.mean).sum();
        assert!(text.trim_end().ends_with(&format!("{sum:.2} expected in all")), "{text}");
        assert!(planned.modules.contains(&at) || text.contains("it stays on Django"), "{text}");
    }
}
