//! Small Django projects of any make, as strategies of proptest.

use std::fmt::Write as _;

use proptest::prelude::*;

use crate::check;
use crate::tree::{Tree, scanned};

const NAMES: [&str; 4] = ["shop", "stock", "crew", "post"];

#[derive(Clone, Debug)]
pub struct Project {
    apps: Vec<App>,
    /// The apps lie in a package of their own.
    nested: bool,
    api: bool,
}

#[derive(Clone, Debug)]
struct App {
    models: Vec<Vec<FieldKind>>,
    abstract_base: bool,
    config: bool,
    admin: bool,
    receivers: bool,
    class_views: bool,
    command: bool,
    installed: bool,
}

#[derive(Clone, Debug)]
enum FieldKind {
    Text,
    Char(u8),
    Number {
        unique: bool,
    },
    /// To one of the models so far, counted from the last.
    Foreign(u8),
    Many(u8),
}

pub fn projects() -> impl Strategy<Value = Project> {
    (prop::collection::vec(apps(), 1..=NAMES.len()), any::<bool>(), any::<bool>()).prop_map(|(mut apps, nested, api)| {
        // A project without any app is none.
        apps[0].installed = true;
        Project { apps, nested, api }
    })
}

fn apps() -> impl Strategy<Value = App> {
    let field = prop_oneof![
        Just(FieldKind::Text),
        (1..200u8).prop_map(FieldKind::Char),
        any::<bool>().prop_map(|unique| FieldKind::Number { unique }),
        any::<u8>().prop_map(FieldKind::Foreign),
        any::<u8>().prop_map(FieldKind::Many),
    ];
    let models = prop::collection::vec(prop::collection::vec(field, 0..5), 1..4);
    (models, any::<[bool; 6]>(), prop::bool::weighted(0.8)).prop_map(|(models, flags, installed)| {
        let [abstract_base, config, admin, receivers, class_views, command] = flags;
        App { models, abstract_base, config, admin, receivers, class_views, command, installed }
    })
}

impl Project {
    fn package(&self, app: usize) -> String {
        if self.nested { format!("apps.{}", NAMES[app]) } else { NAMES[app].to_owned() }
    }

    /// Labels of the models of the apps that are installed, in the order of the report.
    fn labels(&self) -> Vec<String> {
        let apps = self.apps.iter().enumerate().filter(|(_, app)| app.installed);
        let mut labels: Vec<String> =
            apps.flat_map(|(at, app)| (0..app.models.len()).map(move |model| format!("{}.M{model}", NAMES[at]))).collect();
        labels.sort();
        labels
    }

    pub fn tree(&self) -> Tree {
        let mut tree = Tree::new();
        let mut put = |path: String, text: String| tree.insert(path, text.into_bytes());
        put("manage.py".into(), "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n".into());
        put("config/__init__.py".into(), String::new());
        if self.nested {
            put("apps/__init__.py".into(), String::new());
        }
        let mut settings =
            "INSTALLED_APPS = [\n    'django.contrib.admin',\n    'django.contrib.auth',\n    'django.contrib.contenttypes',\n".to_owned();
        let mut urls = "from django.urls import include, path\nurlpatterns = [\n".to_owned();
        let mut earlier: Vec<(String, bool)> = Vec::new();
        for (at, app) in self.apps.iter().enumerate() {
            let package = self.package(at);
            let folder = package.replace('.', "/");
            if app.installed {
                let _ = writeln!(settings, "    '{package}',");
                let _ = writeln!(urls, "    path('{}/', include('{package}.urls')),", NAMES[at]);
            }
            put(format!("{folder}/__init__.py"), String::new());
            put(format!("{folder}/models.py"), app.models(NAMES[at], &mut earlier));
            put(format!("{folder}/views.py"), app.views());
            put(format!("{folder}/urls.py"), app.urls());
            if app.config {
                let ready = if app.receivers { "    def ready(self):\n        from . import receivers\n" } else { "" };
                let text = format!("from django.apps import AppConfig\nclass Config(AppConfig):\n    name = '{package}'\n{ready}");
                put(format!("{folder}/apps.py"), text);
            }
            if app.admin {
                let text = "from django.contrib import admin\nfrom .models import M0\n@admin.register(M0)\nclass M0Admin(admin.ModelAdmin):\n    list_display = ['pk']\n";
                put(format!("{folder}/admin.py"), text.into());
            }
            if app.receivers {
                let text = "from django.db.models.signals import post_save\nfrom django.dispatch import receiver\nfrom .models import M0\n@receiver(post_save, sender=M0)\ndef saved(sender, **kwargs):\n    pass\n";
                put(format!("{folder}/receivers.py"), text.into());
            }
            if app.command {
                put(format!("{folder}/management/__init__.py"), String::new());
                put(format!("{folder}/management/commands/__init__.py"), String::new());
                let text = "from django.core.management.base import BaseCommand\nclass Command(BaseCommand):\n    def handle(self, **options):\n        pass\n";
                put(format!("{folder}/management/commands/{}_run.py", NAMES[at]), text.into());
            }
            if self.api {
                let text = "from rest_framework import serializers\nfrom .models import M0\nclass M0Serializer(serializers.ModelSerializer):\n    class Meta:\n        model = M0\n        fields = '__all__'\n";
                put(format!("{folder}/serializers.py"), text.into());
            }
        }
        settings.push_str("]\nROOT_URLCONF = 'config.urls'\nDEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'\n");
        urls.push_str("]\n");
        put("config/settings.py".into(), settings);
        put("config/urls.py".into(), urls);
        tree
    }
}

