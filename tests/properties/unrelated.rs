//! Files that have nothing to do with the project change nothing: a Python file that nobody imports, in a place that is no app, adds at most what
//! it defines itself, whatever it would do to others if somebody ran it; other files, and their names, do not change a byte.

use proptest::prelude::*;

use crate::check;
use crate::facts::{Facts, assert_within, facts};
use crate::generated::projects;
use crate::tree::{FIXTURES, Folder, fixture, json, python, scanned};

/// Places in which no app and no settings are.
const PLACES: [&str; 6] =
    ["scripts/fix.py", "scripts/__init__.py", "ops/migrate_data.py", "benchmarks/deep/run.py", "docs/conf.py", "fixit.py"];

/// What such a file may say; `{module}` is a module of the project.
const TEXTS: [&str; 12] = [
    "",
    "import os\nprint(os.environ.get('HOME'))\n",
    "class Model:\n    objects = []\nclass Serializer(Model):\n    pass\n",
    "import {module} as found\nfor name in dir(found):\n    setattr(found, name, None)\n",
    "from {module} import *\nurlpatterns = []\nINSTALLED_APPS = []\n",
    "import {module}\n{module}.urlpatterns = []\n{module}.default_app_config = 'nowhere'\n",
    "from {module} import urlpatterns\nfrom django.urls import path\nurlpatterns += [path('x/', print)]\nurlpatterns.append(path('y/', print))\n",
    "import django\nfrom django.contrib import admin\nfrom django.apps import apps\ndjango.setup()\nfor model in apps.get_models():\n    admin.site.unregister(model)\n",
    "from django.db.models.signals import post_save\ndef saved(**kwargs):\n    pass\npost_save.connect(saved)\n",
    "from django.apps import apps\nfrom django.db import models\nfor model in apps.get_models():\n    model.add_to_class('extra', models.TextField())\n",
    "from django.conf import settings\nsettings.ROOT_URLCONF = 'nowhere.urls'\nsettings.INSTALLED_APPS.append('nowhere')\nsettings.MIDDLEWARE.clear()\n",
    "def broken(:\n",
];

/// What is said of others than this file.
fn others(facts: Facts, file: &str) -> Facts {
    facts.into_iter().filter(|fact| fact.file != file).collect()
}

#[track_caller]
fn a_file_more(folder: &Folder, before: &Facts, place: &str, text: &str, module: &str) {
    let text = text.replace("{module}", module);
    let after = others(facts(&folder.scanned_with(&[(place.to_owned(), text.clone().into_bytes())].into())), place);
    let what = format!("{place} says {text:?}");
    assert_within(before, &after, &format!("without the file, {what}"));
    assert_within(&after, before, &what);
}

/// Modules of a tree, by their paths.
fn modules(folder: &Folder) -> Vec<String> {
    let name = |path: &str| path.trim_end_matches(".py").trim_end_matches("/__init__").replace('/', ".");
    python(folder.tree()).into_iter().map(name).filter(|name| name.split('.').all(|part| !part.starts_with(char::is_numeric))).collect()
}

#[test]
fn beside_the_fixtures() {
    for name in FIXTURES {
        let folder = Folder::new(fixture(name));
        let before = facts(&folder.scanned());
        let modules = modules(&folder);
        let cases = (prop::sample::select(&PLACES[..]), prop::sample::select(&TEXTS[..]), prop::sample::select(modules));
        check(16, cases, |(place, text, module)| a_file_more(&folder, &before, place, text, &module));
    }
}

#[test]
fn beside_generated_projects() {
    let cases = (projects(), prop::sample::select(&PLACES[..]), prop::sample::select(&TEXTS[..]), any::<prop::sample::Index>());
    check(24, cases, |(project, place, text, at)| {
        let folder = Folder::new(project.tree());
        let before = facts(&folder.scanned());
        let modules = modules(&folder);
        a_file_more(&folder, &before, place, text, &modules[at.index(modules.len())]);
    });
}

#[test]
fn files_of_no_interest_change_no_byte() {
    let name = "[a-z]{1,8}(/[a-z]{1,8}){0,2}\\.(md|rst|js|css|png|svg|csv|po|lock|java)";
    for fixture in FIXTURES {
        let folder = Folder::new(crate::tree::fixture(fixture));
        let before = json(&folder.scanned());
        check(6, prop::collection::btree_map(name, prop::collection::vec(any::<u8>(), 0..200), 1..5), |files| {
            assert!(json(&folder.scanned_with(&files)) == before, "{files:?}");
        });
    }
}

#[test]
fn names_of_other_files_change_no_byte() {
    for name in FIXTURES {
        let tree = fixture(name);
        let before = json(&scanned(&tree));
        // Test code is counted, whatever the files are called; notes are not even that.
        let renamed = tree.into_iter().map(|(path, bytes)| {
            let path = match path.rsplit_once('/') {
                Some((folder, name)) if name.starts_with("test_") => format!("{folder}/test_renamed_{}", name.trim_start_matches("test_")),
                None if path.ends_with(".md") => format!("NOTES-{path}"),
                _ => path,
            };
            (path, bytes)
        });
        assert!(json(&scanned(&renamed.collect())) == before, "{name}");
    }
}
