//! Migrate, hybrid, defer, keep or retire: what speaks for a move and what against it, each point with its reason.

use std::collections::BTreeSet;

use crate::django::inventory::{Inventory, Verb, View};
use crate::rules::facts::is_api;
use crate::rules::schema::Benefit;
use crate::rules::{Catalogue, Finding, Severity};

use super::choices::{Known, Traffic};
use super::model::{Points, Thresholds};
use super::modules::Modules;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Migrate,
    Hybrid,
    Defer,
    Keep,
    Retire,
}

impl Verdict {
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Migrate => "migrate",
            Verdict::Hybrid => "hybrid",
            Verdict::Defer => "defer",
            Verdict::Keep => "keep",
            Verdict::Retire => "retire",
        }
    }
}

/// One point for or against.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    pub criterion: String,
    /// Positive speaks for the move, negative against it.
    pub weight: f64,
    pub evidence: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    pub verdict: Verdict,
    pub benefit: f64,
    pub friction: f64,
    /// The strongest first.
    pub reasons: Vec<Reason>,
    /// How far the decision is from turning, in points.
    pub margin: f64,
    pub would_change: String,
    /// Views that a route leads to, and those of them that render pages.
    pub routed: usize,
    pub pages: usize,
}

/// What the points of a module are made of.
#[derive(Clone, Debug, Default)]
struct Seen {
    /// Views that a route leads to; those of them that render pages, and those that answer with data. Of others the code does not tell.
    routed: usize,
    pages: usize,
    data: usize,
    admin: usize,
    admin_extras: usize,
    forms: usize,
    queries: usize,
    complex_queries: usize,
    hard: usize,
    keepers: BTreeSet<String>,
    blockers: BTreeSet<String>,
    user_core: bool,
    network: usize,
    streaming: usize,
    inference: usize,
    inbound: usize,
    tasks: usize,
    /// Modules that use its tables, or whose tables it uses.
    shared: usize,
}

/// What the verdicts rest on beside the inventory.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    /// How many modules import each.
    pub imported_by: &'a [usize],
    /// Which modules import each.
    pub importers: &'a [BTreeSet<usize>],
    /// How many share tables with each.
    pub shared: &'a [usize],
    /// Lines of tests per line of code.
    pub test_ratio: &'a [f64],
    /// What people know of each.
    pub known: &'a [Option<&'a Known>],
    pub limits: &'a Thresholds,
    pub points: &'a Points,
}

pub fn judge(inventory: &Inventory, catalogue: &Catalogue, findings: &[Finding], modules: &Modules, evidence: Evidence<'_>) -> Vec<Judged> {
    let seen = look(inventory, catalogue, findings, modules);
    let judged = |(index, mut seen): (usize, Seen)| {
        seen.shared = evidence.shared.get(index).copied().unwrap_or(0);
        seen.inbound = evidence.imported_by.get(index).copied().unwrap_or(0);
        let known = evidence.known.get(index).copied().flatten();
        let ratio = evidence.test_ratio.get(index).copied().unwrap_or(0.0);
        let judged = decide(&seen, ratio, known, evidence);
        match known.and_then(|k| k.verdict.as_ref().zip(k.reason.as_deref())) {
            Some((own, why)) => decided(judged, *own.get_ref(), why),
            None => judged,
        }
    };
    let mut out: Vec<Judged> = seen.into_iter().enumerate().map(judged).collect();
    carried(&mut out, evidence);
    out
}

/// What serves no request of its own goes where those go that import it: both sides need it while they move.
fn carried(judged: &mut [Judged], evidence: Evidence<'_>) {
    let moves = |j: &Judged| matches!(j.verdict, Verdict::Migrate | Verdict::Hybrid);
    let moving: BTreeSet<usize> = judged.iter().enumerate().filter(|(_, j)| moves(j)).map(|(i, _)| i).collect();
    for (index, module) in judged.iter_mut().enumerate() {
        let decided = evidence.known.get(index).copied().flatten().is_some_and(|k| k.verdict.is_some());
        if decided || module.routed > 0 || module.verdict == Verdict::Retire || module.friction >= evidence.limits.carried_friction {
            continue;
        }
        let importers = evidence.importers.get(index).map_or(0, |by| by.intersection(&moving).count());
        if importers > 0 {
            module.verdict = Verdict::Hybrid;
            module.would_change = format!("the {importers} modules that move and import it staying where they are");
        }
    }
}

/// The team has decided; what the points say is told beside it.
fn decided(points: Judged, own: Verdict, why: &str) -> Judged {
    let said = match own == points.verdict {
        true => "the points say the same".to_owned(),
        false => format!("the points say {}", points.verdict.name()),
    };
    Judged { verdict: own, would_change: format!("the team's decision ({why}); {said}"), ..points }
}

