//! Trees that ask for endless work: graphs that double at each step, values that grow, classes without number. Each scan ends (the watch of
//! `tree` sees to that), says where it stopped and why, and finds what lies beside.
//!
//! Every case is one that once took minutes or gigabytes. `tools/torture/hostile.py` has them larger, and many more.

use std::fmt::Write as _;

use migscan::django::inventory::Inventory;

use crate::tree::{Tree, scanned};

/// A project with an app that has one model, and these files.
fn project(files: &[(&str, String)]) -> Tree {
    let mut tree = Tree::new();
    let mut put = |name: &str, text: &str| tree.insert(name.to_owned(), text.as_bytes().to_vec());
    put("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n");
    put("config/__init__.py", "");
    put("config/settings.py", "INSTALLED_APPS = ['shop']\nROOT_URLCONF = 'config.urls'\n");
    put("config/urls.py", "from django.urls import path\nurlpatterns = [path('sound/', lambda r: None)]\n");
    put("shop/__init__.py", "");
    put("shop/models.py", "from django.db import models\nclass Sound(models.Model):\n    text = models.TextField()\n");
    for (name, text) in files {
        put(name, text);
    }
    tree
}

/// The project scanned with these lines after its own settings.
fn settings(lines: &str) -> Inventory {
    let text = format!("INSTALLED_APPS = ['shop']\nROOT_URLCONF = 'config.urls'\n{lines}");
    scanned(&project(&[("config/settings.py", text)]))
}

/// What is sound is found, whatever else there is.
#[track_caller]
fn sound(found: &Inventory) {
    assert!(found.models.iter().any(|model| model.label == "shop.Sound"), "the sound model is lost");
    assert!(found.routes.iter().any(|route| route.path == "/sound/"), "the sound route is lost");
}

#[track_caller]
fn listed(found: &Inventory, file: &str, reason: &str) {
    let there = found.coverage.unresolved.iter().any(|open| open.file == file && open.reason == reason);
    assert!(there, "not listed: {file}: {reason}; there are {:?}", found.coverage.unresolved.iter().take(5).collect::<Vec<_>>());
}

const BUDGET: &str = "evaluation budget exhausted";

#[test]
fn texts_that_double() {
    for (start, step) in [
        ("'x'", "v = v + v"),
        ("'x'", "v += v"),
        ("'x'", "v = f'{v}{v}'"),
        ("'x'", "v = '%s%s' % (v, v)"),
        ("'x'", "v = '{0}{0}'.format(v)"),
        ("'x'", "v = v.join([v, v, v])"),
        ("'x'", "v = v.replace('x', 'xx')"),
        ("'x'", "v = v.replace('', v)"),
        ("'x'", "v = v * 7"),
        ("'x'", "v = sum([v, v], '')"),
        ("'x'", "v = v / v"),
        ("('x',)", "v = (*v, *v)"),
        ("['x']", "v = [*v, *v]"),
        ("['x']", "v = v + v"),
        ("['x']", "v.extend(v)"),
        ("['x']", "v = sum([v, v], [])"),
    ] {
        let found = settings(&format!("v = {start}\n{}", format!("{step}\n").repeat(64)));
        sound(&found);
        // An extension in place that finds no room is left out.
        if !step.contains("extend") {
            listed(&found, "config/settings.py", BUDGET);
        }
    }
}

#[test]
fn texts_that_are_huge_at_once() {
    let found = settings(
        "a = 'xxxx' * 2 ** 62\nb = 'x' * 10 ** 10\nc = 'x' * -5\nd = 2 ** 10 ** 9\ne = 9223372036854775807 + 1\nf = -(-9223372036854775807 - 1)\n\
         g = -9223372036854775807 // -1\nh = 1 // 0\ni = 1 % 0\nj = list(range(0, 10 ** 12))\nk = list(enumerate(['x'], 9223372036854775807))\n\
         l = [1, 2][9223372036854775807:]\nm = 'abc'[-9223372036854775807]\n",
    );
    sound(&found);
    listed(&found, "config/settings.py", BUDGET);
}

#[test]
fn a_loop_that_makes_texts() {
    let found = settings("s = ''\nfor i in range(50000):\n    for j in range(50000):\n        s += 'abcdefgh'\n");
    sound(&found);
    listed(&found, "config/settings.py", BUDGET);
}

