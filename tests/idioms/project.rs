//! A project around a few lines, and its inventory in short texts that read well in an assertion.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::thread;

use migscan::django::inventory::{App, Field, Inventory, Migration, Model, Route, Serializer};
use migscan::django::mentions::Wanted;
use migscan::{ScanOptions, scan};

use crate::layout::{completed, files};

/// The evaluator nests as deep as the project does.
const STACK: usize = 64 << 20;

pub struct Seen {
    pub inventory: Inventory,
}

/// The inventory of exactly these files.
pub fn seen_bytes(files: &BTreeMap<String, Vec<u8>>) -> Seen {
    seen_asked(files, ScanOptions::default())
}

fn seen_asked(files: &BTreeMap<String, Vec<u8>>, options: ScanOptions) -> Seen {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    Seen { inventory: inventory(folder.path(), options) }
}

fn inventory(root: &Path, options: ScanOptions) -> Inventory {
    let root = root.to_owned();
    thread::Builder::new().stack_size(STACK).spawn(move || scan(&root, &options, &|_| {}).inventory).unwrap().join().unwrap()
}

/// A project with these files.
pub fn seen(text: &str) -> Seen {
    seen_bytes(&completed(files("", text)))
}

/// A project whose scan looks out for calls and imports of these names.
pub fn seen_mentions(text: &str, calls: &[&str], imports: &[&str]) -> Seen {
    let mut options = ScanOptions::default();
    options.wanted.calls.extend(calls.iter().map(|name| (*name).to_string()));
    options.wanted.imports.extend(imports.iter().map(|name| (*name).to_string()));
    seen_asked(&completed(files("", text)), options)
}

/// A project whose scan looks out for what these rules name.
pub fn seen_for(text: &str, wanted: Wanted) -> Seen {
    seen_asked(&completed(files("", text)), ScanOptions { wanted, ..ScanOptions::default() })
}

/// With what somebody told of the environment.
pub fn seen_in(environment: &[(&str, &str)], text: &str) -> Seen {
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    seen_asked(&completed(files("config/settings.py", text)), ScanOptions { environment, ..ScanOptions::default() })
}

/// These files and nothing else.
pub fn seen_bare(text: &str) -> Seen {
    seen_bytes(&files("", text))
}

/// A project in which one file has exactly these bytes.
pub fn seen_with(name: &str, bytes: &[u8]) -> Seen {
    seen_bytes(&completed(BTreeMap::from([(name.to_owned(), bytes.to_vec())])))
}

/// A project around a `config/settings.py`.
pub fn seen_settings(text: &str) -> Seen {
    seen_bytes(&completed(files("config/settings.py", text)))
}

/// A project around a `shop/models.py`, whose first import is there.
pub fn seen_models(text: &str) -> Seen {
    let text = format!("# --- shop/models.py\nfrom django.db import models\n{text}");
    seen_bytes(&completed(files("", &text)))
}

/// A project around a `config/urls.py`, whose usual imports are there; the app `shop` has some views.
pub fn seen_urls(text: &str) -> Seen {
    let text = format!("# --- config/urls.py\nfrom django.urls import include, path, re_path\nfrom shop import views\n{text}");
    let mut files = files("", &text);
    let views = "from django.views import View\ndef one(request):\n    pass\ndef two(request):\n    pass\nclass Page(View):\n    def get(self, request):\n        pass\n";
    files.entry("shop/views.py".to_owned()).or_insert_with(|| views.into());
    seen_bytes(&completed(files))
}

fn list(items: &[String]) -> String {
    items.join(",")
}

impl Seen {
    pub fn app(&self, label: &str) -> &App {
        self.inventory.apps.iter().find(|a| a.label == label).unwrap_or_else(|| panic!("no app {label}: {:?}", self.inventory.apps))
    }

    pub fn installed(&self) -> &[String] {
        &self.inventory.settings.installed_apps
    }

