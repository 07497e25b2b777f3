//! What works across the border between the two sides while a phase holds: signals, hooks, tasks, caches, sessions, descriptions of the API, each
//! with its place.
//!
//! Each is named once, in the phase that makes it cross. What is done about it is text in `wording.toml`, under its kind.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::last_part;
use crate::django::inventory::{Link, LinkKind, Place, Use, Verb};
use crate::effort::Analysis;
use crate::effort::graph::EdgeKind;
use crate::effort::strategy::Admin;
use crate::rules::facts::{is_api, is_of_package};

use super::data::Crossing;
use super::effects::leaves_message;
use super::ownership::edited;
use super::runs::{Functions, Run};

/// By the number of the phase.
pub type Crossings = BTreeMap<usize, BTreeSet<Crossing>>;

/// When modules and functions run where.
#[derive(Clone, Copy)]
struct Side<'a> {
    spans: &'a [Run],
    functions: &'a Functions,
}

impl Side<'_> {
    /// Of the function that holds a place of this module.
    fn run(&self, scope: &str, module: usize) -> Run {
        self.functions.run(scope, self.spans.get(module).copied().unwrap_or_default())
    }
}

pub fn crossings(analysis: &Analysis, spans: &[Run], functions: &Functions) -> Crossings {
    let mut out = Crossings::new();
    let side = Side { spans, functions };
    signals(analysis, spans, &mut out);
    sends(analysis, spans, &mut out);
    hooks(analysis, side, &mut out);
    tasks(analysis, side, &mut out);
    caches(analysis, side, &mut out);
    middleware(analysis, spans, &mut out);
    schemas(analysis, spans, &mut out);
    out
}

/// The last phase of a module, or never.
fn ends(spans: &[Run], module: Option<usize>) -> usize {
    module.and_then(|module| spans.get(module)).and_then(|span| span.ends).unwrap_or(usize::MAX)
}

/// The first phase in which a module writes on FastAPI; where nothing that writes moves, the last one.
fn writes(spans: &[Run], module: Option<usize>) -> usize {
    let span = module.and_then(|module| spans.get(module)).copied().unwrap_or_default();
    span.writes.or(span.ends).or(span.begins).unwrap_or(usize::MAX)
}

/// A receiver and its sender that are on different sides once the first of them has moved.
fn signals(analysis: &Analysis, spans: &[Run], out: &mut Crossings) {
    let inventory = &analysis.inventory;
    let partition = &analysis.estimate.partition;
    let homes: BTreeMap<&str, usize> = inventory.models.iter().map(|m| (m.label.as_str(), partition.of_file(&m.place.file))).collect();
    let edited = edited(inventory);
    let admin_kept = analysis.choices.strategy.admin == Admin::Keep;
    // Who sends without saying of what: any module that writes.
    let first = (0..spans.len()).map(|module| writes(spans, Some(module))).min().unwrap_or(usize::MAX);
    let mut senders: BTreeMap<&str, usize> = BTreeMap::new();
    for send in &inventory.signal_sends {
        let phase = writes(spans, Some(partition.of_file(&send.place.file)));
        senders.entry(send.signal.as_str()).and_modify(|first| *first = phase.min(*first)).or_insert(phase);
    }
    for receiver in inventory.signals.iter().filter(|receiver| receiver.never_fires.is_none()) {
        let to = partition.of_file(&receiver.place.file);
        let from = receiver.sender.as_deref().and_then(|sender| homes.get(sender)).copied();
        let sent = match (receiver.sender.as_deref(), receiver.signal.as_deref()) {
            (Some(_), _) => writes(spans, from),
            (None, Some(signal)) if signal.starts_with("django.db.models.signals.") => first,
            // A signal of the project's own is sent where it is sent; others by Django itself, while it answers.
            (None, Some(signal)) => senders.get(signal).copied().unwrap_or(usize::MAX),
            (None, None) => usize::MAX,
        };
        let received = ends(spans, Some(to));
        let name = receiver.signal.as_deref().unwrap_or("a signal that is not known");
        let sender = receiver.sender.as_deref().unwrap_or("every sender");
        let what = format!("{name} of {sender} → {}", receiver.receiver.as_deref().unwrap_or("a receiver that is not known"));
        let within = from == Some(to) && sent != usize::MAX && received != usize::MAX;
        let by_admin = admin_kept && receiver.sender.as_deref().is_some_and(|sender| edited.contains(sender));
        let kind = match sent.cmp(&received) {
            // Whoever saves on Django goes on calling it there.
            _ if by_admin && sent != usize::MAX => "signal_admin",
            std::cmp::Ordering::Less if within => "signal_within",
            std::cmp::Ordering::Less => "signal_sent",
            std::cmp::Ordering::Greater => "signal_received",
            // Within one phase: nothing fires by itself any more.
            std::cmp::Ordering::Equal if sent != usize::MAX => "signal_within",
            std::cmp::Ordering::Equal => continue,
        };
        let crossing = Crossing { kind, what, place: receiver.place.clone(), from: from.unwrap_or(to), to: Some(to) };
        out.entry(sent.min(received)).or_default().insert(crossing);
    }
}

