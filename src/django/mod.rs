//! Django's constructs, recognised after name resolution by qualified name: one file a construct, each a function from the booted [`world`] to a
//! part of the [`inventory`].

pub mod access;
pub mod admin;
mod admin_parts;
mod anonymous;
pub mod apps;
pub mod asked;
pub mod boot;
mod configurations;
mod configured;
mod connections;
mod contributed;
pub mod deconstruct;
mod endpoints;
pub mod fields;
pub mod files;
pub mod forms;
mod gatekeepers;
pub mod implied;
pub mod includes;
pub mod inventory;
mod links;
pub mod made;
pub mod managers;
pub mod mentions;
pub mod meta;
pub mod migrations;
pub mod models;
pub mod names;
mod nested;
pub mod ninja;
pub mod orm;
pub mod own_fields;
mod patterns;
pub mod platform;
pub mod replay;
mod resolvers;
mod root_urlconfs;
pub mod routers;
pub mod routes;
pub mod serializers;
pub mod settings;
mod settings_places;
pub mod signals;
pub mod silent;
mod sockets;
pub mod tables;
mod tags;
pub mod tastypie;
pub mod urls;
pub mod view_bodies;
pub mod view_list;
pub mod views;
pub mod world;
mod written;

use std::collections::BTreeSet;

use crate::base::clock::Clock;
use crate::base::{Loc, Sym};
use crate::facts::Trouble;
use crate::project::Project;

use inventory::{App, Diagnostic, Inventory, Unresolved};
use mentions::Wanted;
use settings::Candidate;
use world::World;