/// Whether it renders pages for people, as far as its code tells.
pub fn is_page(view: &View) -> bool {
    !is_api(&view.kind) && (view.body.page || view.template.is_some() || !view.forms.is_empty() || view.kind == "generic")
}

fn look(inventory: &Inventory, catalogue: &Catalogue, findings: &[Finding], modules: &Modules) -> Vec<Seen> {
    let mut out = vec![Seen::default(); modules.list.len()];
    let user = inventory.models.iter().find(|m| m.label == inventory.settings.auth_user_model).map(|m| modules.of_file(&m.place.file));
    if let Some(seen) = user.and_then(|module| out.get_mut(module)) {
        seen.user_core = true;
    }
    let json = inventory.mentions.iter().filter(|m| m.verb == Verb::Call && m.name.ends_with(".JsonResponse"));
    let answers_json: BTreeSet<&str> = json.map(|m| m.scope.as_str()).collect();
    for view in inventory.views.iter().filter(|v| v.routed) {
        let Some(seen) = out.get_mut(modules.of_file(&view.place.file)) else { continue };
        seen.routed += 1;
        if is_page(view) {
            seen.pages += 1;
        } else if is_api(&view.kind) || view.kind == "class" || answers_json.contains(view.qualname.as_str()) {
            // A class that handles requests and renders nothing: a framework of the project's own, as a rule.
            seen.data += 1;
        }
    }
    for finding in findings.iter().filter(|f| f.suppressed.is_none()) {
        let (Some(rule), Some(seen)) = (catalogue.rules.get(finding.rule), out.get_mut(modules.of_file(&finding.file))) else { continue };
        match finding.driver.as_deref() {
            Some("admin_class") => seen.admin += 1,
            Some("admin_custom" | "admin_inline" | "admin_view") => seen.admin_extras += 1,
            Some("form" | "formset") => seen.forms += 1,
            Some("query_simple" | "query_moderate") => seen.queries += 1,
            Some("query_complex") => (seen.queries, seen.complex_queries) = (seen.queries + 1, seen.complex_queries + 1),
            Some(
                "signal_receiver"
                | "signal_receiver_crossing"
                | "generic_fk"
                | "tree"
                | "polymorphic_model"
                | "polymorphic_child"
                | "multi_table_child",
            ) => seen.hard += 1,
            Some("task" | "command") => seen.tasks += 1,
            _ => {}
        }
        match rule.benefit {
            Some(Benefit::Network) => seen.network += 1,
            Some(Benefit::Streaming) => seen.streaming += 1,
            Some(Benefit::Inference) => seen.inference += 1,
            None => {}
        }
        match rule.package {
            // What only serves pages and the admin is counted with them.
            Some(crate::rules::schema::Package::Keep) if rule.severity != Severity::Info => drop(seen.keepers.insert(rule.title.clone())),
            Some(crate::rules::schema::Package::Blocker) => drop(seen.blockers.insert(rule.title.clone())),
            _ => {}
        }
    }
    out
}

fn decide(seen: &Seen, test_ratio: f64, known: Option<&Known>, evidence: Evidence<'_>) -> Judged {
    let mut reasons = points(seen, test_ratio, evidence.points);
    reasons.extend(known.into_iter().flat_map(|known| said(known, seen, evidence.points)));
    reasons.retain(|r| r.weight != 0.0);
    let benefit: f64 = reasons.iter().map(|r| r.weight.max(0.0)).sum::<f64>().min(100.0);
    let friction: f64 = reasons.iter().map(|r| (-r.weight).max(0.0)).sum::<f64>().min(100.0);
    reasons.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()).then_with(|| a.criterion.cmp(&b.criterion)));
    let (verdict, margin, would_change) = ruled(seen, benefit, friction, evidence.limits);
    let routed = seen.routed;
    Judged { verdict, benefit, friction, reasons, margin, would_change, routed, pages: seen.pages }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// What the code says for and against a move.
