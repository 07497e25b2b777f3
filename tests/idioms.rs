//! One test an idiom: the ways in which Django projects say things, each as a project of a few lines, and what the inventory makes of it.
//!
//! A fixture is one text of several files; `# --- path` begins each. What the idiom does not need (manage.py, settings, `__init__.py`) is put
//! around it by `project::seen`.

#[path = "idioms/layout.rs"]
mod layout;
#[path = "idioms/project.rs"]
mod project;

#[path = "idioms/access.rs"]
mod access;
#[path = "idioms/admin.rs"]
mod admin;
#[path = "idioms/apps.rs"]
mod apps;
#[path = "idioms/bait.rs"]
mod bait;
#[path = "idioms/fastapi.rs"]
mod fastapi;
#[path = "idioms/findings.rs"]
mod findings;
#[path = "idioms/imports.rs"]
mod imports;
#[path = "idioms/loaders.rs"]
mod loaders;
#[path = "idioms/migrations.rs"]
mod migrations;
#[path = "idioms/models.rs"]
mod models;
#[path = "idioms/orm.rs"]
mod orm;
#[path = "idioms/packages.rs"]
mod packages;
#[path = "idioms/platform.rs"]
mod platform;
#[path = "idioms/replay.rs"]
mod replay;
#[path = "idioms/routers.rs"]
mod routers;
#[path = "idioms/routes.rs"]
mod routes;
#[path = "idioms/serializers.rs"]
mod serializers;
#[path = "idioms/settings.rs"]
mod settings;
#[path = "idioms/signals.rs"]
mod signals;
#[path = "idioms/syntax.rs"]
mod syntax;
#[path = "idioms/view_sets.rs"]
mod view_sets;