/// Everything that the sources say about the project.
pub fn inventory(project: &Project, candidates: Vec<Candidate>, wanted: &Wanted, clock: &mut Clock) -> Inventory {
    let mut world = World::boot(project, candidates, clock);
    let world = &mut world;
    let mut settings = settings::summary(&mut world.interp, world.settings.clone().as_ref(), &world.candidates.clone());
    if let Some(chosen) = world.candidates.first() {
        settings.places = settings_places::places(project, chosen.file, &settings);
    }
    world.rest_framework.clone_from(&settings.rest_framework);
    world.login_middleware = anonymous::login_middleware(world, &settings.middleware);
    let mut models = models::collect(world);
    clock.lap("- models");
    let routes = routes::collect(world);
    let rendered = platform::renders(world);
    let views = view_list::collect(world, &routes, &rendered.pages);
    clock.lap("- routes, views");
    let serializers = serializers::collect(world, &models);
    let inline_serializers = serializers::inline(world);
    clock.lap("- serializers");
    let admin = admin::collect(world);
    let signals = signals::collect(world, &models);
    clock.lap("- admin, signals");
    let sources = migrations::sources(world);
    let migrations = migrations::collect(world, &sources);
    let replayed = replay::collect(world, &sources, &mut models);
    // After the replay: what the packages make, the migrations have in another shape.
    models.extend(made::collect(world, &models));
    models.sort_by(|a, b| (&a.label, &a.place).cmp(&(&b.label, &b.place)));
    clock.lap("- migrations");
    let forms = forms::collect(world);
    let commands = platform::commands(world);
    let middleware = platform::middleware(world, &settings.middleware);
    let (tasks, jobs) = platform::tasks(world);
    let consumers = platform::consumers(world);
    let template_tags = tags::template_libraries(world);
    let uses = platform::uses(world);
    let context_processors = configured::context_processors(world, &settings.context_processors);
    let schedules = configured::schedules(world, &settings.schedule);
    let setting_reads = configured::setting_reads(world);
    let managers = managers::collect(world);
    let links = links::collect(world);
    clock.lap("- platform");
    let mentions = mentions::collect(world, wanted);
    clock.lap("- mentions");
    let mut out = Inventory {
        settings,
        apps: apps_of(world),
        models,
        views,
        serializers,
        inline_serializers,
        admin,
        signals: signals.receivers,
        signal_definitions: signals.definitions,
        signal_sends: signals.sends,
        migrations,
        schema: replayed.schema,
        drift: replayed.drift,
        forms,
        template_tags,
        middleware,
        commands,
        tasks,
        jobs,
        consumers,
        context_processors,
        schedules,
        setting_reads,
        caching: uses.caching,
        transactions: uses.transactions,
        raw_sql: uses.raw_sql,
        renders: rendered.templates,
        managers,
        links: links.links,
        session_uses: links.sessions,
        mentions,
        files: files::collect(world),
        routes: routes.list,
        brought: routes.brought,
        urls: routes.urls,
        ..Inventory::default()
    };
    if world.open && world.settings.is_some() {
        // What was guessed is no setting.
        let guessed = |entry: &String| world.apps.iter().any(|app| app.first_party && app.module == *entry);
        out.settings.installed_apps.retain(|entry| !guessed(entry));
        out.diagnostics.push(Diagnostic {
            severity: "warning".into(),
            code: "apps-not-known".into(),
            message:
                "INSTALLED_APPS names no application of the repository as far as it can be read: every one present is taken as installed"
                    .into(),
            file: None,
            line: None,
        });
    }
    for (at, condition, labels) in apps::switched(&world.interp, &world.apps) {
        let place = world.place(at);
        out.diagnostics.push(Diagnostic {
            severity: "warning".into(),
            code: "apps-behind-environment".into(),
            message: format!(
                "not installed, as variables of the environment stand by default ({condition}): {}; `environment` in the configuration tells what \
                 production has",
                labels.join(", ")
            ),
            file: Some(place.file),
            line: Some(place.line),
        });
    }
    orm::collect(world, &mut out);
    out.beyond_get = asked::beyond_get(world);
    anonymous::look_again(world, &mut out);
    clock.lap("- ORM");
    out.coverage.facts = world.counts.iter().map(|(kind, counted)| ((*kind).to_string(), counted.clone())).collect();
    out.coverage.unresolved = std::mem::take(&mut world.unresolved);
    // Each function once, at the first place in it.
    let mut told: BTreeSet<(u32, String)> = BTreeSet::new();
    let mut exhausted = std::mem::take(&mut world.interp.exhausted);
    exhausted.sort();
    for at in exhausted {
        let text = names::scope_at(world, at);
        if told.insert((at.file, text.clone())) {
            let place = world.place(at);
            let (kind, reason) = ("evaluation".to_owned(), "evaluation budget exhausted".to_owned());
            out.coverage.unresolved.push(Unresolved { kind, file: place.file, line: place.line, reason, text });
        }
    }
    for file in std::mem::take(&mut world.interp.broken) {
        let place = world.place(Loc { file, line: 1 });
        out.coverage.unresolved.push(Unresolved {
            kind: "evaluation".into(),
            file: place.file,
            line: place.line,
            reason: "internal error while evaluating the module".into(),
            text: String::new(),
        });
    }
    let shown = |list: &[(Loc, Sym)]| list.iter().map(|(at, text)| (*at, text.to_string())).collect::<Vec<_>>();
    let (branches, defaults) = (shown(&world.interp.environment.decided), shown(&world.interp.environment.defaults));
    let lists = [
        ("imports", "names of a package that no table describes", names::stars(world)),
        ("classes", "its base is what a function of a package returns", names::made_bases(world)),
        ("classes", "no table describes the package of its base, which is taken for what its name says", names::taken_bases(world)),
        ("environment", "decided by a variable of the environment, for which the default of the code counts", branches),
        ("environment", "kept elsewhere than in the code, whose default counts", defaults),
    ];
    for (kind, reason, found) in lists {
        for (at, text) in found {
            let place = world.place(at);
            let (kind, reason) = (kind.to_owned(), reason.to_owned());
            out.coverage.unresolved.push(Unresolved { kind, file: place.file, line: place.line, reason, text });
        }
    }
    for file in &project.files {
        match &file.facts.trouble {
            None => out.coverage.files_parsed += 1,
            Some(Trouble::Partial(lines)) => {
                out.coverage.files_parsed += 1;
                out.coverage.files_partial += 1;
                out.coverage.unresolved.push(Unresolved {
                    kind: "files".into(),
                    file: file.path.clone(),
                    line: lines.first().copied().unwrap_or(1),
                    reason: "syntax error; what stands around it was kept".into(),
                    text: String::new(),
                });
            }
            Some(Trouble::Unread(reason)) => {
                out.coverage.files_skipped += 1;
                out.coverage.unresolved.push(Unresolved {
                    kind: "files".into(),
                    file: file.path.clone(),
                    line: 1,
                    reason: reason.clone(),
                    text: String::new(),
                });
            }
        }
    }
    out.coverage.unresolved.sort();
    out.coverage.unresolved.dedup();
    clock.lap("- coverage");
    out
}

fn apps_of(world: &mut World) -> Vec<App> {
    let mut out: Vec<App> = Vec::new();
    for app in world.apps.iter().filter(|a| a.first_party) {
        let path = world
            .interp
            .project
            .modules
            .get(&app.module)
            .map(|file| world.interp.project.path(file))
            .map(|p| p.strip_suffix("__init__.py").unwrap_or(p).trim_end_matches('/').to_string());
        let path = path.or_else(|| world.interp.project.folder(&app.module)).unwrap_or_else(|| app.module.replace('.', "/"));
        let prefix = format!("{path}/");
        let lines = world
            .interp
            .project
            .files
            .iter()
            .filter(|f| f.path.starts_with(&prefix) && !f.path.contains("/migrations/"))
            .map(|f| u64::from(f.facts.lines.total))
            .sum();
        let ready = match app.config.as_deref().and_then(|config| world.interp.lookup_dotted(config)) {
            Some(crate::eval::Value::Class(config)) => world.interp.find_first_party(config, "ready").is_some(),
            _ => false,
        };
        out.push(App {
            label: app.label.clone(),
            module: app.module.clone(),
            path,
            config: app.config.clone(),
            installed: app.installed,
            default_auto_field: app.default_auto_field.clone(),
            ready,
            lines,
        });
    }
    out.sort_by(|a, b| (&a.label, &a.module).cmp(&(&b.label, &b.module)));
    out.dedup_by(|b, a| a.label == b.label && a.module == b.module);
    out
}