fn points(seen: &Seen, test_ratio: f64, p: &Points) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = Vec::new();
    let mut point =
        |criterion: &str, weight: f64, evidence: String| reasons.push(Reason { criterion: criterion.to_owned(), weight, evidence });
    let routed = seen.routed;
    let html = share(seen.pages, routed);
    if seen.network > 0 {
        let weight = if routed > 0 { p.network } else { p.network_without_routes };
        point("calls other services", weight, format!("{} imports of network clients", seen.network));
    }
    if seen.streaming > 0 {
        point("WebSockets or streaming", p.streaming, format!("{} places", seen.streaming));
    }
    if seen.inference > 0 {
        point("machine learning in the request", p.inference, format!("{} imports", seen.inference));
    }
    if seen.data > 0 {
        let said = format!("{} routed views answer with data, {} render pages", seen.data, seen.pages);
        point("answers with data", p.api * share(seen.data, seen.data + seen.pages), said);
    }
    if routed > 0 && routed as f64 <= p.small_views && seen.inbound <= 2 {
        point("small and self-contained", p.small, format!("{routed} routed views, imported by {} modules", seen.inbound));
    }
    let admin = (seen.admin as f64 * p.admin_class + seen.admin_extras as f64 * p.admin_custom).min(p.admin_cap);
    point("admin", -admin, format!("{} registrations, {} inlines, actions and overrides", seen.admin, seen.admin_extras));
    point("pages", -(html * p.pages), format!("{} of {routed} routed views render pages", seen.pages));
    if seen.forms > 0 {
        point("forms", -p.forms, format!("{} forms and form sets", seen.forms));
    }
    let complex = share(seen.complex_queries, seen.queries);
    point(
        "complex queries",
        -((complex * p.complex_queries).min(p.complex_cap)),
        format!("{} of {} query sites aggregate, annotate or nest", seen.complex_queries, seen.queries),
    );
    let hard = (seen.hard as f64 * p.hard).min(p.hard_cap);
    point("signals, generic relations, trees, inheritance", -hard, format!("{} places", seen.hard));
    if !seen.keepers.is_empty() {
        point("packages that only Django has", -p.django_only, seen.keepers.iter().take(3).cloned().collect::<Vec<_>>().join(", "));
    }
    let shared = ((seen.shared as f64 - p.shared_from).max(0.0) * p.shared_table).min(p.shared_cap);
    point("shared tables", -shared, format!("{} modules use its tables, or it theirs", seen.shared));
    if !seen.blockers.is_empty() {
        point("to be settled first", -p.blocker, seen.blockers.iter().take(3).cloned().collect::<Vec<_>>().join(", "));
    }
    if seen.user_core {
        point("home of the user model", -p.user_core, "logins, permissions and sessions of everything else hang on it".to_owned());
    }
    if seen.inbound as f64 >= p.hub_modules {
        point("others depend on it", -p.hub, format!("imported by {} modules", seen.inbound));
    }
    if test_ratio < 0.1 && routed + seen.queries > 0 {
        point("thin tests", -p.thin_tests, "less than one line of tests for ten of code".to_owned());
    }
    reasons
}

/// What people say of it. Nothing said counts nothing.
fn said(known: &Known, seen: &Seen, p: &Points) -> Vec<Reason> {
    let mut out = Vec::new();
    let mut point = |criterion: &str, weight: f64, evidence: &str| {
        out.push(Reason { criterion: criterion.to_owned(), weight, evidence: evidence.to_owned() });
    };
    if known.traffic == Some(Traffic::High) {
        point("high traffic", p.traffic, "as migscan.toml says");
    }
    if known.clients == Some(true) && seen.data > 0 {
        point("contract for others", p.clients, "clients outside the team gain a typed OpenAPI document");
    }
    if !known.pains.is_empty() {
        point("known pains", p.pains, &known.pains.join("; "));
    }
    out
}

/// The first rule that fires.
fn ruled(seen: &Seen, benefit: f64, friction: f64, limits: &Thresholds) -> (Verdict, f64, String) {
    let routed = seen.routed;
    let html = share(seen.pages, routed);
    let idle = routed == 0 && seen.tasks == 0 && seen.inbound == 0 && seen.queries == 0 && seen.admin == 0;
    if idle && seen.hard == 0 {
        return (Verdict::Retire, 0.0, "any request, task or import that uses it: check the traffic logs before deleting".to_owned());
    }
    if routed > 0 && html > limits.keep_html_share {
        return (Verdict::Keep, (html - limits.keep_html_share) * 100.0, "pages replaced by a separate front end".to_owned());
    }
    let (need, tolerated) = (limits.migrate_benefit, limits.hybrid_friction);
    if benefit >= need && friction < tolerated {
        let margin = (benefit - need).min(tolerated - friction);
        return (Verdict::Migrate, margin, format!("{margin:.0} points less benefit or more friction"));
    }
    if benefit >= need {
        let margin = (friction - tolerated).min(benefit - need);
        return (Verdict::Hybrid, margin, format!("friction below {tolerated:.0}, or a benefit below {need:.0}"));
    }
    let missing = need - benefit;
    if benefit >= limits.defer_benefit {
        let margin = missing.min(benefit - limits.defer_benefit);
        return (Verdict::Defer, margin, format!("{missing:.0} more points of benefit, such as known high traffic"));
    }
    let margin = limits.defer_benefit - benefit;
    (Verdict::Keep, margin, format!("{margin:.0} points of benefit: traffic, outside calls or clients that the code does not show"))
}
