//! `checklist.md` of a phase: what is done in it, in order, and what has to hold before the next one begins. All that comes from the scanned code
//! is inline code.

use std::fmt::Write as _;

use super::super::data::{Moved, Phase, Plan};
use super::super::rules::Manual;
use super::super::wording::wording;
use super::encode::code;
use crate::effort::Analysis;

/// Routes that one line of a parity checklist names.
const NAMED: usize = 12;

pub struct Checklist<'a> {
    pub analysis: &'a Analysis,
    pub plan: &'a Plan,
    pub phase: &'a Phase,
    /// What no rule says, new with this phase.
    pub by_hand: &'a [Manual],
}

pub fn checklist(list: &Checklist<'_>) -> String {
    let phase = list.phase;
    let mut out = format!("# Phase {:02}: {}\n\n", phase.number, code(&phase.title));
    if !phase.because.is_empty() {
        let _ = writeln!(out, "Why here: {}\n", code(&phase.because));
    }
    let numbers = |numbers: &[usize]| match numbers {
        [] => "nothing".to_owned(),
        some => some.iter().map(|number| format!("phase {number:02}")).collect::<Vec<_>>().join(", "),
    };
    let _ = writeln!(out, "Waits for {}; unlocks {}.", numbers(&phase.waits_for), numbers(&phase.unlocks));
    let _ = writeln!(
        out,
        "{:.0} focus-hours (P80 {:.0}), {:.1} weeks (P80 {:.1}).\n",
        phase.range.p50, phase.range.p80, phase.weeks.p50, phase.weeks.p80
    );
    list.tasks(&mut out);
    list.routes(&mut out);
    list.sockets(&mut out);
    list.data(&mut out);
    list.crossings(&mut out);
    list.auth(&mut out);
    list.parity(&mut out);
    list.trial(&mut out);
    boxes(&mut out, "Before the next phase", &phase.exit);
    boxes(&mut out, "Decide", &phase.gate);
    if let Some(wording) = wording() {
        let ways: Vec<String> = phase.rollback.iter().map(|key| wording.rollback(key).to_owned()).collect();
        points(&mut out, "Ways back that are still open", &ways);
    }
    out
}

fn boxes(out: &mut String, title: &str, lines: &[String]) {
    listed(out, title, lines, "- [ ] ");
}

fn points(out: &mut String, title: &str, lines: &[String]) {
    listed(out, title, lines, "- ");
}

fn listed(out: &mut String, title: &str, lines: &[String], mark: &str) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "## {title}\n");
    for line in lines {
        let _ = writeln!(out, "{mark}{line}");
    }
    out.push('\n');
}