impl App {
    /// `earlier`: the models of all apps so far, and whether they are installed.
    fn models(&self, name: &str, earlier: &mut Vec<(String, bool)>) -> String {
        let mut out = "from django.db import models\n".to_owned();
        if self.abstract_base {
            out.push_str(
                "class Base(models.Model):\n    made = models.DateTimeField(auto_now_add=True)\n    class Meta:\n        abstract = True\n",
            );
        }
        let base = if self.abstract_base { "Base" } else { "models.Model" };
        for (index, fields) in self.models.iter().enumerate() {
            earlier.push((format!("{name}.M{index}"), self.installed));
            let _ = writeln!(out, "class M{index}({base}):\n    'Model {index}.'");
            let targets: Vec<&str> =
                earlier.iter().filter(|(_, installed)| *installed || !self.installed).map(|(label, _)| label.as_str()).collect();
            let target = |back: &u8| targets[usize::from(*back) % targets.len()];
            for (number, field) in fields.iter().enumerate() {
                let text = match field {
                    FieldKind::Text => "TextField(blank=True)".to_owned(),
                    FieldKind::Char(length) => format!("CharField(max_length={length})"),
                    FieldKind::Number { unique } => format!("IntegerField(unique={})", if *unique { "True" } else { "False" }),
                    FieldKind::Foreign(back) => format!("ForeignKey('{}', models.CASCADE, related_name='+')", target(back)),
                    FieldKind::Many(back) => format!("ManyToManyField('{}', related_name='+')", target(back)),
                };
                let _ = writeln!(out, "    f{number} = models.{text}");
            }
        }
        out
    }

    fn views(&self) -> String {
        if self.class_views {
            "from django.views.generic import ListView\nfrom .models import M0\nclass Page(ListView):\n    model = M0\n".to_owned()
        } else {
            "from django.views.decorators.http import require_GET\n@require_GET\ndef page(request):\n    pass\n".to_owned()
        }
    }

    fn urls(&self) -> String {
        let view = if self.class_views { "views.Page.as_view()" } else { "views.page" };
        format!(
            "from django.urls import path\nfrom . import views\nurlpatterns = [path('', {view}), path('<int:pk>/', {view}, name='one')]\n"
        )
    }
}

/// What the other properties rest on: these are projects, and they are found.
#[test]
fn generated_projects_are_found_whole() {
    check(16, projects(), |project| {
        let found = scanned(&project.tree());
        let models: Vec<&str> = found.models.iter().filter(|m| m.installed && !m.is_abstract).map(|m| m.label.as_str()).collect();
        assert_eq!(models, project.labels());
        let installed = project.apps.iter().filter(|app| app.installed);
        assert_eq!(found.routes.len(), 2 * installed.clone().count());
        let folders: Vec<&str> = found.apps.iter().filter(|app| app.installed).map(|app| app.path.as_str()).collect();
        let connected =
            found.signals.iter().filter(|signal| folders.iter().any(|folder| signal.place.file.starts_with(&format!("{folder}/"))));
        assert_eq!(connected.count(), installed.filter(|app| app.receivers).count());
        assert!((found.coverage.percent() - 100.0).abs() < f64::EPSILON, "{:?}", found.coverage.unresolved);
    });
}
