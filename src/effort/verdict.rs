//! Migrate, hybrid, defer, keep or retire: what speaks for a move and what against it, each point with its reason.

use std::collections::BTreeSet;

use crate::django::inventory::Inventory;
use crate::rules::facts::is_api;
use crate::rules::schema::Benefit;
use crate::rules::{Catalogue, Finding};

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
    operations: usize,
    pages: usize,
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
}

/// What the verdicts rest on beside the inventory.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    /// How many modules import each.
    pub imported_by: &'a [usize],
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
        seen.inbound = evidence.imported_by.get(index).copied().unwrap_or(0);
        let known = evidence.known.get(index).copied().flatten();
        let ratio = evidence.test_ratio.get(index).copied().unwrap_or(0.0);
        let judged = decide(&seen, ratio, known, evidence);
        match known.and_then(|k| k.verdict.as_ref().zip(k.reason.as_deref())) {
            Some((own, why)) => decided(judged, *own.get_ref(), why),
            None => judged,
        }
    };
    seen.into_iter().enumerate().map(judged).collect()
}

/// The team has decided; what the points say is told beside it.
fn decided(points: Judged, own: Verdict, why: &str) -> Judged {
    let said = match own == points.verdict {
        true => "the points say the same".to_owned(),
        false => format!("the points say {}", points.verdict.name()),
    };
    Judged { verdict: own, would_change: format!("the team's decision ({why}); {said}"), ..points }
}

fn look(inventory: &Inventory, catalogue: &Catalogue, findings: &[Finding], modules: &Modules) -> Vec<Seen> {
    let mut out = vec![Seen::default(); modules.list.len()];
    let user = inventory.models.iter().find(|m| m.label == inventory.settings.auth_user_model).map(|m| modules.of_file(&m.place.file));
    if let Some(seen) = user.and_then(|module| out.get_mut(module)) {
        seen.user_core = true;
    }
    for view in inventory.views.iter().filter(|v| v.routed) {
        let Some(seen) = out.get_mut(modules.of_file(&view.place.file)) else { continue };
        let page = !is_api(&view.kind)
            && (view.template.is_some() || !view.forms.is_empty() || view.kind == "generic" || renders(inventory, view));
        if page { seen.pages += 1 } else { seen.operations += 1 }
    }
    for finding in findings.iter().filter(|f| f.suppressed.is_none()) {
        let (Some(rule), Some(seen)) = (catalogue.rules.get(finding.rule), out.get_mut(modules.of_file(&finding.file))) else { continue };
        match finding.driver.as_deref() {
            Some("admin_class") => seen.admin += 1,
            Some("admin_custom" | "admin_inline" | "admin_view") => seen.admin_extras += 1,
            Some("form" | "formset") => seen.forms += 1,
            Some("query_simple" | "query_moderate") => seen.queries += 1,
            Some("query_complex") => (seen.queries, seen.complex_queries) = (seen.queries + 1, seen.complex_queries + 1),
            Some("signal_receiver" | "signal_receiver_crossing" | "generic_fk" | "tree" | "polymorphic_model" | "multi_table_child") => {
                seen.hard += 1
            }
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
            Some(crate::rules::schema::Package::Keep) => drop(seen.keepers.insert(rule.title.clone())),
            Some(crate::rules::schema::Package::Blocker) => drop(seen.blockers.insert(rule.title.clone())),
            _ => {}
        }
    }
    out
}

fn renders(inventory: &Inventory, view: &crate::django::inventory::View) -> bool {
    inventory
        .renders
        .iter()
        .any(|r| r.scope == view.qualname || r.scope.strip_prefix(view.qualname.as_str()).is_some_and(|s| s.starts_with('.')))
}

fn decide(seen: &Seen, test_ratio: f64, known: Option<&Known>, evidence: Evidence<'_>) -> Judged {
    let mut reasons = points(seen, test_ratio, evidence.points);
    reasons.extend(known.into_iter().flat_map(|known| said(known, seen, evidence.points)));
    reasons.retain(|r| r.weight != 0.0);
    let benefit: f64 = reasons.iter().map(|r| r.weight.max(0.0)).sum::<f64>().min(100.0);
    let friction: f64 = reasons.iter().map(|r| (-r.weight).max(0.0)).sum::<f64>().min(100.0);
    reasons.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()).then_with(|| a.criterion.cmp(&b.criterion)));
    let (verdict, margin, would_change) = ruled(seen, benefit, friction, evidence.limits);
    let routed = seen.operations + seen.pages;
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
    let routed = seen.operations + seen.pages;
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
    if routed > 0 && seen.pages == 0 {
        point("API only", p.api_only, format!("{} views answer with data, none with pages", seen.operations));
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
    if known.clients == Some(true) && seen.operations > 0 {
        point("contract for others", p.clients, "clients outside the team gain a typed OpenAPI document");
    }
    if !known.pains.is_empty() {
        point("known pains", p.pains, &known.pains.join("; "));
    }
    out
}

/// The first rule that fires.
fn ruled(seen: &Seen, benefit: f64, friction: f64, limits: &Thresholds) -> (Verdict, f64, String) {
    let routed = seen.operations + seen.pages;
    let html = share(seen.pages, routed);
    let idle = routed == 0 && seen.tasks == 0 && seen.inbound == 0 && seen.queries == 0 && seen.admin == 0;
    if idle && seen.hard == 0 {
        return (Verdict::Retire, 0.0, "any request, task or import that uses it: check the traffic logs before deleting".to_owned());
    }
    if !seen.blockers.is_empty() {
        let list = seen.blockers.iter().cloned().collect::<Vec<_>>().join(", ");
        return (Verdict::Keep, 0.0, format!("{list} settled first"));
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