#[test]
fn values_in_values() {
    // Comparing them, or making keys of them, would go through all paths: two more at each level.
    let double = |name: &str| format!("{name} = []\n{}", format!("{name} = [{name}, {name}]\n").repeat(64));
    for more in [
        "if n == m:\n    X = 1\n".to_owned(),
        "n.remove(m)\n".to_owned(),
        "p = m in [n]\n".to_owned(),
        format!("t = ()\n{}d = {{t: 1}}\n", "t = (t, t)\n".repeat(64)),
        // Lists that hold themselves.
        "a = []\na.append(a)\nb = []\nb.append(b)\nif a == b:\n    X = 1\na.remove([1])\na.remove(b)\na.index(b)\nc = {1}\nc.add(a)\n"
            .to_owned(),
        "MIDDLEWARE = n\nTEMPLATES = n\nDATABASES = {'a': n}\nLANGUAGES = n\nREST_FRAMEWORK = {'x': n}\n".to_owned(),
    ] {
        sound(&settings(&format!("{}{}{more}", double("n"), double("m"))));
    }
    let deep = "x = ()\n".to_owned()
        + &"x = (('a', x), ('b', x))\n".repeat(64)
        + "class Odd(models.Model):\n    f = models.CharField(choices=x, default=x, max_length=3)\n    class Meta:\n        ordering = x\n        unique_together = x\n";
    let models = format!("from django.db import models\nclass Sound(models.Model):\n    text = models.TextField()\n{deep}");
    let found = scanned(&project(&[("shop/models.py", models)]));
    sound(&found);
    assert!(found.models.iter().any(|model| model.label == "shop.Odd"));
}

#[test]
fn modules_that_include_one_another() {
    let mut files: Vec<(String, String)> = (0..8)
        .map(|n| {
            let rows: Vec<String> = (0..8).map(|k| format!("path('{k}/', include('shop.u{k}'))")).collect();
            (format!("shop/u{n}.py"), format!("from django.urls import include, path\nurlpatterns = [{}]\n", rows.join(", ")))
        })
        .collect();
    let urls = "from django.urls import include, path\nurlpatterns = [path('sound/', lambda r: None), path('', include('shop.u0'))]\n";
    files.push(("config/urls.py".to_owned(), urls.to_owned()));
    let files: Vec<(&str, String)> = files.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    let found = scanned(&project(&files));
    sound(&found);
    let reasons = ["includes nested too deep", "too many URL patterns"];
    assert!(found.coverage.unresolved.iter().any(|open| open.kind == "routes" && reasons.contains(&open.reason.as_str())));
}

#[test]
fn includes_that_double() {
    let mut files: Vec<(String, String)> = (0..40)
        .map(|n| {
            let next = n + 1;
            let text = format!("path('a/', include('shop.u{next}')), path('b/', include('shop.u{next}'))");
            (format!("shop/u{n}.py"), format!("from django.urls import include, path\nurlpatterns = [{text}]\n"))
        })
        .collect();
    files.push(("shop/u40.py".to_owned(), "from django.urls import path\nurlpatterns = [path('', lambda r: None)]\n".to_owned()));
    let urls = "from django.urls import include, path\nurlpatterns = [path('sound/', lambda r: None), path('', include('shop.u0'))]\n";
    files.push(("config/urls.py".to_owned(), urls.to_owned()));
    let files: Vec<(&str, String)> = files.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    let found = scanned(&project(&files));
    sound(&found);
    assert!(found.coverage.unresolved.iter().any(|open| open.kind == "routes" && open.reason == "includes nested too deep"));
}

#[test]
fn star_imports_of_many_names() {
    let mut files: Vec<(String, String)> =
        (0..100).map(|n| (format!("shop/m{n}.py"), format!("from shop.m{} import *\n", n + 1))).collect();
    let mut names = String::new();
    for n in 0..5000 {
        let _ = writeln!(names, "x{n} = {n}");
    }
    files.push(("shop/m100.py".to_owned(), names));
    let settings = "INSTALLED_APPS = ['shop']\nROOT_URLCONF = 'config.urls'\nfrom shop.m0 import *\n";
    files.push(("config/settings.py".to_owned(), settings.to_owned()));
    let files: Vec<(&str, String)> = files.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    sound(&scanned(&project(&files)));
}