/// Signals of the project's own that a moved module sends.
fn sends(analysis: &Analysis, spans: &[Run], out: &mut Crossings) {
    for send in &analysis.inventory.signal_sends {
        let from = analysis.estimate.partition.of_file(&send.place.file);
        let phase = writes(spans, Some(from));
        if phase != usize::MAX {
            let what = format!("{} sent by {}", send.signal, send.sent_by);
            let crossing = Crossing { kind: "signal_own", what, place: send.place.clone(), from, to: None };
            out.entry(phase).or_default().insert(crossing);
        }
    }
}

/// Uses that cross in the phase that `at` says of the runs of the functions that hold them.
fn each(analysis: &Analysis, side: Side<'_>, list: &[Use], kind: &'static str, at: impl Fn(Run) -> Option<usize>, out: &mut Crossings) {
    for used in list {
        let from = analysis.estimate.partition.of_file(&used.place.file);
        if let Some(phase) = at(side.run(&used.scope, from)) {
            let what = format!("{} in {}", used.what, used.scope);
            let crossing = Crossing { kind, what, place: used.place.clone(), from, to: None };
            out.entry(phase).or_default().insert(crossing);
        }
    }
}

fn hooks(analysis: &Analysis, side: Side<'_>, out: &mut Crossings) {
    let hooks: Vec<Use> = analysis.inventory.transactions.iter().filter(|used| used.what.contains("on_commit")).cloned().collect();
    each(analysis, side, &hooks, "on_commit", |run| run.ends.or(run.begins), out);
}

fn caches(analysis: &Analysis, side: Side<'_>, out: &mut Crossings) {
    let inventory = &analysis.inventory;
    each(analysis, side, &inventory.caching, "cache", |run| run.begins, out);
    each(analysis, side, &inventory.session_uses, "session", |run| run.begins, out);
    let messages = inventory.mentions.iter().filter(|mention| leaves_message(mention));
    let messages =
        messages.map(|m| Use { what: format!("messages.{}", last_part(&m.name)), scope: m.scope.clone(), place: m.place.clone() });
    each(analysis, side, &messages.collect::<Vec<_>>(), "messages", |run| run.writes.or(run.begins), out);
    let signed = inventory.mentions.iter().filter(|mention| mention.verb == Verb::Call && is_signing(&mention.name));
    let signed = signed.map(|m| Use { what: last_part(&m.name).to_owned(), scope: m.scope.clone(), place: m.place.clone() });
    each(analysis, side, &signed.collect::<Vec<_>>(), "signed", |run| run.begins, out);
}

/// Cookies, links and tokens that are made and read with Django's secret key.
fn is_signing(name: &str) -> bool {
    name.starts_with("django.core.signing.") || name == "django.utils.crypto.salted_hmac"
}

