//! Migrate, hybrid, defer, keep or retire: what speaks for a move and what against it, each point with its reason.

use std::collections::BTreeSet;

use crate::django::inventory::Inventory;
use crate::rules::facts::is_api;
use crate::rules::schema::Benefit;
use crate::rules::{Catalogue, Finding};

use super::model::Thresholds;
use super::modules::Modules;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

pub fn judge(
    inventory: &Inventory,
    catalogue: &Catalogue,
    findings: &[Finding],
    modules: &Modules,
    imported_by: &[usize],
    test_ratio: &[f64],
    limits: &Thresholds,
) -> Vec<Judged> {
    let seen = look(inventory, catalogue, findings, modules);
    let judged = |(index, mut seen): (usize, Seen)| {
        seen.inbound = imported_by.get(index).copied().unwrap_or(0);
        let ratio = test_ratio.get(index).copied().unwrap_or(0.0);
        decide(&seen, ratio, limits)
    };
    seen.into_iter().enumerate().map(judged).collect()
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
    for finding in findings {
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

fn decide(seen: &Seen, test_ratio: f64, limits: &Thresholds) -> Judged {
    let mut reasons: Vec<Reason> = Vec::new();
    let mut point = |criterion: &str, weight: f64, evidence: String| {
        if weight != 0.0 {
            reasons.push(Reason { criterion: criterion.to_owned(), weight, evidence });
        }
    };
    let routed = seen.operations + seen.pages;
    let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    let html = share(seen.pages, routed);
    if seen.network > 0 {
        let weight = if routed > 0 { 25.0 } else { 10.0 };
        point("calls other services", weight, format!("{} imports of network clients", seen.network));
    }
    if seen.streaming > 0 {
        point("WebSockets or streaming", 20.0, format!("{} places", seen.streaming));
    }
    if seen.inference > 0 {
        point("machine learning in the request", 20.0, format!("{} imports", seen.inference));
    }
    if routed > 0 && seen.pages == 0 {
        point("API only", 15.0, format!("{} views answer with data, none with pages", seen.operations));
        point("contract for others", 10.0, "clients gain a typed OpenAPI document".to_owned());
    }
    if routed > 0 && routed <= 12 && seen.inbound <= 2 {
        point("small and self-contained", 10.0, format!("{routed} routed views, imported by {} modules", seen.inbound));
    }
    let admin = (seen.admin as f64 * 2.0 + seen.admin_extras as f64).min(25.0);
    point("admin", -admin, format!("{} registrations, {} inlines, actions and overrides", seen.admin, seen.admin_extras));
    point("pages", -(html * 30.0), format!("{} of {routed} routed views render pages", seen.pages));
    if seen.forms > 0 {
        point("forms", -10.0, format!("{} forms and form sets", seen.forms));
    }
    let complex = share(seen.complex_queries, seen.queries);
    point(
        "complex queries",
        -((complex * 60.0).min(15.0)),
        format!("{} of {} query sites aggregate, annotate or nest", seen.complex_queries, seen.queries),
    );
    point("signals, generic relations, trees, inheritance", -((seen.hard as f64 * 3.0).min(15.0)), format!("{} places", seen.hard));
    if !seen.keepers.is_empty() {
        point("packages that only Django has", -20.0, seen.keepers.iter().take(3).cloned().collect::<Vec<_>>().join(", "));
    }
    if seen.user_core {
        point("home of the user model", -15.0, "logins, permissions and sessions of everything else hang on it".to_owned());
    }
    if seen.inbound >= 4 {
        point("others depend on it", -15.0, format!("imported by {} modules", seen.inbound));
    }
    if test_ratio < 0.1 && routed + seen.queries > 0 {
        point("thin tests", -10.0, "less than one line of tests for ten of code".to_owned());
    }
    let benefit: f64 = reasons.iter().map(|r| r.weight.max(0.0)).sum::<f64>().min(100.0);
    let friction: f64 = reasons.iter().map(|r| (-r.weight).max(0.0)).sum::<f64>().min(100.0);
    reasons.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()).then_with(|| a.criterion.cmp(&b.criterion)));
    let idle = routed == 0 && seen.tasks == 0 && seen.inbound == 0 && seen.queries == 0 && seen.admin == 0;
    let (verdict, margin, would_change) = if idle && seen.hard == 0 {
        (Verdict::Retire, 0.0, "any request, task or import that uses it: check the traffic logs before deleting".to_owned())
    } else if !seen.blockers.is_empty() {
        (Verdict::Keep, 0.0, format!("{} settled first", seen.blockers.iter().cloned().collect::<Vec<_>>().join(", ")))
    } else if routed > 0 && html > limits.keep_html_share {
        ((Verdict::Keep), (html - limits.keep_html_share) * 100.0, "pages replaced by a separate front end".to_owned())
    } else if benefit >= limits.migrate_benefit && friction < limits.hybrid_friction {
        let margin = (benefit - limits.migrate_benefit).min(limits.hybrid_friction - friction);
        (Verdict::Migrate, margin, format!("{margin:.0} points less benefit or more friction"))
    } else if benefit >= limits.migrate_benefit {
        let margin = (friction - limits.hybrid_friction).min(benefit - limits.migrate_benefit);
        (Verdict::Hybrid, margin, format!("friction below {:.0}, or a benefit below {:.0}", limits.hybrid_friction, limits.migrate_benefit))
    } else if benefit >= limits.defer_benefit {
        let margin = (limits.migrate_benefit - benefit).min(benefit - limits.defer_benefit);
        (Verdict::Defer, margin, format!("{:.0} more points of benefit, such as known high traffic", limits.migrate_benefit - benefit))
    } else {
        let margin = limits.defer_benefit - benefit;
        (Verdict::Keep, margin, format!("{margin:.0} points of benefit: traffic, outside calls or clients that the code does not show"))
    };
    Judged { verdict, benefit, friction, reasons, margin, would_change }
}