impl Checklist<'_> {
    fn module(&self, index: usize) -> String {
        code(self.analysis.estimate.modules.get(index).map_or("", |m| m.module.name.as_str()))
    }

    fn path(&self, moved: &Moved) -> String {
        code(self.analysis.inventory.routes.get(moved.route).map_or("", |route| route.path.as_str()))
    }

    fn tasks(&self, out: &mut String) {
        let line = |task: &super::super::data::Task| {
            let module = task.module.map_or_else(String::new, |module| format!("{}: ", self.module(module)));
            format!("{module}{} ({:.1} h)", code(&task.title), task.hours)
        };
        boxes(out, "Tasks, in order", &self.phase.tasks.iter().map(line).collect::<Vec<_>>());
    }

    fn routes(&self, out: &mut String) {
        let line = |moved: &Moved| {
            let methods = if moved.methods.is_empty() { "any method".to_owned() } else { moved.methods.join(", ") };
            let view = self.analysis.inventory.routes.get(moved.route).and_then(|route| route.view.as_deref());
            format!("{} {}{}", code(&methods), self.path(moved), view.map_or_else(String::new, |view| format!(", {}", code(view))))
        };
        points(out, "Routes that move", &self.phase.routes.iter().map(line).collect::<Vec<_>>());
        let partly = |(at, reason): &(usize, String)| {
            let path = self.phase.routes.get(*at).map_or_else(String::new, |moved| self.path(moved));
            format!("{path}: {}", code(reason))
        };
        points(out, "Routes of which some paths stay on Django", &self.phase.proxy.partly.iter().map(partly).collect::<Vec<_>>());
        let by_hand = |manual: &Manual| {
            format!("{} ({}): {}", code(&manual.path), code(&format!("{}:{}", manual.file, manual.line)), code(&manual.reason))
        };
        boxes(out, "Proxy rules that a person has to look at", &self.by_hand.iter().map(by_hand).collect::<Vec<_>>());
    }

    fn sockets(&self, out: &mut String) {
        let now = self.plan.sockets(self.analysis, self.phase.number);
        let before = self.plan.sockets(self.analysis, self.phase.number.saturating_sub(1));
        let consumers = now.difference(&before).filter_map(|index| self.analysis.inventory.consumers.get(*index));
        let lines: Vec<String> =
            consumers.flat_map(|c| c.paths.iter().map(|path| format!("{}, {}", code(path), code(&c.qualname)))).collect();
        points(out, "WebSockets that move", &lines);
    }

    fn data(&self, out: &mut String) {
        let Some(wording) = wording() else { return };
        let line = |line: &super::super::data::Ownership| {
            let model = self.analysis.inventory.models.get(line.model).map_or("", |model| model.label.as_str());
            format!("{}: {}. {}", code(model), line.owner.name(), wording.how(line.how))
        };
        boxes(out, "Tables whose owner changes", &self.phase.data.iter().map(line).collect::<Vec<_>>());
    }

    fn crossings(&self, out: &mut String) {
        let Some(wording) = wording() else { return };
        let line = |found: &super::super::data::Crossing| {
            let place = code(&format!("{}:{}", found.place.file, found.place.line));
            format!("{} ({place}): {}", code(&found.what), wording.remedy(found.kind))
        };
        boxes(out, "What works across the border", &self.phase.crossings.iter().map(line).collect::<Vec<_>>());
    }

    fn auth(&self, out: &mut String) {
        let Some(wording) = wording() else { return };
        let line = |(name, routes): &(String, usize)| match routes {
            0 => wording.auth(name).to_owned(),
            routes => format!("{} ({routes}): {}", code(name), wording.auth(name)),
        };
        boxes(out, "Who asks", &self.phase.auth.iter().map(line).collect::<Vec<_>>());
    }

    fn parity(&self, out: &mut String) {
        let Some(wording) = wording().filter(|_| !self.phase.parity.is_empty()) else { return };
        out.push_str("## Parity, by routes with the same facts\n\n");
        for parity in &self.phase.parity {
            let routes: Vec<String> =
                parity.routes.iter().take(NAMED).filter_map(|at| self.phase.routes.get(*at)).map(|moved| self.path(moved)).collect();
            let more = parity.routes.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let _ = writeln!(out, "{}{more}:\n", routes.join(", "));
            for check in &parity.checks {
                let _ = writeln!(out, "- [ ] {}: {}", wording.parity(check.about), code(&check.fact));
            }
            out.push('\n');
        }
    }

    /// Shadow and canary, with their folders.
    fn trial(&self, out: &mut String) {
        let mut lines = Vec::new();
        if let Some(shadow) = &self.phase.shadow {
            lines.push(format!(
                "`phases/{:02}-shadow`: copies of {} % of the reads for {} days and {} requests; at most {} % differ without a reason",
                self.phase.number,
                shadow.percent,
                shadow.days,
                shadow.requests,
                shadow.unexplained * 100.0
            ));
        }
        for step in &self.phase.canary {
            let again = format!("`--canary {}`, `phases/{:02}-canary`", step.percent, self.phase.number);
            lines.push(format!("{again}: at least {} hours and {} requests", step.hours, step.requests));
        }
        boxes(out, "Trial", &lines);
    }
}