    /// Labels of the concrete models.
    pub fn models(&self) -> Vec<&str> {
        self.inventory.models.iter().filter(|m| !m.is_abstract).map(|m| m.label.as_str()).collect()
    }

    pub fn model(&self, label: &str) -> &Model {
        self.inventory.models.iter().find(|m| m.label == label).unwrap_or_else(|| panic!("no model {label}: {:?}", self.models()))
    }

    /// Names of a model's fields, without the primary key that Django adds.
    pub fn fields(&self, label: &str) -> Vec<&str> {
        self.model(label).fields.iter().filter(|f| !(f.implied && f.name == "id")).map(|f| f.name.as_str()).collect()
    }

    pub fn field(&self, label: &str, name: &str) -> &Field {
        let model = self.model(label);
        model.fields.iter().find(|f| f.name == name).unwrap_or_else(|| panic!("no field {name}: {:?}", self.fields(label)))
    }

    /// Kind and target.
    pub fn relation(&self, label: &str, name: &str) -> String {
        let relation = self.field(label, name).relation.as_ref().unwrap_or_else(|| panic!("{label}.{name} is no relation"));
        format!("{} {}", relation.kind, relation.to.as_deref().unwrap_or("?"))
    }

    fn own_routes(&self) -> impl Iterator<Item = &Route> {
        self.inventory.routes.iter().filter(|r| !r.format_suffix && !r.admin)
    }

    /// Path and view.
    pub fn routes(&self) -> Vec<String> {
        self.own_routes().map(|r| format!("{} {}", r.path, r.view.as_deref().unwrap_or("?"))).collect()
    }

    pub fn paths(&self) -> Vec<&str> {
        self.own_routes().map(|r| r.path.as_str()).collect()
    }

    pub fn route(&self, path: &str) -> &Route {
        self.own_routes().find(|r| r.path == path).unwrap_or_else(|| panic!("no route {path}: {:?}", self.paths()))
    }

    /// Methods of a route; `-` where it takes any.
    pub fn methods(&self, path: &str) -> String {
        self.route(path).methods.as_ref().map_or_else(|| "-".to_owned(), |m| list(m))
    }

    /// HTTP methods and the view set's methods behind them.
    pub fn actions(&self, path: &str) -> String {
        let mut actions: Vec<String> = self.route(path).actions.iter().map(|(http, method)| format!("{http}={method}")).collect();
        actions.sort();
        list(&actions)
    }

    pub fn serializer(&self, qualname: &str) -> &Serializer {
        let all = &self.inventory.serializers;
        all.iter().find(|s| s.qualname == qualname).unwrap_or_else(|| panic!("no serializer {qualname}: {all:?}"))
    }

    /// Names of a serializer's fields, sorted: `?` where they are not known.
    pub fn serialized(&self, qualname: &str) -> String {
        self.serializer(qualname).fields.clone().map_or_else(
            || "?".to_owned(),
            |mut fields| {
                fields.sort();
                list(&fields)
            },
        )
    }

    /// Model, admin class and site.
    pub fn admin(&self) -> Vec<String> {
        let short = |a: &migscan::django::inventory::Admin| format!("{} {} {}", a.model.as_deref().unwrap_or("?"), a.admin, a.site);
        self.inventory.admin.iter().filter(|a| !a.place.file.is_empty()).map(short).collect()
    }

    /// Signal, receiver and sender; sorted.
    pub fn signals(&self) -> Vec<String> {
        let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        let mut all: Vec<String> =
            self.inventory.signals.iter().map(|s| format!("{} {} {}", or(&s.signal), or(&s.receiver), or(&s.sender))).collect();
        all.sort();
        all
    }

    pub fn migration(&self, app: &str, name: &str) -> &Migration {
        let all = &self.inventory.migrations;
        all.iter().find(|m| m.app == app && m.name == name).unwrap_or_else(|| panic!("no migration {app}.{name}: {all:?}"))
    }
}