#[test]
fn star_imports_that_double() {
    let mut files: Vec<(String, String)> = Vec::new();
    for n in 0..60 {
        let next = n + 1;
        for side in ["m", "n"] {
            let text = format!("from shop.m{next} import *\nfrom shop.n{next} import *\n{side}{n} = 1\n");
            files.push((format!("shop/{side}{n}.py"), text));
        }
    }
    files.push(("shop/m60.py".to_owned(), "last = 1\n".to_owned()));
    files.push(("shop/n60.py".to_owned(), "from shop.m0 import *\n".to_owned()));
    files.push(("shop/views.py".to_owned(), "from shop.m0 import *\n".to_owned()));
    let files: Vec<(&str, String)> = files.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    sound(&scanned(&project(&files)));
}

#[test]
fn classes_without_number() {
    let loops = "for i in range(50000):\n    for j in range(50000):\n";
    for body in [
        "        C = type('C', (C,), {})\n",
        "        C = type('C%d' % j, (models.Model,), {'x': models.TextField()})\n        admin.site.register(C)\n",
        "        class C(C):\n            pass\n",
    ] {
        let text = format!("from django.contrib import admin\nfrom django.db import models\nclass C:\n    pass\n{loops}{body}");
        let found = scanned(&project(&[("shop/admin.py", text)]));
        sound(&found);
        listed(&found, "shop/admin.py", BUDGET);
    }
}

#[test]
fn inheritance_that_doubles() {
    let mut text = "from django.db import models\nclass Sound(models.Model):\n    text = models.TextField()\nclass A0(models.Model):\n    class Meta:\n        abstract = True\n".to_owned();
    for n in 1..40 {
        let above = n - 1;
        for side in ["L", "R"] {
            let _ = writeln!(
                text,
                "class {side}{n}(A{above}):\n    {side}f{n} = models.TextField()\n    class Meta(A{above}.Meta):\n        abstract = True"
            );
        }
        let _ = writeln!(text, "class A{n}(L{n}, R{n}):\n    class Meta(L{n}.Meta, R{n}.Meta):\n        abstract = True");
    }
    text.push_str("class Last(A39):\n    pass\n");
    let found = scanned(&project(&[("shop/models.py", text)]));
    sound(&found);
    let last = found.models.iter().find(|model| model.label == "shop.Last").unwrap();
    assert_eq!(last.fields.iter().filter(|field| field.name.starts_with(['L', 'R'])).count(), 78);
}

#[test]
fn calls_that_double() {
    let mut text = "def f(n):\n    return f(n - 1) + f(n - 1)\nx = f(100)\nh0 = lambda: 1\n".to_owned();
    for n in 1..60 {
        let _ = writeln!(text, "def h{n}(): return (h{0}(), h{0}())", n - 1);
    }
    text.push_str("z = h59()\nclass B:\n    @property\n    def x(self): return [self.x, self.x]\nb = B().x\nwhile True: pass\n");
    let found = settings(&text);
    sound(&found);
    listed(&found, "config/settings.py", BUDGET);
}

#[test]
fn migrations_with_many_paths() {
    let mut files: Vec<(String, String)> = vec![("shop/migrations/__init__.py".to_owned(), String::new())];
    for n in 0..80 {
        let back: Vec<String> = [1, 2].iter().filter(|k| n >= **k).map(|k| format!("('shop', '{:04}_m')", n - k)).collect();
        let operation = if n == 0 { "migrations.CreateModel('Sound', [('text', models.TextField())])" } else { "" };
        files.push((
            format!("shop/migrations/{n:04}_m.py"),
            format!(
                "from django.db import migrations, models\nclass Migration(migrations.Migration):\n    dependencies = [{}]\n    operations = [{operation}]\n",
                back.join(", ")
            ),
        ));
    }
    let files: Vec<(&str, String)> = files.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    let found = scanned(&project(&files));
    sound(&found);
    assert_eq!(found.migrations.len(), 80);
}

#[test]
fn files_whose_tree_would_fill_the_memory() {
    let row = "{'a': [1, 2, 3], 'b': (None, True), 'c': {'d': -1}},\n";
    let dense = format!("X = [\n{}]\n", row.repeat(18_000));
    let found =
        scanned(&project(&[("shop/dense.py", dense), ("shop/short.py", "x\n".repeat(310_000)), ("shop/long.py", "x\n".repeat(1000))]));
    sound(&found);
    for file in ["shop/dense.py", "shop/short.py"] {
        listed(&found, file, "has more than 600,000 tokens");
    }
    assert!(!found.coverage.unresolved.iter().any(|open| open.file == "shop/long.py"));
}
