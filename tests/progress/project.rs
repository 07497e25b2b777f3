//! A small library with twelve routes, of which any may be on Django, on FastAPI, on both or on neither.

use std::fs;
use std::path::Path;

/// Which routes are where.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// 1 to 6 are routes of books, 7 to 12 those of loans.
    pub django: Vec<u32>,
    pub fastapi: Vec<u32>,
    /// The URL configuration of books cannot be read.
    pub broken: bool,
}

const APPS: [(&str, u32); 2] = [("books", 1), ("loans", 7)];

/// Odd routes are lists, even ones have a parameter.
fn path(number: u32, parameter: &str) -> String {
    if number % 2 == 1 { format!("r{number}/") } else { format!("r{}/{parameter}/", number - 1) }
}

/// The whole project, in the place of what was there.
pub fn write(root: &Path, state: &State) {
    if root.exists() {
        for name in ["manage.py", "config", "books", "loans", "fastapi_app", "requirements.txt"] {
            let old = root.join(name);
            if old.is_dir() {
                fs::remove_dir_all(&old).unwrap()
            } else if old.exists() {
                fs::remove_file(&old).unwrap()
            }
        }
    }
    let put = |name: &str, text: &str| {
        let file = root.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    };
    put("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n");
    put("requirements.txt", "Django==5.2\nfastapi\n");
    put("config/__init__.py", "");
    let here = |first: u32| state.django.iter().copied().filter(move |n| (first..first + 6).contains(n)).collect::<Vec<u32>>();
    let apps: Vec<&str> = APPS.iter().filter(|(_, first)| !here(*first).is_empty()).map(|(name, _)| *name).collect();
    let installed: String = apps.iter().map(|app| format!("    '{app}',\n")).collect();
    put(
        "config/settings.py",
        &format!("INSTALLED_APPS = [\n    'django.contrib.contenttypes',\n{installed}]\nROOT_URLCONF = 'config.urls'\n"),
    );
    let includes: String = apps.iter().map(|app| format!("    path('{app}/', include('{app}.urls')),\n")).collect();
    put("config/urls.py", &format!("from django.urls import include, path\nurlpatterns = [\n{includes}]\n"));
    for (app, first) in APPS {
        let numbers = here(first);
        if numbers.is_empty() {
            continue;
        }
        put(&format!("{app}/__init__.py"), "");
        let model = app.trim_end_matches('s');
        let class = format!("{}{}", model[..1].to_uppercase(), &model[1..]);
        put(
            &format!("{app}/models.py"),
            &format!("from django.db import models\nclass {class}(models.Model):\n    title = models.CharField(max_length=200)\n"),
        );
        let mut views = format!(
            "from django.http import JsonResponse\nfrom django.views.decorators.http import require_http_methods\nfrom {app}.models import {class}\n"
        );
        let mut urls = format!("from django.urls import path\nfrom {app} import views\nurlpatterns = [\n");
        for number in numbers {
            let argument = if number % 2 == 0 { ", pk" } else { "" };
            views.push_str(&format!("@require_http_methods(['GET'])\ndef v{number}(request{argument}):\n    return JsonResponse({{'all': list({class}.objects.values())}})\n"));
            urls.push_str(&format!("    path('{}', views.v{number}),\n", path(number, "<int:pk>")));
        }
        urls.push_str("]\n");
        if state.broken && app == "books" {
            urls = "\0\0 this is no Python ((((\n".repeat(3);
        }
        put(&format!("{app}/views.py"), &views);
        put(&format!("{app}/urls.py"), &urls);
    }
    if !state.fastapi.is_empty() {
        put("fastapi_app/__init__.py", "");
        let mut main = "from fastapi import FastAPI\n".to_owned();
        for (app, _) in APPS {
            main.push_str(&format!("from fastapi_app import {app}\n"));
        }
        main.push_str("app = FastAPI()\n");
        for (app, first) in APPS {
            main.push_str(&format!("app.include_router({app}.router)\n"));
            let mut text = format!("from fastapi import APIRouter\nrouter = APIRouter(prefix='/{app}')\n");
            for number in state.fastapi.iter().filter(|n| (first..first + 6).contains(*n)) {
                let argument = if number % 2 == 0 { "item_id: int" } else { "" };
                let own = path(*number, "{item_id}");
                text.push_str(&format!("@router.get('/{}')\ndef r{number}({argument}):\n    return []\n", own.trim_end_matches('/')));
            }
            put(&format!("fastapi_app/{app}.py"), &text);
        }
        put("fastapi_app/main.py", &main);
    }
}