/// Middleware of the project and of packages: from the first route on there are requests that it does not see.
fn middleware(analysis: &Analysis, spans: &[Run], out: &mut Crossings) {
    let Some(first) = spans.iter().filter_map(|run| run.begins).min() else { return };
    for own in analysis.inventory.middleware.iter().filter(|own| own.position.is_some()) {
        let from = analysis.estimate.partition.of_file(&own.place.file);
        let hooks = if own.hooks.is_empty() { own.kind.clone() } else { own.hooks.join(", ") };
        let what = format!("{} ({hooks})", own.qualname);
        out.entry(first).or_default().insert(Crossing { kind: "middleware", what, place: own.place.clone(), from, to: None });
    }
    let settings = &analysis.inventory.settings;
    let own = |name: &str| analysis.inventory.middleware.iter().any(|own| own.qualname == name);
    for name in settings.middleware.iter().filter(|name| is_of_package(name) && !own(name)) {
        let Some(place) = settings.places.get(&("MIDDLEWARE".to_owned(), name.clone())) else { continue };
        let from = analysis.estimate.partition.of_file(&place.file);
        out.entry(first).or_default().insert(Crossing { kind: "middleware", what: name.clone(), place: place.clone(), from, to: None });
    }
}

/// Views of packages that describe the API as Django's URLconf has it.
const SCHEMAS: [&str; 6] = [
    "drf_spectacular.views.SpectacularAPIView",
    "drf_spectacular.views.SpectacularJSONAPIView",
    "drf_spectacular.views.SpectacularYAMLAPIView",
    "drf_yasg.views.SchemaView",
    "ninja.openapi.views.openapi_json",
    "rest_framework.schemas.views.SchemaView",
];

/// Descriptions of the API: what moves falls out of them.
fn schemas(analysis: &Analysis, spans: &[Run], out: &mut Crossings) {
    let inventory = &analysis.inventory;
    let partition = &analysis.estimate.partition;
    let api = inventory.views.iter().filter(|view| is_api(&view.kind));
    let Some(first) = api.filter_map(|view| spans.get(partition.of_file(&view.place.file))?.begins).min() else { return };
    for route in inventory.routes.iter().filter(|route| route.view.as_deref().is_some_and(|view| SCHEMAS.contains(&view))) {
        let what = format!("{} by {}", route.path, route.view.as_deref().unwrap_or_default());
        let crossing = Crossing { kind: "schema", what, place: route.place.clone(), from: partition.of_file(&route.place.file), to: None };
        out.entry(first).or_default().insert(crossing);
    }
}

/// Tasks that are queued from one side and run on the other: queued when the function that holds the line runs, which may be a method that code of
/// other modules calls.
fn tasks(analysis: &Analysis, side: Side<'_>, out: &mut Crossings) {
    let inventory = &analysis.inventory;
    let partition = &analysis.estimate.partition;
    let queues = || inventory.links.iter().filter(|link| link.kind == LinkKind::Task);
    let queued: BTreeMap<&Place, &Link> = queues().map(|link| (&link.place, link)).collect();
    let mut add = |from: usize, to: usize, place: Place| {
        let link = queued.get(&place);
        let run = side.run(link.map_or("", |link| link.scope.as_str()), from);
        let sent = run.writes.or(run.ends).or(run.begins).unwrap_or(usize::MAX);
        let taken = ends(side.spans, Some(to));
        if sent != taken {
            let name = analysis.estimate.modules.get(to).map_or("", |m| m.module.name.as_str());
            let kind = if sent < taken { "task_sent" } else { "task_run" };
            let what = link.map_or_else(|| format!("a task of {name}"), |link| link.to.clone());
            let crossing = Crossing { kind, what, place, from, to: Some(to) };
            out.entry(sent.min(taken)).or_default().insert(crossing);
        }
    };
    for ((from, to), evidence) in &analysis.estimate.graph.edges {
        for place in evidence.iter().filter(|place| place.kind == EdgeKind::Task) {
            add(*from, *to, Place { file: place.file.clone(), line: place.line });
        }
    }
    // Within a module the graph has no edges.
    let homes = inventory.tasks.iter().flat_map(|task| {
        let home = partition.of_file(&task.place.file);
        [Some(task.qualname.as_str()), task.name.as_deref()].into_iter().flatten().map(move |name| (name, home))
    });
    let homes: BTreeMap<&str, usize> = homes.collect();
    for link in queues() {
        let from = partition.of_file(&link.place.file);
        if homes.get(link.to.as_str()) == Some(&from) {
            add(from, from, link.place.clone());
        }
    }
}
